import type { CorpusCase, CorpusPolicy } from "./corpus.ts";
import { craft, craftClaims, goodAnd, goodText, goodWith, now, tokenCase } from "./craft.ts";
import { signer } from "./signers.ts";

const hs256 = signer("hs256");
const year = 31_536_000;

type About = {
  readonly title: string;
  readonly reason: string;
  readonly expected: string;
  readonly policy?: Partial<CorpusPolicy>;
};

const judged = (id: string, payload: string, { title, reason, expected, policy }: About): CorpusCase =>
  tokenCase(`claims-${id}`, {
    title,
    reason,
    token: craft(hs256, { payload }),
    expected,
    ...(policy && { policy }),
  });

const without = (name: string): string => JSON.stringify({ ...JSON.parse(goodText), [name]: undefined });

const missing = [
  ...["iss", "aud", "exp"].map((name) =>
    judged(`missing-${name}`, without(name), {
      title: `The policy has a check for ${name}, and the claim is missing.`,
      reason: "RFC 8725 §3.8, §3.9, RFC 7519 §4.1",
      expected: "missing_claim",
      policy: { required: ["iss", "aud", "exp"] },
    }),
  ),
  ...["sub", "jti", "iat"].map((name) =>
    judged(`missing-required-${name}`, without(name), {
      title: `The policy requires ${name}, and the claim is missing.`,
      reason: "RFC 9068 §2.2, RFC 7519 §4.1",
      expected: "missing_claim",
      policy: { required: ["iss", "aud", "exp", name] },
    }),
  ),
  ...["toString", "constructor", "__proto__"].map((name) =>
    judged(`missing-member-${name.replaceAll("_", "")}`, goodText, {
      title: `The policy requires ${name}, which only the prototype of every object has.`,
      reason: "CWE-1321",
      expected: "missing_claim",
      policy: { required: ["iss", "aud", "exp", name] },
    }),
  ),
  judged("missing-lent-by-proto", `{"__proto__":${goodText}}`, {
    title: "All claims lie in an own __proto__, which lends none of them.",
    reason: "CWE-1321",
    expected: "missing_claim",
    policy: { required: ["iss", "aud", "exp"] },
  }),
  judged("missing-all", "{}", {
    title: "The payload is an empty object.",
    reason: "RFC 7519 §4.1",
    expected: "missing_claim",
    policy: { required: ["iss", "aud", "exp"] },
  }),
];

const texts: Readonly<Record<string, string>> = {
  number: "1",
  null: "null",
  true: "true",
  "empty-list": "[]",
  object: "{}",
};

const textClaims = ["iss", "sub", "jti"].flatMap((name) =>
  Object.entries({ ...texts, list: JSON.stringify([JSON.parse(goodText)[name]]) }).map(([kind, spelling]) =>
    judged(`type-${name}-${kind}`, goodWith(name, spelling), {
      title: `The claim ${name} is no text: ${kind.replaceAll("-", " ")}.`,
      reason: name === "iss" ? "RFC 7519 §4.1.1, CVE-2024-53861" : "RFC 7519 §4.1.2, §4.1.7",
      expected: "malformed_claim",
    }),
  ),
);

const dates: Readonly<Record<string, string>> = {
  infinite: "1e999",
  "minus-infinite": "-1e999",
  negative: "-1",
  "a-little-negative": "-0.001",
  inexact: "9007199254740993",
  huge: "1e300",
  text: `"${now + 300}"`,
  "empty-text": '""',
  "text-infinity": '"Infinity"',
  "date-text": '"2030-01-01T00:00:00Z"',
  null: "null",
  true: "true",
  false: "false",
  list: `[${now}]`,
  object: "{}",
};

const dateReason = "RFC 7519 §2, CVE-2026-25537, CVE-2026-44459";

const dateClaims = ["exp", "nbf", "iat"].flatMap((name) =>
  Object.entries(dates)
    .filter(([kind]) => name === "exp" || /^(infinite|negative|inexact|text|null|true|list|object)$/.test(kind))
    .map(([kind, spelling]) =>
      judged(`date-${name}-${kind}`, goodWith(name, spelling), {
        title: `The claim ${name} is no date: ${kind.replaceAll("-", " ")}.`,
        reason: dateReason,
        expected: "malformed_claim",
      }),
    ),
);

const audienceForms = Object.entries({
  object: '{"0":"api"}',
  "nested-list": '[["api"]]',
  number: "1",
  null: "null",
  true: "true",
  "number-in-list": '["api",1]',
  "null-in-list": '["api",null]',
  "empty-object": "{}",
  "array-like": '{"0":"api","length":1}',
}).map(([kind, spelling]) =>
  judged(`aud-form-${kind}`, goodWith("aud", spelling), {
    title: `The claim aud is neither a text nor a list of texts: ${kind.replaceAll("-", " ")}.`,
    reason: "RFC 7519 §4.1.3, CVE-2020-26160",
    expected: "malformed_claim",
  }),
);

const audiences = Object.entries({
  other: '"other"',
  "other-in-list": '["other"]',
  prefix: '"ap"',
  longer: '"api-evil"',
  "trailing-space": '"api "',
  "trailing-slash": '"api/"',
  "other-case": '"API"',
  "empty-list": "[]",
  "empty-text": '""',
  "comma-list": '"api,other"',
  "dotless-i": '"ap\\u0131"',
  wildcard: '"*"',
}).map(([kind, spelling]) =>
  judged(`aud-${kind}`, goodWith("aud", spelling), {
    title: `The token is for another audience: ${kind.replaceAll("-", " ")}.`,
    reason: "RFC 7519 §4.1.3, RFC 8725 §3.9, CVE-2020-26160",
    expected: "wrong_audience",
  }),
);

const issuers = Object.entries({
  other: "https://evil.test",
  "trailing-slash": "https://issuer.test/",
  "other-case": "https://ISSUER.test",
  "trailing-space": "https://issuer.test ",
  empty: "",
  prefix: "https://issuer",
  "single-letter": "h",
  longer: "https://issuer.test.evil.test",
  "user-part": "https://issuer.test@evil.test",
  "other-scheme": "http://issuer.test",
  port: "https://issuer.test:443",
  wildcard: "*",
}).map(([kind, iss]) =>
  judged(`iss-${kind}`, goodWith("iss", JSON.stringify(iss)), {
    title: `The token is by another issuer: ${kind.replaceAll("-", " ")}.`,
    reason: "RFC 8725 §3.8, CVE-2024-53861",
    expected: "wrong_issuer",
  }),
);

type TimeRow = readonly [id: string, title: string, claims: object, expected: string, policy?: Partial<CorpusPolicy>];

const tolerant = { clockToleranceSeconds: 5 };
const timeRows: readonly TimeRow[] = [
  ["exp-this-second", "The token expires this very second.", { exp: now, iat: now - 9 }, "expired"],
  ["exp-a-second-ago", "The token expired a second ago.", { exp: now - 1, iat: now - 9 }, "expired"],
  ["exp-zero", "The token expired in 1970.", { exp: 0, iat: 0 }, "expired"],
  ["exp-fraction", "The token expired a millisecond ago.", { exp: now - 0.001, iat: now - 9 }, "expired"],
  [
    "exp-at-tolerance",
    "The token expired five seconds ago, the tolerance is five.",
    { exp: now - 5, iat: 1 },
    "expired",
    tolerant,
  ],
  [
    "exp-milliseconds-iat",
    "The iat is in milliseconds.",
    { iat: now * 1000, exp: now * 1000 + 300 },
    "issued_in_the_future",
  ],
  ["nbf-next-second", "The token is valid from the next second.", { nbf: now + 1 }, "not_yet_valid"],
  ["nbf-fraction", "The token is valid in half a second.", { nbf: now + 0.5 }, "not_yet_valid"],
  [
    "nbf-beyond-tolerance",
    "The token is valid in six seconds, the tolerance is five.",
    { nbf: now + 6 },
    "not_yet_valid",
    tolerant,
  ],
  ["nbf-after-exp", "The token is valid from a year after its end.", { nbf: now + year }, "not_yet_valid"],
  ["iat-next-second", "The token was issued in the next second.", { iat: now + 1 }, "issued_in_the_future"],
  [
    "iat-in-a-year",
    "The token was issued in a year.",
    { iat: now + year, exp: now + 2 * year },
    "issued_in_the_future",
  ],
  [
    "iat-beyond-tolerance",
    "The token was issued in six seconds, the tolerance is five.",
    { iat: now + 6 },
    "issued_in_the_future",
    tolerant,
  ],
  [
    "iat-after-exp",
    "The token ended before it was issued.",
    { iat: now + 4, exp: now + 3 },
    "malformed_claim",
    tolerant,
  ],
  [
    "ttl-a-second-more",
    "The token lives a second longer than the policy allows.",
    { exp: now + 61 },
    "lifetime_too_long",
    { maxTtlSeconds: 60 },
  ],
  [
    "ttl-a-century",
    "The token lives for a century.",
    { exp: now + 100 * year },
    "lifetime_too_long",
    { maxTtlSeconds: 3600 },
  ],
  [
    "ttl-despite-tolerance",
    "A tolerance for clocks does not lengthen a life.",
    { exp: now + 64 },
    "lifetime_too_long",
    { maxTtlSeconds: 60, ...tolerant },
  ],
  [
    "ttl-without-iat",
    "The policy limits the life, and the token does not say when it began.",
    { iat: undefined },
    "missing_claim",
    { maxTtlSeconds: 999 },
  ],
];

const times = timeRows.map(([id, title, claims, expected, policy]) =>
  tokenCase(`claims-time-${id}`, {
    title,
    reason: "RFC 7519 §4.1.4, §4.1.5, §4.1.6",
    token: craftClaims(hs256, claims),
    expected,
    ...(policy && { policy }),
  }),
);

const roles = { allowedValues: { role: ["reader", "writer"] } };

const shapes = Object.entries({ missing: "{}", other: '"admin"', list: '["reader"]', proto: "null" }).map(
  ([kind, role]) =>
    judged(`shape-${kind}`, kind === "missing" ? goodText : goodAnd(`"role":${role}`), {
      title: `The claim role is not one of the values that the policy's schema allows: ${kind}.`,
      reason: "RFC 8725 §3.10",
      expected: "claims_rejected",
      policy: roles,
    }),
);

const revoked = [
  judged("revoked", goodText, {
    title: "The token has been revoked, by its jti.",
    reason: "RFC 7519 §4.1.7, RFC 7009",
    expected: "revoked",
    policy: { revoked: ["6", "7"] },
  }),
  judged("revoked-and-expired", goodWith("exp", "1").replace(`"iat":${now}`, '"iat":0'), {
    title: "The token has been revoked and has expired; the claims are judged first.",
    reason: "RFC 7519 §4.1.4",
    expected: "expired",
    policy: { revoked: ["7"] },
  }),
];

/** What claims may not say, though the signature is right. */
export const claimCases: readonly CorpusCase[] = [
  ...[...missing, ...textClaims, ...dateClaims, ...audienceForms, ...audiences, ...issuers, ...times, ...shapes],
  ...revoked,
];
