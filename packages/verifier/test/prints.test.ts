import assert from "node:assert/strict";
import { test } from "node:test";
import { createPrinter, decodeFrame, encodeFrame, type Prints, revocationKinds } from "@cardea/verifier/wire";
import fc from "fast-check";
import { createByteReader } from "../src/wire/byteReader.ts";
import { createByteWriter } from "../src/wire/byteWriter.ts";
import { bytesOfKey, fingerprintKeyOf } from "../src/wire/fingerprint.ts";
import { decodePrints, encodePrints } from "../src/wire/printedEntries.ts";
import { expiryOf, printsOf, readPrints, writePrints } from "../src/wire/prints.ts";
import { anyFrame } from "./anyFrame.ts";

const anyHalf = fc.oneof(fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }), fc.integer({ min: -3, max: 3 }));
const anyPos = fc.oneof(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }));
const anyExpiry = fc.oneof(fc.integer({ min: 1, max: 9000 }), fc.integer({ min: 1, max: 2 ** 32 - 1 }));
const anyPrint = fc.record({ low: anyHalf, high: anyHalf, pos: anyPos, expiry: anyExpiry });

/** As from a log: who comes later lives longer, give or take a little, now and then much. */
const anyLog = fc
  .record({
    first: anyPos.filter((pos) => pos < 2 ** 52),
    apart: fc.integer({ min: 1, max: 300 }),
    seconds: fc.integer({ min: 0, max: 60 }),
    off: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 400 }), fc.integer({ min: 0, max: 9000 })),
    halves: fc.array(fc.tuple(anyHalf, anyHalf), { minLength: 60, maxLength: 200 }),
  })
  .map(({ first, apart, seconds, off, halves }) =>
    halves.map(([low, high], at) => {
      const expiry = 1_800_000_000 + at * seconds + ((at * 7919) % (off + 1));
      return { low, high, pos: first + at * apart, expiry };
    }),
  );

const anyPrints: fc.Arbitrary<Prints> = fc
  .tuple(
    fc.constantFrom(...revocationKinds),
    fc.oneof(fc.array(anyPrint), anyLog),
    fc.option(fc.double({ noNaN: true, noDefaultInfinity: true })),
  )
  .map(([kind, list, issuedBefore]) =>
    printsOf(kind, issuedBefore === null ? list : list.map((print) => ({ ...print, issuedBefore }))),
  );

test("columns of fingerprints read back as they were written, whatever they hold", () => {
  fc.assert(
    fc.property(fc.array(anyPrints), (list) => {
      const read = decodePrints(encodePrints(list));
      assert.equal(read.length, list.length);
      for (const [index, prints] of list.entries()) assert.deepEqual(read[index] ?? prints, prints);
    }),
    { numRuns: 1000 },
  );
});

test("with steps, an expiry is never sooner than it says, and never later by a step; the rest is exact", () => {
  const expirySteps = { bits: 4, longest: 600 };
  fc.assert(
    fc.property(anyPrints, (prints) => {
      const writer = createByteWriter();
      writePrints(writer, prints, expirySteps);
      const read = readPrints(createByteReader(writer.written()));
      assert.deepEqual({ ...read, expiries: prints.expiries }, prints);
      const range = Math.max(...prints.expiries) - Math.min(...prints.expiries);
      const step = Math.max(1, Math.min(600, Math.ceil(range / 15)));
      for (const [at, expiry] of read.expiries.entries()) {
        const late = expiry - (prints.expiries[at] ?? 0);
        assert.ok(late >= 0 && late < step, `${late} s of ${step}`);
      }
    }),
    { numRuns: 1000 },
  );
});

test("where later positions live longer, expiries take next to no room and are not late by ten minutes; where they do not, they take their bits", () => {
  const lives = (expiry: (at: number) => number): Prints => {
    const row = (_: unknown, at: number) => ({ low: at * 1000, high: at, pos: 5 + at, expiry: expiry(at) });
    return printsOf("subject", Array.from({ length: 4096 }, row));
  };
  const written = (prints: Prints): Uint8Array => {
    const writer = createByteWriter();
    writePrints(writer, prints, { bits: 3, longest: 600 });
    return writer.written();
  };
  const hourOf = (at: number): number => 1_800_000_000 + Math.floor((at * 3600) / 4096);
  const inOrder = written(lives(hourOf));
  const all = written(lives(() => 1_800_000_000));
  assert.ok(inOrder.length - all.length < 40, `${inOrder.length - all.length} bytes`);
  const late = readPrints(createByteReader(inOrder)).expiries.map((expiry, at) => expiry - hourOf(at));
  assert.ok(late.every((seconds) => seconds < 600));
  assert.ok(late.some((seconds) => seconds > 0));
  const inNoOrder = written(lives((at) => hourOf((at * 1001) % 4096)));
  assert.ok(inNoOrder.length - all.length > (3 * 4096) / 8 - 20, `${inNoOrder.length - all.length} bytes`);
});

test("what is cut short anywhere is refused, and so is what goes on", () => {
  fc.assert(
    fc.property(
      anyPrints.filter(({ lows }) => lows.length > 0),
      (prints) => {
        const bytes = Buffer.from(encodePrints([prints]), "base64");
        for (let length = 1; length < bytes.length; length++) {
          const cut = bytes.subarray(0, length).toString("base64");
          assert.throws(() => decodePrints(cut), TypeError, `${length} of ${bytes.length} bytes`);
        }
        assert.throws(() => decodePrints(Buffer.concat([bytes, Buffer.of(0x7f)]).toString("base64")), TypeError);
      },
    ),
  );
});

test("bytes of no sense end in a TypeError or in numbers of the right range, and reserve no memory for what is not there", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
      try {
        for (const { lows, positions, expiries } of decodePrints(Buffer.from(bytes).toString("base64"))) {
          assert.ok(lows.length * 4 <= bytes.length);
          assert.ok(positions.every((pos) => Number.isSafeInteger(pos) && pos > 0));
          assert.ok(expiries.every(Number.isSafeInteger));
        }
      } catch (error) {
        assert.ok(error instanceof TypeError, String(error));
      }
    }),
    { numRuns: 20_000 },
  );
});

const one = printsOf("session", [{ low: 1, high: 2, pos: 3, expiry: 4 }]);
const bytesOf = (prints: Prints): Buffer => Buffer.from(encodePrints([prints]), "base64");

test("a position of 0, which would kill nothing, an expiry of 0, an unknown kind and a text that is no base64 are refused", () => {
  const killsNothing = { ...one, positions: Float64Array.of(0) };
  assert.throws(() => decodePrints(encodePrints([killsNothing])), /position/);
  const livesNever = { ...one, expiries: Uint32Array.of(0) };
  assert.throws(() => decodePrints(encodePrints([livesNever])), /expiry/);
  const unknown = bytesOf(one).fill(0x07, 0, 1);
  assert.throws(() => decodePrints(unknown.toString("base64")), /kind/);
  for (const text of ["%", "AAA", "AAAA=", " "]) assert.throws(() => decodePrints(text), TypeError, text);
});

test("an expiry is in whole seconds, rounded up, from 1 to 2^32 - 1", () => {
  assert.deepEqual([-5, 0, 1, 1000, 1001, 2 ** 52].map(expiryOf), [1, 1, 1, 1, 2, 2 ** 32 - 1]);
});

test("a key is eight bytes, and reads back", () => {
  const half = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
  fc.assert(
    fc.property(half, half, (low, high) => assert.deepEqual(fingerprintKeyOf(bytesOfKey([low, high])), [low, high])),
  );
  assert.deepEqual(fingerprintKeyOf(Uint8Array.of(1, 0, 0, 0, 0, 0, 0, 0x80)), [1, -(2 ** 31)]);
  assert.throws(() => fingerprintKeyOf(new Uint8Array(7)), RangeError);
});

const printer = createPrinter({ id: "k1", key: [5, 6] });

test("a frame by fingerprint holds as many entries as by name, those that have to be named by name", () => {
  fc.assert(
    fc.property(anyFrame(), (frame) => {
      const read = decodeFrame(encodeFrame(frame, printer));
      const named = frame.entries.filter(
        ({ kind, issuedBefore }) => issuedBefore !== undefined || !["token", "session", "subject"].includes(kind),
      );
      assert.deepEqual(read.entries, named);
      assert.equal(read.printed?.keyId, "k1");
      const positions = read.printed?.prints.flatMap((prints) => [...prints.positions]) ?? [];
      const expected = frame.entries.filter((entry) => !named.includes(entry)).map(({ pos }) => pos);
      assert.deepEqual(positions.toSorted(), expected.toSorted());
    }),
  );
});

test("a frame by fingerprint is refused whole if its key has no name, or a position is outside of it", () => {
  const frame = { epoch: "e", from: 2, to: 3, entries: [{ kind: "session", key: "s", pos: 3, expiresAt: 1 } as const] };
  const wire = JSON.parse(encodeFrame(frame, printer));
  assert.doesNotThrow(() => decodeFrame(JSON.stringify(wire)));
  const bad = [
    { ...wire, key_id: undefined },
    { ...wire, key_id: "a b" },
    { ...wire, prints: 7 },
    { ...wire, prints: "%" },
    { ...wire, to: 2 },
    { ...wire, from: 3 },
  ];
  for (const each of bad) assert.throws(() => decodeFrame(JSON.stringify(each)), TypeError, JSON.stringify(each));
});

test("a thousand sign-outs take less than 13 bytes each, and five less than 50", () => {
  const frameOf = (count: number) => ({
    epoch: "dGhlIGVwb2NoIG9mIGl0",
    from: 1_000_000,
    to: 1_000_000 + count,
    entries: Array.from({ length: count }, (_, at) => ({
      kind: "session" as const,
      key: `sid-${at}`,
      pos: 1_000_001 + at,
      expiresAt: 1_800_000_000_000 + at,
    })),
  });
  assert.ok(encodeFrame(frameOf(1000), printer).length < 13_000);
  assert.ok(encodeFrame(frameOf(5), printer).length < 250);
});
