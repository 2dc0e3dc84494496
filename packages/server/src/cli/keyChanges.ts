import { instant } from "./account.ts";
import type { Command } from "./command.ts";
import { confirm, yesFlag } from "./confirm.ts";
import { humanTime, print } from "./output.ts";
import { settingFlags } from "./settings.ts";
import { withExistingAuth } from "./withAuth.ts";

/** `keys rotate`: a next key, which signs once every verifier can know it. */
export const keysRotate: Command = {
  name: "keys rotate",
  about: "Publishes a next key, which signs after keys.publishAhead; while one waits, none is made",
  words: [],
  flags: { ...settingFlags, refresh: { type: "boolean", about: "the secret that makes refresh tokens instead" } },
  run: async (given) => {
    const purpose = given.is("refresh") ? "refresh" : "access";
    const { kid, signsFrom, made } = await withExistingAuth(given, ({ keys }) => keys.rotate(purpose));
    print(given.is("json"), { kid, signs_from: instant(signsFrom), made }, () =>
      made
        ? `Made the key ${kid}. It signs from ${humanTime(signsFrom)}.`
        : `The key ${kid} waits already. It signs from ${humanTime(signsFrom)}.`,
    );
    return 0;
  },
};

/** `keys retire`: takes a key out of use that does not sign. */
export const keysRetire: Command = {
  name: "keys retire",
  about: "Takes a key out of use that signs no more, or not yet: it verifies nothing from then on",
  words: ["KID"],
  flags: settingFlags,
  run: async (given) => {
    const [kid = ""] = given.words;
    const outcome = await withExistingAuth(given, ({ keys }) => keys.retire(kid));
    if (outcome !== "retired") throw new Error(refusals[outcome](kid));
    print(given.is("json"), { kid, state: "retired" }, () => `Retired the key ${kid}.`);
    return 0;
  },
};

/** `keys revoke`: takes a key back in an emergency. */
export const keysRevoke: Command = {
  name: "keys revoke",
  about: "Takes a key back that others may have: its tokens are refused at once, and another key signs",
  words: ["KID"],
  flags: { ...settingFlags, ...yesFlag },
  run: async (given) => {
    const [kid = ""] = given.words;
    await confirm(given, `Refuse every token by the key ${kid}, for good?`);
    const { outcome, signs } = await withExistingAuth(given, async ({ keys }) => ({
      outcome: await keys.revoke(kid),
      signs: keys.inventory().find(({ use, state }) => use === "access" && state === "signing")?.kid,
    }));
    if (outcome !== "revoked") throw new Error(refusals[outcome](kid));
    print(given.is("json"), { kid, state: "revoked", signs: signs ?? null }, () =>
      [`Revoked the key ${kid}.`, ...(signs === undefined ? [] : [`Access tokens are signed by ${signs}.`])].join(" "),
    );
    return 0;
  },
};

const refusals: Readonly<Record<"unknown" | "signs" | "configured", (kid: string) => string>> = {
  unknown: (kid) => `There is no key ${kid}. See: cardea keys list`,
  signs: (kid) =>
    `The key ${kid} signs. Rotate first: cardea keys rotate. If others may have it: cardea keys revoke ${kid}`,
  configured: (kid) => `The key ${kid} is keys.secret of the configuration: give another one there.`,
};
