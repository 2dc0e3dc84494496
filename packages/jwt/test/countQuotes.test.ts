import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { countQuotes } from "../src/encoding/countQuotes.ts";

const naive = (bytes: Uint8Array): number => bytes.reduce((count, byte) => count + (byte === 0x22 ? 1 : 0), 0);

/** Bytes in memory that begins at a multiple of four, with garbage behind them. */
function bufferOf(bytes: Uint8Array): Buffer {
  const buffer = Buffer.allocUnsafeSlow(bytes.length + 64).fill('"');
  buffer.set(bytes);
  return buffer;
}

test("counts the quotes of any bytes, as one does that looks at each", () => {
  const nearQuote = fc.constantFrom(0x22, 0x21, 0x23, 0xa2, 0x00, 0xff, 0x80, 0x7f);
  const bytes = fc.oneof(fc.uint8Array({ maxLength: 40 }), fc.array(nearQuote, { maxLength: 40 }));
  fc.assert(
    fc.property(bytes, (values) => {
      const given = Uint8Array.from(values);
      assert.equal(countQuotes(bufferOf(given), given.length), naive(given));
    }),
    { numRuns: 2000 },
  );
});

test("counts more than a byte can hold in each lane", () => {
  for (const size of [1019, 1020, 1021, 1024, 5000]) {
    const quotes = new Uint8Array(size).fill(0x22);
    assert.equal(countQuotes(bufferOf(quotes), size), size);
  }
});
