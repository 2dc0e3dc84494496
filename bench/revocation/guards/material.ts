import { createHmac, type JsonWebKey, randomBytes } from "node:crypto";
import { createSigner, exportPublicJwk, generateKey, publicKeyOf } from "@cardea/jwt";
import { newIdentifier } from "../identifiers.ts";
import type { Credentials, Issuer } from "../programs/issuer.ts";
import type { ContenderName } from "./contender.ts";

/** What every server is told: who issues, by which key, and where the issuer and Redis are. */
export type Material = {
  readonly issuer: string;
  readonly audience: string;
  /** A public key for ES256, which every library here knows. */
  readonly key: JsonWebKey;
  readonly credentials: Credentials;
  readonly redis: string;
  /** Of the cookies of express-session. */
  readonly sessionSecret: string;
};

/** What clients show, each request another. */
export type Shown = {
  readonly tokens: readonly string[];
  /** The same with `typ: JWT`, the only type that hono/jwt takes. */
  readonly plainTokens: readonly string[];
  readonly sessionIds: readonly string[];
};

/** Both: the servers are told of one, the client has the other. */
export type Given = { readonly material: Material; readonly shown: Shown };

/** A key, tokens signed by it with the claims that ours have, and the ids of sessions. */
export async function newMaterial(issuer: Issuer, redis: string, count: number): Promise<Given> {
  const key = await generateKey("ES256");
  const sign = createSigner({ key, typ: "at+jwt" });
  const signPlain = createSigner({ key, typ: "JWT" });
  const iat = Math.floor(Date.now() / 1000);
  const shared = { iss: issuer.url, aud: "app", client_id: "web", iat, exp: iat + 3600, rvp: 0, roles: [] };
  const newClaims = () => ({ ...shared, sub: newIdentifier(), jti: newIdentifier(), sid: newIdentifier() });
  const claims = Array.from({ length: count }, newClaims);
  const material: Material = {
    issuer: issuer.url,
    audience: "app",
    key: exportPublicJwk(publicKeyOf(key)),
    credentials: await issuer.newCredentials(),
    redis,
    sessionSecret: randomBytes(32).toString("base64url"),
  };
  const shown: Shown = {
    tokens: claims.map((one) => sign(one)),
    plainTokens: claims.map((one) => signPlain(one)),
    sessionIds: claims.map(() => newIdentifier()),
  };
  return { material, shown };
}

/** The cookie of a session of express-session, as cookie-signature signs it. */
function sessionCookie(id: string, secret: string): string {
  const signature = createHmac("sha256", secret).update(id).digest("base64").replace(/=+$/, "");
  return `connect.sid=${encodeURIComponent(`s:${id}.${signature}`)}`;
}

/** What clients send to that server, as a header. */
export function headersFor(name: ContenderName, { material, shown }: Given): readonly string[] {
  const { tokens, plainTokens, sessionIds } = shown;
  if (name === "express-session, Redis") {
    return sessionIds.map((id) => `Cookie: ${sessionCookie(id, material.sessionSecret)}`);
  }
  return (name === "hono/jwt" ? plainTokens : tokens).map((token) => `Authorization: Bearer ${token}`);
}
