import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { derSignature } from "../src/algorithms/derSignature.ts";
import { rawSignature } from "../src/algorithms/rawSignature.ts";

/** Numbers of a curve's length, many of them short, as one in 256 of a signature's is. */
const anyNumber = (bytes: number): fc.Arbitrary<Uint8Array> =>
  fc
    .tuple(fc.uint8Array({ minLength: bytes, maxLength: bytes }), fc.oneof(fc.constant(0), fc.nat(bytes - 1)))
    .map(([number, zeros]) => number.fill(0, 0, zeros))
    .filter((number) => number.some((byte) => byte !== 0));

describe("r||s and DER mean the same", () => {
  for (const bytes of [32, 48, 66]) {
    test(`for numbers of ${bytes} bytes, however short`, () => {
      fc.assert(
        fc.property(anyNumber(bytes), anyNumber(bytes), (r, s) => {
          const raw = Uint8Array.of(...r, ...s);
          const der = derSignature(raw);
          assert.equal(rawSignature(der, bytes), Buffer.from(raw).toString("base64url"));
          assert.deepEqual(integersIn(der), [toNumber(r), toNumber(s)]);
        }),
        { numRuns: 500 },
      );
    });
  }
});

const toNumber = (bytes: Uint8Array): bigint => BigInt(`0x${Buffer.from(bytes).toString("hex")}`);

/** A strict reader of `SEQUENCE { INTEGER, INTEGER }` (X.690 §8.3, §10.1): shortest lengths, minimal and positive. */
function integersIn(der: Uint8Array): readonly bigint[] {
  assert.equal(der[0], 0x30);
  const isLong = der.length - 2 >= 0x80;
  const start = isLong ? 3 : 2;
  assert.deepEqual([...der.subarray(1, start)], isLong ? [0x81, der.length - 3] : [der.length - 2]);
  const second = start + 2 + (der[start + 1] ?? 0);
  return [der.subarray(start, second), der.subarray(second)].map(([tag, length, ...number]) => {
    assert.deepEqual([tag, length], [0x02, number.length]);
    const [first = 0, next = 0] = number;
    assert.ok(first < 0x80 && (first !== 0 || next >= 0x80));
    return toNumber(Uint8Array.from(number));
  });
}
