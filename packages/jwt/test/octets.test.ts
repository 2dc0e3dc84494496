import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { documentedOctets, octets } from "../src/encoding/octets.ts";

test("the direct methods do what the documented ones do", () => {
  const text = fc.oneof(
    fc.string(),
    fc.string({ unit: "grapheme" }),
    fc.base64String(),
    fc.constantFrom("", "ý", "\ud800"),
  );
  fc.assert(
    fc.property(text, fc.nat(8), (value, offset) => {
      const [direct, documented] = [Buffer.alloc(512), Buffer.alloc(512)];
      for (const method of ["latin1Write", "utf8Write", "base64urlWrite"] as const) {
        const length = Math.min(500, 3 * value.length);
        const written = octets(direct)[method](value, offset, length);
        assert.equal(written, documentedOctets(documented)[method](value, offset, length));
        assert.deepEqual(direct, documented, method);
      }
      for (const method of ["utf8Slice", "base64urlSlice"] as const) {
        assert.equal(octets(direct)[method](0, 64 + offset), documentedOctets(direct)[method](0, 64 + offset));
      }
    }),
  );
});
