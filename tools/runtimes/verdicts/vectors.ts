import { Buffer } from "node:buffer";
import type { JsonWebKey } from "node:crypto";
import { readFileSync } from "node:fs";
import { createVerifier, hmacKey, publicKey, unchecked, type VerificationKey } from "@cardea/jwt";
import { verifyCompact } from "@cardea/jwt/jws";
import { verdictOf } from "./expectations.ts";
import { isHmac } from "./keys.ts";
import { answerOf, type Name, type Row } from "./row.ts";

type Vector = { readonly name: string; readonly key: JsonWebKey & { readonly alg: Name }; readonly token: string };

/**
 * The examples of RFC 7515 and RFC 8037, and of ES256K both signatures that differ in the sign of s alone: some software
 * knows one of them only.
 */
const vectors: readonly Vector[] = JSON.parse(readFileSync(new URL("vectors.json", import.meta.url), "utf8"));

/** What this runtime says to them, as JWTs a second before and at the end of their life, and as JWSs. */
export const vectorRows = (present: readonly Name[]): readonly Row[] =>
  vectors
    .filter(({ key }) => present.includes(key.alg))
    .flatMap((vector) => [
      row(vector, "as a JWT", /^(?:accepted|malformed_payload)/, () => judge(vector, 1_300_819_379)),
      row(vector, "as a JWT, later", /^(?:expired|malformed_payload)/, () => judge(vector, 1_300_819_380)),
      row(vector, "as a JWS", /^[0-9a-f]+$/, () => payloadOf(vector)),
      row(vector, "without its last character", /^(?:malformed_token|bad_signature)/, () =>
        judge(shortened(vector), 1_300_819_379),
      ),
    ]);

function row({ name, key }: Vector, how: string, due: RegExp, ask: () => string): Row {
  const verdict = answerOf(ask);
  return { id: `${name} ${how}`, about: [key.alg], verdict, isRight: due.test(verdict) };
}

const judge = ({ key, token }: Vector, seconds: number): string =>
  verdictOf(
    createVerifier({
      keys: verificationKey(key),
      policy: { issuer: "joe", audience: unchecked },
      now: () => seconds * 1000,
    }).verify(token),
  );

function payloadOf({ key, token }: Vector): string {
  const result = verifyCompact(token, { keys: verificationKey(key), typ: unchecked });
  return result.ok ? Buffer.from(result.payload).toString("hex") : result.refusal.code;
}

function verificationKey({ alg, k, ...jwk }: Vector["key"]): VerificationKey {
  if (alg === "HS256") return hmacKey(Buffer.from(String(k), "base64url"), { alg });
  if (isHmac(alg)) throw new Error(`no example uses ${alg}`);
  return publicKey(jwk, { alg });
}

const shortened = (vector: Vector): Vector => ({ ...vector, token: vector.token.slice(0, -1) });
