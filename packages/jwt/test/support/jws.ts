import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import type { VerificationKey } from "@cardea/jwt";
import type { CompactResult, FlattenedJws, FlattenedResult, GeneralResult, JwsRefusalCode } from "@cardea/jwt/jws";
import { b64 } from "./craft.ts";

type Result = CompactResult | FlattenedResult | GeneralResult;

/** The verdict in one word. */
export const refusalIn = (result: Pick<Result, "ok">): JwsRefusalCode | "accepted" =>
  !result.ok && "refusal" in result ? (result as Extract<Result, { ok: false }>).refusal.code : "accepted";

/** Asserts that a JWS was accepted, with this payload and by this key. */
export function assertSigned(
  result: CompactResult | FlattenedResult,
  payload: Uint8Array | string,
  key: VerificationKey | undefined,
): void {
  assert.equal(refusalIn(result), "accepted");
  assert.ok(result.ok);
  assert.deepEqual(Buffer.from(result.payload), Buffer.from(payload));
  assert.equal(result.key, key);
}

/** Asserts what became of each signature, and of the whole: accepted with this payload, or refused if none is given. */
export function assertVerdicts(
  result: GeneralResult,
  expected: readonly (JwsRefusalCode | "accepted")[],
  payload?: Uint8Array | string,
): void {
  assert.deepEqual(result.signatures.map(refusalIn), expected);
  assert.equal(result.ok, payload !== undefined);
  if (result.ok) assert.deepEqual(Buffer.from(result.payload), Buffer.from(payload ?? ""));
}

/** Something that signs without the help of the package. */
export type Sealer = { readonly seal: (input: string | Uint8Array) => string };

/** A flattened JWS of any headers and payload, with a true signature. `undefined` leaves a header out. */
export function seal(
  { seal: sign }: Sealer,
  parts: { readonly header?: object | string | undefined; readonly unprotected?: object; readonly payload?: string },
): FlattenedJws & { readonly payload: string } {
  const { header, unprotected, payload = "hello" } = parts;
  const segment = header === undefined ? "" : b64(typeof header === "string" ? header : JSON.stringify(header));
  const isPlain = typeof header === "object" && "b64" in header && header.b64 === false;
  const written = isPlain ? payload : b64(payload);
  return {
    payload: written,
    ...(header !== undefined && { protected: segment }),
    ...(unprotected !== undefined && { header: { ...unprotected } }),
    signature: sign(Buffer.from(`${segment}.${written}`)),
  };
}

/** The compact spelling of a flattened JWS. */
export const compact = (jws: FlattenedJws): string => `${jws.protected ?? ""}.${jws.payload ?? ""}.${jws.signature}`;
