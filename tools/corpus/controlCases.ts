import type { CorpusCase, CorpusPolicy, KeyImport } from "./corpus.ts";
import {
  craft,
  goodAnd,
  goodText,
  goodWith,
  headerOf,
  now,
  policyWith,
  signatureOf,
  toBytes,
  tokenCase,
  toNumber,
  withSignature,
} from "./craft.ts";
import { type Signer, signer, trusted } from "./signers.ts";

const hs256 = signer("hs256");
const es256 = signer("es256");

const good = (
  id: string,
  title: string,
  reason: string,
  token: string,
  rest: { by?: Signer; keys?: readonly string[]; policy?: Partial<CorpusPolicy> } = {},
): CorpusCase => tokenCase(`good-${id}`, { title, reason, token, expected: "accepted", ...rest });

const algorithmRfc = (alg: string): string => {
  if (alg.startsWith("ML")) return "RFC 9964";
  if (alg === "ES256K") return "RFC 8812 §3.2";
  if (alg === "Ed25519") return "RFC 9864 §2.2";
  return alg === "EdDSA" ? "RFC 8037 §3.1" : "RFC 7518 §3.1";
};

const algorithms = trusted.map((by) =>
  good(by.name, `A good ${by.alg} token.`, algorithmRfc(by.alg), craft(by), { by }),
);

const headers = (
  Object.entries({
    "no-kid": { kid: undefined },
    "typ-with-application": { typ: "application/jwt" },
    "typ-in-lower-case": { typ: "jwt" },
    "embedded-jwk-unread": { jwk: signer("stranger-es256").publicJwk, x5u: "https://evil.test/" },
    "unknown-member": { foo: { bar: [1, { baz: null }] } },
    cty: { cty: "application/json" },
  }) as readonly [string, object][]
).map(([id, members]) =>
  good(
    `header-${id}`,
    `The header is unusual and right: ${id.replaceAll("-", " ")}.`,
    "RFC 7515 §4",
    craft(hs256, { header: headerOf(hs256, members) }),
  ),
);

const spellings = Object.entries({
  "white-space": '\r\n{ "kid" :\t"hs256" , "typ":"JWT", "alg":"HS256" }\n',
  "escaped-name": '{"\\u0061lg":"HS256","typ":"JWT","kid":"hs256"}',
  "names-inside": '{"alg":"HS256","typ":"JWT","kid":"hs256","x":{"alg":"none"},"y":[{"a":1},{"a":2}]}',
}).map(([id, header]) =>
  good(
    `json-${id}`,
    `The header is odd and honest JSON: ${id.replaceAll("-", " ")}.`,
    "RFC 8259",
    craft(hs256, { header }),
  ),
);

const critical = good(
  "crit-understood",
  "The header has an extension that the caller understands.",
  "RFC 7515 §4.1.11",
  craft(hs256, { header: headerOf(hs256, { crit: ["foo"], foo: 1 }) }),
  { policy: { critical: ["foo"] } },
);

const types = [
  good("typ-at-jwt", "An access token where one is asked for.", "RFC 9068 §4", typed("at+jwt"), {
    policy: { typ: "at+jwt" },
  }),
  good("typ-at-jwt-long", "The same with the long name of its type.", "RFC 7515 §4.1.9", typed("application/at+jwt"), {
    policy: { typ: "at+jwt" },
  }),
  good("typ-at-jwt-upper", "The same in upper case.", "RFC 7515 §4.1.9", typed("AT+JWT"), {
    policy: { typ: "at+jwt" },
  }),
  good("typ-left-out", "The token has no typ, and the policy asks for none.", "RFC 7519 §5.1", typed(undefined), {
    policy: { typ: undefined as never },
  }),
];

function typed(typ: string | undefined): string {
  return craft(hs256, { header: headerOf(hs256, { typ }) });
}

type ClaimRow = readonly [id: string, title: string, payload: string, policy?: Partial<CorpusPolicy>];

const claimRows: readonly ClaimRow[] = [
  ["aud-list", "The audience is in a list.", goodWith("aud", '["other","api"]')],
  ["aud-twice", "The audience is in a list twice.", goodWith("aud", '["api","api"]')],
  ["no-iat", "The token does not say when it was issued.", JSON.stringify({ ...JSON.parse(goodText), iat: undefined })],
  ["exp-fraction", "The token ends in half a second.", goodWith("exp", String(now + 0.5))],
  [
    "exp-tolerance",
    "The token ended four seconds ago, the tolerance is five.",
    goodWith("exp", `${now - 4}`).replace(`"iat":${now}`, `"iat":${now - 60}`),
    { clockToleranceSeconds: 5 },
  ],
  ["exp-largest", "The token ends at the last exact number.", goodWith("exp", "9007199254740991")],
  ["exp-exponent", "The end is written with an exponent.", goodWith("exp", "1.8000003e9")],
  ["nbf-now", "The token is valid from this very second.", goodWith("nbf", `${now}`)],
  ["ttl-exact", "The token lives as long as the policy allows.", goodWith("exp", `${now + 60}`), { maxTtlSeconds: 60 }],
  [
    "required",
    "The claims that the policy requires are there.",
    goodText,
    { required: ["iss", "aud", "exp", "sub", "jti"] },
  ],
  [
    "own-constructor",
    "A claim has the name of a member of every object.",
    goodAnd('"constructor":1'),
    { required: ["iss", "aud", "exp", "constructor"] },
  ],
  ["own-proto", "A claim is named __proto__.", goodAnd('"__proto__":{"admin":true}')],
  [
    "role",
    "The claim role has a value that the policy allows.",
    goodAnd('"role":"reader"'),
    { allowedValues: { role: ["reader", "writer"] } },
  ],
  ["not-revoked", "Another token has been revoked.", goodText, { revoked: ["8"] }],
  [
    "unicode",
    "The claims hold letters from everywhere.",
    goodAnd('"name":"\u00c5sa \u6771\u4eac \ud83d\ude00","\\u00e9":"e\\u0301"'),
  ],
  ["texts-like-members", "Texts look like members.", goodAnd('"x":":","y":["{\\"sub\\":1}",":"],"z" : ":,"')],
  ["nested-31", "The payload is nested as deep as allowed.", goodAnd(`"x":${"[".repeat(31)}${"]".repeat(31)}`)],
  [
    "large-number",
    "A claim that is no date is larger than exact numbers.",
    goodAnd('"x":123456789012345678901234567890'),
  ],
  ["long", "The token has 8000 characters.", goodAnd(`"x":"${"x".repeat(5800)}"`)],
];

const claims = claimRows.map(([id, title, payload, policy]) =>
  good(`claims-${id}`, title, "RFC 7519 §4.1", craft(hs256, { payload }), policy && { policy }),
);

const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

/** n - s is as good as s: JWS has no rule of the smaller one. */
function withHighS(): string {
  for (;;) {
    const token = craft(es256);
    const raw = signatureOf(token);
    const s = toNumber(raw.subarray(32));
    const other = withSignature(token, Buffer.concat([raw.subarray(0, 32), toBytes(order - s, 32)]));
    if (s < order / 2n) return other;
  }
}

const others = [
  good("es256-high-s", "The ES256 signature has the larger of its two values of s.", "RFC 7518 §3.4", withHighS(), {
    by: es256,
  }),
  good("set-by-kid", "A set has two keys, and the token names one.", "RFC 7515 §4.1.4", craft(signer("eddsa")), {
    keys: ["es256", "eddsa"],
  }),
];

const spki = es256.publicKeyObject.export({ type: "spki", format: "pem" }).toString();
const { kid: _, alg: __, ...bareJwk } = es256.publicJwk;

const imports = (
  Object.entries({
    jwk: { as: "public", alg: "ES256", value: { ...bareJwk, use: "sig", key_ops: ["verify"], alg: "ES256" } },
    "bare-jwk": { as: "public", alg: "ES256", value: bareJwk },
    pem: { as: "public", alg: "ES256", value: spki },
    "rsa-pem": {
      as: "public",
      alg: "RS256",
      value: signer("rs256").publicKeyObject.export({ type: "spki", format: "pem" }).toString(),
    },
    secret: { as: "secret", alg: "HS256", value: { kty: "oct", k: hs256.keyObject.export().toString("base64url") } },
    set: { as: "set", alg: "ES256", value: { keys: [es256.publicJwk, signer("eddsa").publicJwk] } },
  }) as readonly [string, KeyImport][]
).map(
  ([id, imported]): CorpusCase => ({
    id: `good-key-${id}`,
    title: `A sound key is taken: ${id.replaceAll("-", " ")}.`,
    reason: "RFC 7517 §4, RFC 7468 §13",
    import: imported,
    policy: policyWith(),
    token: craft(signer(imported.alg.toLowerCase()), {
      header: JSON.stringify({ alg: imported.alg, typ: "JWT", ...(id === "set" && { kid: "es256" }) }),
    }),
    expected: "accepted",
  }),
);

/** Good tokens, so that a library which refuses everything does not look strict. */
export const controlCases: readonly CorpusCase[] = [
  ...[...algorithms, ...headers, ...spellings, critical, ...types, ...claims, ...others, ...imports],
];
