import { constants, sign } from "node:crypto";
import type { CorpusCase } from "./corpus.ts";
import { b64, craft, goodText, headerOf, quoted, segments, tokenCase } from "./craft.ts";
import { macWith, publicForms, type Signer, sealWith, signer } from "./signers.ts";

const [hs256, rs256, ps256, es256, eddsa] = ["hs256", "rs256", "ps256", "es256", "eddsa"].map(signer) as [
  Signer,
  Signer,
  Signer,
  Signer,
  Signer,
];

const confused = (id: string, title: string, reason: string, token: string, by: Signer): CorpusCase =>
  tokenCase(`alg-${id}`, { title, reason, token, by, expected: "wrong_algorithm" });

const noneReason = "RFC 8725 §3.1, CVE-2015-9235, CVE-2022-23540";
const spellings = ["none", "None", "NONE", "nOnE", "nonE", "none ", " none", "none\0", "n\u200bone", "\uff4eone"];

const none = spellings.flatMap((alg, index) => {
  const header = headerOf(hs256, { alg });
  const title = `The alg is ${quoted(alg)}`;
  const withMac = `${title}, with an HMAC by the key.`;
  const macked = confused(`none-${index + 1}-signed`, withMac, noneReason, craft(hs256, { header }), hs256);
  if (index > 3) return [macked];
  return [
    macked,
    tokenCase(`alg-none-${index + 1}-unsigned`, {
      title: `${title}, and there is no signature.`,
      reason: noneReason,
      token: `${b64(header)}.${b64(goodText)}.`,
      expected: "malformed_token",
    }),
  ];
});

const unsigned = [hs256, rs256, es256, eddsa].flatMap((by) => {
  const [, payload] = segments(craft(by));
  const title = `A verifier with a key for ${by.alg} gets an unsigned token`;
  return [
    tokenCase(`alg-unsigned-${by.name}`, {
      title: `${title}, which names ${by.alg} all the same.`,
      reason: "CVE-2020-28042, RFC 8725 §3.3",
      token: `${b64(headerOf(by))}.${payload}.`,
      by,
      expected: "malformed_token",
    }),
    tokenCase(`alg-none-${by.name}`, {
      title: `${title} with a byte in place of a signature.`,
      reason: noneReason,
      token: `${b64(headerOf(by, { alg: "none" }))}.${payload}.AA`,
      by,
      expected: "wrong_algorithm",
    }),
  ];
});

const macReason = "RFC 8725 §2.1, CVE-2015-9235, CVE-2016-10555, CVE-2022-23541, CVE-2023-48223, CVE-2026-34950";

/** HMACs under the public key in each of the forms in which it lies about; those that are alike for all keys only once. */
const publicKeyAsSecret = [rs256, es256, eddsa].flatMap((by) =>
  Object.entries(publicForms(by))
    .filter(([form]) => by === rs256 || /^(pem|der|jwk|.*point|raw.*)$/.test(form))
    .map(([form, secret]) =>
      confused(
        `mac-${by.name}-${form}`,
        `HS256 with the public key of ${by.alg} as the secret: ${form.replaceAll("-", " ")}.`,
        form.startsWith("jwk") ? `${macReason}, GHSA-g3jj-5cmm-3hxx` : macReason,
        craft(by, { header: headerOf(by, { alg: "HS256" }), seal: macWith("sha256", secret) }),
        by,
      ),
    ),
);

const pem = publicForms(rs256).pem ?? Buffer.of();

const otherMacs = [
  ...["HS384", "HS512"].map((alg) =>
    confused(
      `mac-rs256-${alg.toLowerCase()}`,
      `${alg} with the PEM of the RS256 key as the secret.`,
      macReason,
      craft(rs256, { header: headerOf(rs256, { alg }), seal: macWith(`sha${alg.slice(2)}`, pem) }),
      rs256,
    ),
  ),
  confused(
    "mac-ps256-pem",
    "HS256 with the PEM of the PS256 key as the secret.",
    macReason,
    craft(ps256, { header: headerOf(ps256, { alg: "HS256" }), seal: macWith("sha256", pem) }),
    ps256,
  ),
  ...[rs256, es256, eddsa].map((by) =>
    tokenCase(`alg-mac-under-${by.name}`, {
      title: `The header says ${by.alg}, and the signature is an HMAC with the public key's PEM as the secret.`,
      reason: macReason,
      token: craft(by, { seal: macWith("sha256", publicForms(by).pem ?? "") }),
      by,
      expected: "bad_signature",
    }),
  ),
  confused(
    "mac-empty-secret",
    "HS256 with the empty secret, for a verifier with a key for ES256.",
    "CVE-2026-44351, CVE-2019-20933",
    craft(es256, { header: headerOf(es256, { alg: "HS256" }), seal: macWith("sha256", "") }),
    es256,
  ),
];

/** Signed truly by another key and named after it. */
const otherFamilies = [
  [rs256, es256],
  [rs256, eddsa],
  [es256, rs256],
  [es256, eddsa],
  [es256, hs256],
  [eddsa, es256],
  [eddsa, hs256],
  [hs256, rs256],
  [hs256, es256],
  [ps256, es256],
] as const;

const families = otherFamilies.map(([by, other]) =>
  confused(
    `family-${by.name}-${other.name}`,
    `A true ${other.alg} token by another key under the kid of an ${by.alg} key.`,
    "RFC 8725 §3.1, CVE-2022-23539",
    craft(other, { header: headerOf(other, { kid: by.name }) }),
    by,
  ),
);

/** The same key and another algorithm of its family: right in every way but that the key is not for it. */
const siblings = [
  ["rs256", "RS384"],
  ["rs256", "RS512"],
  ["rs256", "PS256"],
  ["rs512", "RS256"],
  ["ps256", "RS256"],
  ["ps256", "PS384"],
  ["hs256", "HS384"],
  ["hs256", "HS512"],
  ["hs512", "HS256"],
  ["eddsa", "Ed25519"],
  ["ed25519", "EdDSA"],
] as const;

const swaps = siblings.map(([name, alg]) => {
  const by = signer(name);
  return confused(
    `sibling-${name}-${alg.toLowerCase()}`,
    `The ${by.alg} key itself signed with ${alg}; a key has one algorithm.`,
    "RFC 8725 §3.1, RFC 7517 §4.4",
    craft(by, { header: headerOf(by, { alg }), seal: sealWith(alg, by.keyObject) }),
    by,
  );
});

const lie = (id: string, by: Signer, title: string, seal: Signer["seal"]): CorpusCase =>
  tokenCase(`alg-lie-${id}`, {
    title,
    reason: "RFC 7515 §5.2, RFC 8725 §3.3",
    token: craft(by, { seal }),
    by,
    expected: "bad_signature",
  });

const lies = [
  lie("rs256-sha512", rs256, "The header says RS256, the signature is RS512.", sealWith("RS512", rs256.keyObject)),
  lie("rs256-pss", rs256, "The header says RS256, the signature is PS256.", sealWith("PS256", rs256.keyObject)),
  lie("ps256-pkcs1", ps256, "The header says PS256, the signature is RS256.", sealWith("RS256", ps256.keyObject)),
  lie("ps256-sha512", ps256, "The header says PS256, the signature is PS512.", sealWith("PS512", ps256.keyObject)),
  lie("es256-sha384", es256, "The header says ES256, the hash is SHA-384.", (input) =>
    sign("sha384", Buffer.from(input), { key: es256.keyObject, dsaEncoding: "ieee-p1363" }),
  ),
  lie("rs256-sha1", rs256, "The header says RS256, the hash is SHA-1.", (input) =>
    sign("sha1", Buffer.from(input), { key: rs256.keyObject, padding: constants.RSA_PKCS1_PADDING }),
  ),
  lie("hs256-sha512", hs256, "The header says HS256, the MAC is HS512.", sealWith("HS512", hs256.keyObject)),
];

const unknownNames = ["hs256", "HS256 ", "HS256\0", "HS1", "HS2048", "HMAC", "RSA-OAEP", "dir", "A128KW", "SHA256"];

const unknown = [...unknownNames, "__proto__", "constructor", "toString"].map((alg, index) =>
  confused(
    `unknown-${index + 1}`,
    `The alg is ${quoted(alg)}, which is no algorithm of the key, under a true HS256 signature.`,
    "RFC 7515 §4.1.1",
    craft(hs256, { header: headerOf(hs256, { alg }) }),
    hs256,
  ),
);

const mixed = (id: string, title: string, header: object, expected: string): CorpusCase =>
  tokenCase(`alg-mixed-${id}`, {
    title: `A set has a key for RS256 and a secret for HS256; an HMAC under the former's PEM ${title}.`,
    reason: macReason,
    token: craft(hs256, { header: JSON.stringify({ typ: "JWT", ...header }), seal: macWith("sha256", pem) }),
    keys: ["rs256", "hs256"],
    expected,
  });

const mixedSets = [
  mixed("kid-of-rs256", "names the RS256 key", { alg: "HS256", kid: "rs256" }, "wrong_algorithm"),
  mixed("kid-of-hs256", "names the secret", { alg: "HS256", kid: "hs256" }, "bad_signature"),
  mixed("no-kid", "names none", { alg: "HS256" }, "bad_signature"),
  mixed("rs256-under-secret", "says RS256 and names the secret", { alg: "RS256", kid: "hs256" }, "wrong_algorithm"),
];

/** Tokens that talk a verifier into another algorithm than its key's. */
export const algorithmCases: readonly CorpusCase[] = [
  ...[...none, ...unsigned, ...publicKeyAsSecret, ...otherMacs, ...families, ...swaps, ...lies, ...unknown],
  ...mixedSets,
];
