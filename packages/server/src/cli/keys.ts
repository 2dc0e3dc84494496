import { keySettings } from "../config/keyOptions.ts";
import type { CheckedOptions } from "../config/options.ts";
import { type KeyFacts, keyFacts } from "../keys/inventory.ts";
import type { StoredKey } from "../store/ports.ts";
import { instant } from "./account.ts";
import type { Command } from "./command.ts";
import { readConfiguration } from "./configuration.ts";
import { humanTime, print, table } from "./output.ts";
import { settingFlags } from "./settings.ts";
import { withExistingAuth, withStore } from "./withAuth.ts";

/** `keys list`: facts about keys, never a secret part. It opens no key and makes none. */
export const keysList: Command = {
  name: "keys list",
  about: "Lists keys: what each is for, where it stands, and until when",
  words: [],
  flags: settingFlags,
  run: async (given) => {
    const { checked } = await readConfiguration(given);
    const keys = await withStore(given, async (store) => inventoryOf(await store.keys.list(), checked));
    print(given.is("json"), { keys: keys.map(keyBody) }, () =>
      table(["KID", "ALG", "USE", "STATE", "PUBLISHED", "SIGNS FROM", "VERIFIES UNTIL"], keys.map(keyRow), noKeys),
    );
    return 0;
  },
};

const noKeys = "No keys yet. They are made when the issuer starts: cardea serve";

const inventoryOf = (rows: readonly StoredKey[], checked: CheckedOptions): readonly KeyFacts[] =>
  keyFacts(rows, Date.now(), keySettings(checked));

const keyBody = (key: KeyFacts): object => ({
  kid: key.kid,
  alg: key.alg,
  use: key.use,
  state: key.state,
  kept: key.kept,
  public: key.public,
  created_at: instantOrNull(key.createdAt),
  signs_from: instantOrNull(key.signsFrom),
  signs_until: instantOrNull(key.signsUntil),
  verifies_until: instantOrNull(key.verifiesUntil),
});

const instantOrNull = (ms: number | undefined): string | null => (ms === undefined ? null : instant(ms));

const keyRow = (key: KeyFacts): readonly string[] => [
  key.kid,
  key.alg,
  key.use,
  key.state,
  key.public ? "in the JWKS" : "no",
  key.signsFrom === undefined ? "" : humanTime(key.signsFrom),
  key.verifiesUntil === undefined ? "" : humanTime(key.verifiesUntil),
];

/** `keys export`: the public part of a key, or with `--secret` the secret one, for a service that verifies with a shared secret. */
export const keysExport: Command = {
  name: "keys export",
  about: "Prints a key as a JWK: its public part, or with --secret its secret one",
  words: ["KID"],
  flags: { ...settingFlags, secret: { type: "boolean", about: "print the secret part, which can sign tokens" } },
  run: async (given) => {
    const [kid = ""] = given.words;
    const isSecret = given.is("secret");
    const found = await withExistingAuth(given, async ({ keys }) => ({
      jwk: isSecret ? keys.secretJwk(kid) : keys.jwks().keys.find((jwk) => jwk.kid === kid),
      facts: keys.inventory().find((key) => key.kid === kid),
    }));
    if (!found.jwk) throw new Error(whyNot(kid, found.facts, isSecret));
    print(true, found.jwk, () => "");
    return 0;
  },
};

function whyNot(kid: string, facts: KeyFacts | undefined, isSecret: boolean): string {
  if (!facts) return `There is no key ${kid}. See: cardea keys list`;
  if (facts.state === "retired" || facts.state === "revoked") return `The key ${kid} is ${facts.state}.`;
  return isSecret
    ? `The secret part of ${kid} is not here: it is with the signer of the configuration.`
    : `The key ${kid} is a shared secret and has no public part. To print it: cardea keys export ${kid} --secret`;
}
