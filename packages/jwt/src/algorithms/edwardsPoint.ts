const p = 2n ** 255n - 19n;
const d = 0x52036cee2b6ffe738cc740797779e89800700a4d4141d8ab75eb4dca135978a3n;

/**
 * Throws a TypeError unless the 32 bytes are the canonical encoding of a point on edwards25519 (RFC 8032 §5.1.3) whose
 * order is not 1, 2, 4 or 8. Under such a key a signature can be found that fits every message. The test looks at y
 * modulo p without its sign bit, so it covers the encodings that are not canonical too.
 */
export function checkEdwardsPoint(encoded: Uint8Array): void {
  if (encoded.length !== 32) throw new TypeError("an Ed25519 key has 32 bytes");
  const written = littleEndian(encoded) & (2n ** 255n - 1n);
  const y = written % p;
  if (isSmallOrder(y)) throw new TypeError("the Ed25519 key is a point of small order, which anyone can sign for");
  if (written !== y || !isOnCurve(y)) throw new TypeError("the Ed25519 key is not a point of edwards25519");
}

const littleEndian = (bytes: Uint8Array): bigint => bytes.reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n);

/** y is 1 or -1 (order 1 and 2), 0 (order 4), or x² = -y² (order 8: doubled, its y is 0), which on the curve is d y⁴ + 2 y² = 1. */
function isSmallOrder(y: bigint): boolean {
  const square = (y * y) % p;
  return y === 0n || square === 1n || (d * square * square + 2n * square - 1n) % p === 0n;
}

/** Whether x² = (y² - 1) / (d y² + 1) has a solution, by Euler's criterion on numerator times denominator. */
function isOnCurve(y: bigint): boolean {
  const square = (y * y) % p;
  const product = ((square - 1n) * (d * square + 1n)) % p;
  return power((product + p) % p, (p - 1n) / 2n) === 1n;
}

function power(base: bigint, exponent: bigint): bigint {
  let [result, square] = [1n, base];
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = (result * square) % p;
    square = (square * square) % p;
  }
  return result;
}
