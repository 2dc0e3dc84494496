import type { RevocationKind } from "@cardea/verifier/wire";
import type { Chance } from "./chance.ts";
import type { Minted } from "./minted.ts";

/** The body of a revocation by name, but for what its answer waits for. */
export type Naming = { readonly kind: RevocationKind; readonly key?: string; readonly issued_before?: number };

/** As they come in life, by kind: most revocations name a session. */
const kinds = ["session", "session", "token", "token", "subject", "subject", "tenant"] as const;
const nameOf = { session: "sid", token: "jti", subject: "sub", tenant: "tid" } as const;

/** One of the ways to revoke this token and no other one of the run. One in ten goes by when it was issued. */
export function namingOf(minted: Minted, chance: Chance): Naming {
  const kind = chance.oneOf(kinds);
  const isByInstant = kind !== "token" && chance.between(1, 10) === 1;
  return { kind, key: minted[nameOf[kind]], ...(isByInstant && { issued_before: minted.iat }) };
}
