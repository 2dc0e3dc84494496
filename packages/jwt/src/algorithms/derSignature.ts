/** Shared: a view of it is good until the next call, and nothing calls out in between. Room for two numbers of P-521. */
const der = new Uint8Array(3 + 2 * (3 + 66));

/**
 * The DER form (RFC 3279 §2.2.3) of an ECDSA signature given as r||s, good until the next call. OpenSSL speaks DER;
 * converting here is 1.5 to 2.4 times as fast as asking Node for `ieee-p1363`.
 */
export function derSignature(raw: Uint8Array): Uint8Array {
  const half = raw.length / 2;
  const end = putInteger(raw, half, 2 * half, putInteger(raw, 0, half, 3));
  const size = end - 3;
  const start = size < 0x80 ? 1 : 0;
  der[1] = 0x81;
  der[start] = 0x30;
  der[2] = size;
  return der.subarray(start, end);
}

/** Writes an INTEGER, minimal and positive: leading zeros off, one zero on where the top bit is set. Returns its end. */
function putInteger(raw: Uint8Array, from: number, to: number, at: number): number {
  let first = from;
  while (first < to - 1 && raw[first] === 0) first++;
  const sign = (raw[first] ?? 0) >> 7;
  const size = to - first + sign;
  der[at] = 0x02;
  der[at + 1] = size;
  der[at + 2] = 0;
  for (let offset = sign; offset < size; offset++) der[at + 2 + offset] = raw[first + offset - sign] ?? 0;
  return at + 2 + size;
}
