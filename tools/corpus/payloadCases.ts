import { deflateRawSync } from "node:zlib";
import type { CorpusCase } from "./corpus.ts";
import { craft, goodAnd, goodText, headerOf, tokenCase } from "./craft.ts";
import { signer } from "./signers.ts";

const hs256 = signer("hs256");

/** Payloads under a true signature. */
const rows = (
  family: string,
  title: string,
  reason: string,
  payloads: Readonly<Record<string, string | Uint8Array>>,
): readonly CorpusCase[] =>
  Object.entries(payloads).map(([name, payload]) =>
    tokenCase(`payload-${family}-${name}`, {
      title: `${title}: ${name.replaceAll("-", " ")}.`,
      reason,
      token: craft(hs256, { payload }),
      expected: "malformed_payload",
    }),
  );

const duplicates = rows("duplicate", "The payload has a member twice", "RFC 7519 §4, RFC 8259 §4", {
  "sub-last": goodAnd('"sub":"admin"'),
  "sub-first": `{"sub":"admin",${goodText.slice(1)}`,
  "sub-the-same": goodAnd('"sub":"alice"'),
  "exp-first": `{"exp":1,${goodText.slice(1)}`,
  "exp-last": goodAnd('"exp":9999999999'),
  "iss-first": `{"iss":"https://evil.test",${goodText.slice(1)}`,
  "aud-first": `{"aud":"other",${goodText.slice(1)}`,
  "sub-by-escape": goodAnd('"\\u0073ub":"admin"'),
  "sub-by-escape-within": goodAnd('"s\\u0075b":"admin"'),
  "one-level-down": goodAnd('"x":{"role":"user","role":"admin"}'),
  "in-an-array": goodAnd('"x":[[{"a":{"b":1,"c":[],"b":2}}]]'),
  "twenty-levels-down": goodAnd(`"x":${'{"y":['.repeat(10)}{"a":1,"a":2}${"]}".repeat(10)}`),
  "in-a-replaced-value": goodAnd('"x":{"a":1,"a":2},"y":1'),
  proto: goodAnd('"__proto__":1,"__proto__":1'),
  "empty-name": goodAnd('"":1,"":1'),
  "number-name": goodAnd('"1":1,"1":1'),
  "space-before-the-colon": goodAnd('"sub" :"admin"'),
  "newline-before-the-colon": goodAnd('"sub"\n:\t"admin"'),
  "beside-a-text-of-a-colon": goodAnd('"x":":","sub":"admin"'),
  "beside-a-text-like-a-member": goodAnd('"x":"\\"sub\\":1","sub":"admin"'),
  "quote-in-name": goodAnd('"\\"":1,"\\u0022":2'),
});

const json = rows("json", "The payload is no JSON object", "RFC 7519 §7.2", {
  "empty-array": "[]",
  "array-around": `[${goodText}]`,
  text: '"text"',
  number: "1",
  null: "null",
  true: "true",
  "white-space": " ",
  "open-brace": "{",
  "no-json": "payload",
  "trailing-comma": `${goodText},`,
  "comma-before-the-end": `${goodText.slice(0, -1)},}`,
  "two-objects": `${goodText}{}`,
  "trailing-nul": `${goodText}\0`,
  "single-quotes": goodText.replaceAll('"', "'"),
  "leading-zero": goodAnd('"x":0300'),
  nan: goodAnd('"x":NaN'),
  infinity: goodAnd('"x":Infinity'),
  hexadecimal: goodAnd('"x":0x10'),
  "plus-sign": goodAnd('"x":+1'),
  "bare-point": goodAnd('"x":.5'),
  undefined: goodAnd('"x":undefined'),
  comment: goodAnd('"x":1 // '),
  "control-character": goodAnd('"x":"\t"'),
  "unquoted-name": goodAnd("x:1"),
});

const within = (bytes: Uint8Array): Buffer =>
  Buffer.concat([Buffer.from(goodAnd('"x":"').slice(0, -1)), bytes, Buffer.from('"}')]);

const encodings = rows("encoding", "The payload is not UTF-8", "RFC 7519 §7.2, RFC 8725 §3.7, RFC 3629 §3", {
  bom: `\ufeff${goodText}`,
  utf16le: Buffer.from(goodText, "utf16le"),
  "utf16le-with-bom": Buffer.concat([Buffer.of(0xff, 0xfe), Buffer.from(goodText, "utf16le")]),
  latin1: Buffer.from(goodAnd('"x":"\u00e9"'), "latin1"),
  "lone-continuation": within(Buffer.of(0x80)),
  "cut-sequence": within(Buffer.of(0xe2, 0x82)),
  "overlong-slash": within(Buffer.of(0xc0, 0xaf)),
  "overlong-quote": within(Buffer.of(0xe0, 0x80, 0xa2)),
  "surrogate-half": within(Buffer.of(0xed, 0xa0, 0x80)),
  "surrogate-pair": within(Buffer.of(0xed, 0xa0, 0xbd, 0xed, 0xb8, 0x80)),
  "above-unicode": within(Buffer.of(0xf4, 0x90, 0x80, 0x80)),
  "byte-ff": within(Buffer.of(0xff)),
  "in-the-subject": Buffer.concat([
    Buffer.from(goodText.slice(0, goodText.indexOf("alice"))),
    Buffer.of(0xff),
    Buffer.from(goodText.slice(goodText.indexOf("alice"))),
  ]),
});

const nested = (open: string, close: string, levels: number): string =>
  goodAnd(`"x":${open.repeat(levels)}1${close.repeat(levels)}`);

const depths = rows("depth", "The payload is nested deeper than 32", "RFC 8259 §9, RFC 7515 §10.12", {
  "arrays-33": nested("[", "]", 32),
  "objects-33": nested('{"x":', "}", 32),
  "arrays-2000": nested("[", "]", 2000),
  "objects-800": nested('{"x":', "}", 800),
  "below-an-escaped-name": goodAnd(`"\\u0078":${"[".repeat(32)}${"]".repeat(32)}`),
});

const zipped = tokenCase("payload-zip-deflate", {
  title: "The payload is compressed, and the header says so.",
  reason: "RFC 8725 §3.6, CVE-2025-62706",
  token: craft(hs256, { header: headerOf(hs256, { zip: "DEF" }), payload: deflateRawSync(goodText) }),
  expected: "malformed_payload",
});

/** What a payload may not be, however well it is signed. */
export const payloadCases: readonly CorpusCase[] = [...duplicates, ...json, ...encodings, ...depths, zipped];
