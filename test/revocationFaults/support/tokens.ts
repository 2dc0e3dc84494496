import { randomBytes } from "node:crypto";
import { createSigner, exportPublicJwk, generateKey, publicKeyOf } from "@cardea/jwt";
import type { RevocationKind } from "@cardea/verifier/wire";
import type { Chance } from "./chance.ts";

/** A token, and what has to be posted to revoke it. */
export type Revocable = {
  readonly token: string;
  readonly revocation: { readonly kind: RevocationKind; readonly key: string; readonly issued_before?: number };
};

/** Access tokens as the issuer would sign them, without a session to sign in for: what they are revoked by is theirs alone. */
export type Tokens = {
  /** The public key as a JWK, for verifiers. */
  readonly key: ReturnType<typeof exportPublicJwk>;
  /** A token that vouches for a position of the log, and one of the ways to revoke it. */
  readonly mint: (rvp: number, chance: Chance) => Revocable;
};

/** As they come in life, by kind: most revocations name a session. */
const kinds = ["session", "session", "token", "token", "subject", "subject", "client", "tenant"] as const;
const claimOf = { session: "sid", token: "jti", subject: "sub", client: "client_id", tenant: "tid" } as const;

/** Tokens of an issuer under a new key. */
export async function newTokens(issuer: string): Promise<Tokens> {
  const key = await generateKey("EdDSA");
  const sign = createSigner({ key, typ: "at+jwt" });
  return {
    key: exportPublicJwk(publicKeyOf(key)),
    mint: (rvp, chance) => {
      const iat = Math.floor(Date.now() / 1000) - 30;
      const names = { jti: newName(), sid: newName(), sub: newName(), client_id: newName(), tid: newName() };
      const kind = chance.oneOf(kinds);
      const byInstant = kind !== "token" && chance.between(1, 10) === 1;
      return {
        token: sign({ iss: issuer, aud: "app", iat, exp: iat + 3600, rvp, ...names }),
        revocation: { kind, key: names[claimOf[kind]], ...(byInstant && { issued_before: iat }) },
      };
    },
  };
}

const newName = (): string => randomBytes(16).toString("base64url");
