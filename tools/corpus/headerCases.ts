import type { CorpusCase, CorpusPolicy } from "./corpus.ts";
import { b64, craft, goodText, headerOf, signed, tokenCase } from "./craft.ts";
import { signer } from "./signers.ts";

const hs256 = signer("hs256");

type Row = readonly [name: string, header: string | Uint8Array];

/** Headers under a true signature, so that nothing but the header can be the reason. */
const rows = (
  family: string,
  {
    title,
    reason,
    expected,
    policy,
  }: { title: string; reason: string; expected: string; policy?: Partial<CorpusPolicy> },
  headers: readonly Row[],
): readonly CorpusCase[] =>
  headers.map(([name, header]) =>
    tokenCase(`header-${family}-${name}`, {
      title: `${title}: ${name.replaceAll("-", " ")}.`,
      reason,
      token: craft(hs256, { header }),
      expected,
      ...(policy && { policy }),
    }),
  );

const members = (rows: Readonly<Record<string, object>>): readonly Row[] =>
  Object.entries(rows).map(([name, changes]) => [name, headerOf(hs256, changes)]);

const alg = rows(
  "alg",
  { title: "The header's alg is missing or no text", reason: "RFC 7515 §4.1.1", expected: "malformed_header" },
  members({
    missing: { alg: undefined },
    null: { alg: null },
    empty: { alg: "" },
    zero: { alg: 0 },
    true: { alg: true },
    array: { alg: ["HS256"] },
    object: { alg: { alg: "HS256" } },
  }),
);

const kid = rows(
  "kid",
  { title: "The header's kid is no text", reason: "RFC 7515 §4.1.4", expected: "malformed_header" },
  members({
    number: { kid: 7 },
    null: { kid: null },
    array: { kid: ["hs256"] },
    object: { kid: {} },
    empty: { kid: "" },
    false: { kid: false },
  }),
);

const typ = rows(
  "typ",
  { title: "The header's typ is no text", reason: "RFC 7515 §4.1.9", expected: "malformed_header" },
  members({
    number: { typ: 1 },
    null: { typ: null },
    array: { typ: ["JWT"] },
    empty: { typ: "" },
    object: { typ: {} },
  }),
);

const crit = rows(
  "crit",
  {
    title: "The header asks for an extension that the verifier does not have",
    reason: "RFC 7515 §4.1.11, CVE-2025-59420, CVE-2026-32597, CVE-2026-35042",
    expected: "unsupported_critical",
  },
  members({
    unknown: { crit: ["foo"], foo: 1 },
    "unknown-and-absent": { crit: ["foo"] },
    "unknown-and-known": { crit: ["exp", "foo"], exp: 1, foo: 1 },
    empty: { crit: [] },
    "registered-name": { crit: ["alg"] },
    "prototype-member": { crit: ["toString"] },
    proto: { crit: ["__proto__"] },
    twice: { crit: ["foo", "foo"], foo: 1 },
    text: { crit: "foo", foo: 1 },
    null: { crit: null },
    false: { crit: false },
    number: { crit: 0 },
    object: { crit: { foo: 1 } },
    "number-in-list": { crit: [1] },
    "empty-name": { crit: [""], "": 1 },
    "b64-false": { crit: ["b64"], b64: false },
    "b64-true": { crit: ["b64"], b64: true },
  }),
);

const understood = rows(
  "critical",
  {
    title: "The caller understands foo, and that is not enough",
    reason: "RFC 7515 §4.1.11, RFC 7797 §7",
    expected: "unsupported_critical",
    policy: { critical: ["foo"] },
  },
  members({
    "named-and-absent": { crit: ["foo"] },
    "named-twice": { crit: ["foo", "foo"], foo: 1 },
    "another-beside-it": { crit: ["foo", "bar"], foo: 1, bar: 1 },
    "another-case": { crit: ["FOO"], FOO: 1 },
    "text-not-list": { crit: "foo", foo: 1 },
    "b64-beside-it": { crit: ["foo", "b64"], foo: 1, b64: false },
  }),
);

const b64Alone = rows(
  "b64",
  {
    title: "The header has b64, which no JWT may use",
    reason: "RFC 7797 §7",
    expected: "unsupported_critical",
  },
  members({ "false-without-crit": { b64: false }, "true-without-crit": { b64: true }, text: { b64: "false" } }),
);

const unencoded = tokenCase("header-b64-unencoded-payload", {
  title: "The payload stands there unencoded, as b64 allows for a JWS.",
  reason: "RFC 7797 §7",
  token: signed(`${b64(headerOf(hs256, { crit: ["b64"], b64: false }))}.{"sub":"admin"}`, hs256.seal),
  expected: "malformed_token",
});

const duplicates = rows(
  "duplicate",
  {
    title: "The header has a member twice",
    reason: "RFC 7515 §4, RFC 8259 §4",
    expected: "malformed_header",
  },
  Object.entries({
    "alg-none-first": '{"alg":"none","alg":"HS256","typ":"JWT","kid":"hs256"}',
    "alg-none-last": '{"alg":"HS256","alg":"none","typ":"JWT","kid":"hs256"}',
    "alg-the-same": '{"alg":"HS256","alg":"HS256","typ":"JWT","kid":"hs256"}',
    "alg-by-escape": '{"alg":"none","\\u0061lg":"HS256","typ":"JWT","kid":"hs256"}',
    kid: '{"alg":"HS256","typ":"JWT","kid":"evil","kid":"hs256"}',
    typ: '{"alg":"HS256","typ":"at+jwt","typ":"JWT","kid":"hs256"}',
    "far-inside": '{"alg":"HS256","typ":"JWT","kid":"hs256","x":{"a":[{"b":1,"b":1}]}}',
    proto: '{"alg":"HS256","typ":"JWT","kid":"hs256","__proto__":1,"__proto__":2}',
  }),
);

const own = headerOf(hs256);
const utf16 = Buffer.from(own, "utf16le");

const json = rows(
  "json",
  {
    title: "The header is no JSON object in UTF-8",
    reason: "RFC 7515 §5.2, RFC 7519 §7.2, RFC 8725 §3.7",
    expected: "malformed_header",
  },
  Object.entries({
    "empty-array": "[]",
    "array-around": `[${own}]`,
    text: '"HS256"',
    number: "1",
    null: "null",
    true: "true",
    "white-space": " ",
    "open-brace": "{",
    "no-json": "alg",
    "single-quotes": own.replaceAll('"', "'"),
    "two-objects": `${own}{}`,
    "trailing-comma": `${own.slice(0, -1)},}`,
    "trailing-nul": `${own}\0`,
    comment: `${own}//`,
    bom: `\ufeff${own}`,
    utf16,
    "utf16-with-bom": Buffer.concat([Buffer.of(0xff, 0xfe), utf16]),
    latin1: Buffer.from(headerOf(hs256, { x: "\u00e9" }), "latin1"),
    "overlong-quote": Buffer.concat([
      Buffer.from(`${own.slice(0, -1)},"x":"`),
      Buffer.of(0xc0, 0xa2),
      Buffer.from('"}'),
    ]),
    "lone-surrogate": Buffer.concat([
      Buffer.from(`${own.slice(0, -1)},"x":"`),
      Buffer.of(0xed, 0xa0, 0x80),
      Buffer.from('"}'),
    ]),
    "nested-33": headerOf(hs256, { x: JSON.parse("[".repeat(32) + "]".repeat(32)) }),
    "nested-1000": `${own.slice(0, -1)},"x":${"[".repeat(1000)}${"]".repeat(1000)}}`,
    "members-of-proto-only": '{"__proto__":{"alg":"HS256","typ":"JWT","kid":"hs256"}}',
  }),
);

const otherTypes = rows(
  "other-typ",
  { title: "The token is of another type than the policy's JWT", reason: "RFC 8725 §3.11", expected: "wrong_type" },
  members({
    "at-jwt": { typ: "at+jwt" },
    "dpop-jwt": { typ: "dpop+jwt" },
    "logout-jwt": { typ: "logout+jwt" },
    "secevent-jwt": { typ: "secevent+jwt" },
    "kb-jwt": { typ: "kb+jwt" },
    jose: { typ: "JOSE" },
    "trailing-space": { typ: "JWT " },
    "kelvin-sign-look-alike": { typ: "\u212aWT" },
    "long-s": { typ: "at+jwt\u017f" },
    "path-in-type": { typ: "application/x/jwt" },
    "text-jwt": { typ: "text/jwt" },
    missing: { typ: undefined },
  }),
);

const otherAccessTypes = rows(
  "at-jwt",
  {
    title: "The token is no access token, and the policy asks for one",
    reason: "RFC 9068 §4, RFC 8725 §3.11",
    expected: "wrong_type",
    policy: { typ: "at+jwt" },
  },
  members({
    jwt: { typ: "JWT" },
    missing: { typ: undefined },
    "dpop-jwt": { typ: "dpop+jwt" },
    "with-plus-encoded": { typ: "at%2Bjwt" },
    "with-parameter": { typ: "at+jwt; v=1" },
    "list-in-text": { typ: "JWT,at+jwt" },
  }),
);

const changed = tokenCase("header-changed-after-signing", {
  title: "The header was written anew after signing.",
  reason: "RFC 7515 §5.2",
  token: `${b64(headerOf(hs256, { x: 1 }))}.${b64(goodText)}.${craft(hs256).split(".")[2]}`,
  expected: "bad_signature",
});

/** What a header may not say. */
export const headerCases: readonly CorpusCase[] = [
  ...[...alg, ...kid, ...typ, ...crit, ...understood, ...b64Alone, unencoded, ...duplicates, ...json, ...otherTypes],
  ...[...otherAccessTypes, changed],
];
