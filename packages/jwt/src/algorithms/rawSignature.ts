/** r||s (RFC 7518 §3.4), each `half` bytes, of a DER signature that OpenSSL has just made. */
export function rawSignature(der: Uint8Array, half: number): Uint8Array {
  const raw = new Uint8Array(2 * half);
  const first = (der[1] ?? 0) < 0x80 ? 2 : 3;
  const second = putInteger(der, first, raw, half);
  putInteger(der, second, raw, 2 * half);
  return raw;
}

/** Copies the INTEGER at `at` so that it ends before `end`, and returns where the next one starts. */
function putInteger(der: Uint8Array, at: number, raw: Uint8Array, end: number): number {
  const size = der[at + 1] ?? 0;
  const next = at + 2 + size;
  const start = der[at + 2] === 0 ? at + 3 : at + 2;
  raw.set(der.subarray(start, next), end - (next - start));
  return next;
}
