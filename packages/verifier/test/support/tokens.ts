import { exportPublicJwk, generateKey, publicKeyOf, type SigningKey, sign } from "@cardea/jwt";

/** The issuer, its key and this service, as most tests know them. */
export const issuer = "http://localhost:4000/auth";
export const audience = "billing";
export const signingKey = generateKey("ES256", { kid: "k1" });
export const verifyingKey = publicKeyOf(signingKey);
export const jwks = { keys: [exportPublicJwk(verifyingKey)] };

/** Good claims, issued at `now` (milliseconds). */
export const claimsAt = (now: number): Readonly<Record<string, unknown>> => ({
  iss: issuer,
  sub: "u",
  aud: audience,
  exp: Math.floor(now / 1000) + 300,
  iat: Math.floor(now / 1000),
  jti: "j",
  sid: "s",
  client_id: "c",
  tid: "t",
  rvp: 5,
});

/** A good access token, unless a claim is changed; `undefined` takes one out. */
export function accessToken(
  now: number,
  change: Readonly<Record<string, unknown>> = {},
  { key = signingKey, typ = "at+jwt" }: { readonly key?: SigningKey; readonly typ?: string } = {},
): string {
  return sign({ ...claimsAt(now), ...change }, key, { typ });
}

/** The same token with one character of its payload changed. */
export function tampered(token: string): string {
  const at = token.indexOf(".") + 5;
  return `${token.slice(0, at)}${token[at] === "A" ? "B" : "A"}${token.slice(at + 1)}`;
}
