import { createHmac, createPublicKey, type JsonWebKey, randomBytes } from "node:crypto";
import { generateKey, hmacKey, sign } from "@cardea/jwt";

/** A token that must be refused: how it was made, and the text itself. */
export type Forgery = { readonly made: string; readonly token: string };

/** What a forger has: a real token, and whatever the issuer publishes. */
export type Loot = { readonly token: string; readonly publicJwk: JsonWebKey | undefined };

/** Forgeries of a JWT, each by a known attack. */
export function forgeriesOf(loot: Loot): readonly Forgery[] {
  return [payloadChanged(loot), algNone(loot, ""), algNone(loot, "AAAA"), hmacInDisguise(loot), foreignKey(loot)];
}

/** An opaque token says nothing, so all a forger can do is guess: this one has its last character changed. */
export const opaqueGuess = ({ token }: Pick<Loot, "token">): Forgery => ({
  made: "one character changed",
  token: token.slice(0, -1) + (token.endsWith("A") ? "B" : "A"),
});

function payloadChanged({ token }: Loot): Forgery {
  const [header, , signature] = token.split(".");
  return { made: 'payload changed: roles: ["admin"]', token: `${header}.${encode(asAdmin(token))}.${signature}` };
}

function algNone({ token }: Loot, signature: string): Forgery {
  return {
    made: `alg: none, ${signature === "" ? "no" : "any"} signature`,
    token: `${encode({ alg: "none", typ: "at+jwt" })}.${encode(asAdmin(token))}.${signature}`,
  };
}

/** RFC 8725 2.1: a verifier that takes the algorithm from the token would check this MAC with the public key as its secret. */
function hmacInDisguise({ token, publicJwk }: Loot): Forgery {
  const secret = publicJwk
    ? createPublicKey({ format: "jwk", key: publicJwk }).export({ format: "pem", type: "spki" })
    : "secret";
  const input = `${encode({ ...headerOf(token), alg: "HS256" })}.${encode(asAdmin(token))}`;
  const mac = createHmac("sha256", secret).update(input).digest("base64url");
  return {
    made: publicJwk ? "signed with the public key as HMAC secret" : 'signed with the secret "secret"',
    token: `${input}.${mac}`,
  };
}

function foreignKey({ token, publicJwk }: Loot): Forgery {
  const { kid } = headerOf(token);
  const key = publicJwk
    ? generateKey("ES256", { kid: String(kid) })
    : hmacKey(randomBytes(32), { alg: "HS256", kid: String(kid) });
  return { made: "signed with somebody else's key", token: sign(asAdmin(token), key, { typ: "at+jwt" }) };
}

/** The first part of a token, unverified. */
export const headerOf = (token: string): Record<string, unknown> => decode(token.split(".")[0] ?? "");

/** The second part of a token, unverified. */
export const payloadOf = (token: string): Record<string, unknown> => decode(token.split(".")[1] ?? "");

const asAdmin = (token: string): Record<string, unknown> => ({ ...payloadOf(token), roles: ["admin"] });

const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");

const decode = (part: string): Record<string, unknown> => JSON.parse(Buffer.from(part, "base64url").toString());
