import { peek } from "@cardea/jwt";
import { formatPosition } from "@cardea/verifier/wire";
import type { Effect } from "../revoke/effect.ts";
import { kinds, longestEffectMs, type Revoking, reasonShape } from "../revoke/revocations.ts";
import type { Store } from "../store/ports.ts";
import { findAccount } from "./account.ts";
import { type Arguments, type Command, UsageError } from "./command.ts";
import { confirm, yesFlag } from "./confirm.ts";
import { print } from "./output.ts";
import { settingFlags } from "./settings.ts";
import { byCli, withExistingAuth } from "./withAuth.ts";

/** `revoke`: takes tokens back, and tells who has confirmed it. */
export const revoke: Command = {
  name: "revoke",
  about: "Takes tokens back: token, session, user, client, tenant or key and which, or all",
  words: ["KIND", "[TOKEN|ID|EMAIL]"],
  flags: {
    ...settingFlags,
    reason: { type: "string", about: "why, in one word, for the audit trail" },
    wait: { type: "string", about: "durable (default): until it is on disk; effective: until it holds everywhere" },
    ...yesFlag,
  },
  run: async (given) => {
    const isEffective = waitOf(given);
    const reason = reasonOf(given);
    const asked = askedOf(given);
    await askBefore(given);
    const { position, effect } = await withExistingAuth(given, async (auth, store) => {
      const revoked = await auth.revocations.revoke({ ...(await revokingOf(asked, store)), reason }, byCli);
      if (!revoked.ok) throw new Error("The key is keys.secret of the configuration: give another one there.");
      const { value } = revoked;
      return {
        position: formatPosition(value.epoch, value.pos),
        effect: isEffective ? await auth.revocations.effect(value, longestEffectMs) : undefined,
      };
    });
    print(given.is("json"), { position, ...effect }, () =>
      [`Revoked. The log is at ${position}.`, ...(effect ? report(effect) : [])].join("\n"),
    );
    return effect && effect.pending.length > 0 ? 1 : 0;
  },
};

function waitOf(given: Arguments): boolean {
  const wait = given.text("wait") ?? "durable";
  if (wait !== "durable" && wait !== "effective") throw new UsageError("--wait is durable or effective.");
  return wait === "effective";
}

function reasonOf(given: Arguments): string | undefined {
  const reason = given.text("reason");
  if (reason !== undefined && !reasonShape.test(reason))
    throw new UsageError("--reason is one word of small letters, digits, _ and -, such as stolen_device.");
  return reason;
}

/** What ends for many is asked for. */
async function askBefore(given: Arguments): Promise<void> {
  const [kind, key] = given.words;
  const questions: Readonly<Record<string, string>> = {
    all: "Refuse every access token that is out? Sessions go on with new ones.",
    client: `Refuse every access token of the client ${key}?`,
    tenant: `Refuse every access token of the tenant ${key}?`,
    key: `Refuse every token by the key ${key}, for good?`,
    user: `End all sessions of ${key}?`,
  };
  const question = questions[kind ?? ""];
  if (question !== undefined) await confirm(given, question);
}

/** What the words say: for a user not yet who that is. */
type Asked = { readonly kind: Revoking["kind"] | "user"; readonly key: string };

function askedOf({ words: [kind, key] }: Arguments): Asked {
  const known = kinds.find((each) => each === kind && each !== "subject") ?? (kind === "user" ? kind : undefined);
  if (known === undefined) throw new UsageError("Revoke a token, session, user, client, tenant, key, or all.");
  if ((known === "all") !== (key === undefined)) {
    throw new UsageError(
      known === "all"
        ? "cardea revoke all takes no further word."
        : `Say which: cardea revoke ${known} TOKEN, ID or EMAIL.`,
    );
  }
  return { kind: known, key: known === "token" ? tokenId(key ?? "") : (key ?? "") };
}

const revokingOf = async ({ kind, key }: Asked, { people }: Pick<Store, "people">): Promise<Revoking> =>
  kind === "user" ? { kind: "subject", key: (await findAccount(people, key)).id } : { kind, key };

/** A token is known by its `jti` (RFC 7519 4.1.7), whether all of it is given or only that. */
function tokenId(given: string): string {
  if (!given.includes(".")) return given;
  const jti = peek(given)?.unverifiedClaims.jti;
  if (typeof jti === "string" && jti !== "") return jti;
  throw new UsageError("This is no access token with a jti. See what is in it: cardea token inspect -");
}

const nameOf = ({ serviceId, name }: { readonly serviceId: string; readonly name: string }): string =>
  serviceId === "issuer" ? `the issuer ${name}` : `${name} (${serviceId})`;

function report({ confirmed, lapsed, pending }: Effect): readonly string[] {
  const all = confirmed.length + lapsed.length + pending.length;
  if (all === 0) return ["Nobody follows the log now."];
  return [
    `Confirmed by ${confirmed.length} of ${all}.`,
    ...confirmed
      .toSorted((a, b) => a.ms - b.ms)
      .map((verifier) => `  ${nameOf(verifier)} in ${Math.max(1, Math.round(verifier.ms))} ms`),
    ...lapsed.map((verifier) => `  ${nameOf(verifier)} does not answer, and trusts what it has no more`),
    ...pending.map((verifier) => `  ${nameOf(verifier)} has not confirmed it`),
  ];
}
