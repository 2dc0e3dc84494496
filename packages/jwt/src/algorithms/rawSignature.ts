import { Buffer } from "node:buffer";

/** Shared: it is read before the next call. Room for two numbers of P-521. */
const raw = Buffer.alloc(2 * 66);

/** r||s (RFC 7518 §3.4) in base64url, each of `half` bytes, of a DER signature that OpenSSL has just made. */
export function rawSignature(der: Uint8Array, half: number): string {
  const first = (der[1] ?? 0) < 0x80 ? 2 : 3;
  const second = copyInteger(der, first, 0, half);
  copyInteger(der, second, half, 2 * half);
  return raw.toString("base64url", 0, 2 * half);
}

/** Copies the INTEGER at `at`, padded with zeros to fill `start` to `end`, and returns where the next one starts. */
function copyInteger(der: Uint8Array, at: number, start: number, end: number): number {
  const next = at + 2 + (der[at + 1] ?? 0);
  for (let from = next - 1, to = end - 1; to >= start; from--, to--) raw[to] = from >= at + 2 ? (der[from] ?? 0) : 0;
  return next;
}
