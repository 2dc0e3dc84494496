import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { createFingerprint, newFingerprintKey } from "../src/wire/fingerprint.ts";

/** HalfSipHash-c-d with 64 bits of output, from its description, a step at a time. */
function halfSipHash(message: Uint8Array, [low, high]: readonly [number, number], [c, d]: readonly [number, number]) {
  const v = Uint32Array.of(low, high ^ 0xee, 0x6c796765 ^ low, 0x74656462 ^ high);
  const add = (to: number, what: number) => v.set([(v[to] ?? 0) + (v[what] ?? 0)], to);
  const xor = (to: number, word: number) => v.set([(v[to] ?? 0) ^ word], to);
  const turn = (at: number, bits: number) => v.set([((v[at] ?? 0) << bits) | ((v[at] ?? 0) >>> (32 - bits))], at);
  const mix = (a: number, b: number, bits: number) => {
    add(a, b);
    turn(b, bits);
    xor(b, v[a] ?? 0);
  };
  const round = () => {
    mix(0, 1, 5);
    turn(0, 16);
    mix(2, 3, 8);
    mix(0, 3, 7);
    mix(2, 1, 13);
    turn(2, 16);
  };
  const rounds = (count: number) => {
    for (let at = 0; at < count; at++) round();
  };
  const padded = new Uint8Array((message.length & ~3) + 4);
  padded.set(message);
  padded[padded.length - 1] = message.length;
  for (let at = 0; at < padded.length; at += 4) {
    const word = new DataView(padded.buffer).getUint32(at, true);
    xor(3, word);
    rounds(c);
    xor(0, word);
  }
  xor(2, 0xee);
  rounds(d);
  const first = (v[1] ?? 0) ^ (v[3] ?? 0);
  xor(1, 0xdd);
  rounds(d);
  return Int32Array.of(first, (v[1] ?? 0) ^ (v[3] ?? 0));
}

test("the description, with 2 and 4 rounds, gives the vectors of the reference implementation", () => {
  const key = [0x03020100, 0x07060504] as const;
  for (const [length, vector] of vectors.entries()) {
    const hash = halfSipHash(
      Uint8Array.from({ length }, (_, at) => at),
      key,
      [2, 4],
    );
    assert.equal(Buffer.from(hash.buffer).toString("hex"), vector);
  }
});

const anyWord = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });

test("a fingerprint is HalfSipHash-1-3 of the text in UTF-8 and the tag", () => {
  const text = fc.oneof(fc.string({ maxLength: 300 }), fc.string({ unit: "binary" }), fc.base64String());
  fc.assert(
    fc.property(fc.tuple(anyWord, anyWord), fc.nat(127), text, (key, tag, name) => {
      const fingerprint = new Int32Array(2);
      createFingerprint(key)(tag, name, fingerprint);
      assert.deepEqual(fingerprint, halfSipHash(Buffer.from([...Buffer.from(name), tag]), key, [1, 3]));
    }),
    { numRuns: 2000 },
  );
});

test("texts of every length and with characters of every width", () => {
  const key = [1, 2] as const;
  const take = createFingerprint(key);
  for (const unit of ["a", "é", "\u20ac", "\u{1f511}"]) {
    for (let length = 0; length < 300; length++) {
      const fingerprint = new Int32Array(2);
      const text = `\x7f${unit.repeat(length)}`;
      take(3, text, fingerprint);
      assert.deepEqual(fingerprint, halfSipHash(Buffer.from(`${text}\x03`), key, [1, 3]));
    }
  }
});

test("the key is made of 64 random bits", () => {
  const drawn = [0, 1 - 2 ** -47, 0.5, 0.25];
  const random = () => drawn.shift() ?? 0;
  assert.deepEqual(newFingerprintKey(random), [0, -1]);
  assert.deepEqual(newFingerprintKey(random), [-(2 ** 31), 2 ** 30]);
});

/** `vectors_hsip64` of the reference implementation: of the bytes 0, 1, 2, ..., as many as the row's number, under the key 00 01 ... 07. */
const vectors = [
  "218d1f59b9b83cc8",
  "be552412f8387315",
  "064f39ef7c50eb57",
  "ce0f1a45f7060679",
  "d5e78a175be52ea1",
  "cb9d7c3f2f3db580",
  "ce3e91358aa2bc25",
  "ff202728b07bc684",
  "edfee820bce4858c",
  "5b51cccc13888307",
  "95b0469f06a6f2ee",
  "ae26333994ddcd48",
  "7bc71f9faef5c799",
  "5a2352d75a0c3744",
  "3bb1a870eae8e658",
  "217d0bcb4e81c902",
  "7336aad25f7bf3b5",
  "37adc0641c4c4f6a",
  "c9b2db2b9a3e42f9",
  "f910e48020ab363c",
  "1bf52b0a6feea7db",
  "00741dc269e8b3ef",
  "e20103fa1ba776ef",
  "4c2210e54b681d73",
  "70741045ae3fa6f1",
  "0c86403739714038",
  "0d899ed8112923f0",
  "226bf5fab81ee1b8",
  "2d925ffb1e0016b5",
  "361958d52cee10f1",
  "291aaf864898179d",
  "863c7f155c34117c",
  "28709d46d811626c",
  "248477681d28f89c",
  "8324e4d7528f9830",
  "f9efd4e13aea6bd8",
  "86d67a40ec4276dc",
  "3f6292eccca97e35",
  "cbd92ee724d42109",
  "368df6808d403d79",
  "5b38c81c67c8ae4c",
  "95ab7189d439acb3",
  "a91a52c025327024",
  "5b0087c69528acea",
  "1e30f3ad27dcb15a",
  "697f5c9a90324ed4",
  "495c0f995557dc38",
  "9427202a3c29f94d",
  "a9eaa8c04ba93e3e",
  "eea4c1737d011218",
  "912d568fd8f65a49",
  "56919596b0ff5c97",
  "02445a7998f550e1",
  "86ec466ce71d1fb2",
  "359569e7d289e3bc",
  "871b05ca62bb7c96",
  "a1a492f942f15f1d",
  "12ec267ff6095b6e",
  "5d1b5ea1b231d89d",
  "d8cfb4453f92ee54",
  "d6762890bf26e460",
  "313563a4b7ed5cf3",
  "f90b3ab572d46693",
  "2ea63c71bf326087",
];
