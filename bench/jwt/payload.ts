import { Buffer } from "node:buffer";
import { randomUUID } from "node:crypto";

export const issuer = "https://login.example.com";
export const audience = "https://api.example.com";

export type Payload = {
  readonly iss: string;
  readonly sub: string;
  readonly aud: string;
  readonly iat: number;
  readonly exp: number;
  readonly jti: string;
  readonly sid: string;
  readonly email: string;
  readonly roles: readonly string[];
};

const payloadBytes = 331;

/** Claims of an everyday access token; every one is another token of the same size. */
export function newPayload(now: number): Payload {
  const iat = Math.floor(now / 1000) - 60;
  const payload: Payload = {
    iss: issuer,
    sub: "usr_01J9ZC5S3K6QWQX4T8B2N7M1RD",
    aud: audience,
    iat,
    exp: iat + 86_400,
    jti: randomUUID(),
    sid: randomUUID(),
    email: "ada.lovelace@example.com",
    roles: ["editor", "billing:read", "warehouse:stock:count", "admin"],
  };
  const size = Buffer.byteLength(JSON.stringify(payload));
  if (size !== payloadBytes) throw new Error(`the payload has ${size} bytes instead of ${payloadBytes}`);
  return payload;
}
