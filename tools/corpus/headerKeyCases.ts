import type { CorpusCase } from "./corpus.ts";
import { craft, headerOf, tokenCase } from "./craft.ts";
import { macWith, type Seal, type Signer, signer } from "./signers.ts";

const hs256 = signer("hs256");
const es256 = signer("es256");
const eddsa = signer("eddsa");

const empty = macWith("sha256", "");
const injection = (name: string, value: string, seal: Seal, reason: string): CorpusCase =>
  tokenCase(`header-kid-injection-${name}`, {
    title: `The kid is meant to be taken for something else: ${name.replaceAll("-", " ")}.`,
    reason,
    token: craft(hs256, { header: headerOf(hs256, { kid: value }), seal }),
    expected: "unknown_key",
  });

const injections = [
  injection("dev-null", "../../../../../dev/null", empty, "RFC 8725 §3.10"),
  injection("file-url", "file:///dev/null", empty, "RFC 8725 §3.10"),
  injection("backslashes", "..\\..\\..\\nul", empty, "RFC 8725 §3.10"),
  injection("sql", "x' UNION SELECT 'secret' -- ", macWith("sha256", "secret"), "RFC 8725 §3.10"),
  injection("shell", "|id", empty, "RFC 8725 §3.10"),
  injection("crlf", "\r\nSET x y", empty, "RFC 8725 §3.10"),
  injection("wildcard", "*", empty, "RFC 8725 §3.10"),
  ...["__proto__", "constructor", "toString", "hasOwnProperty"].map((name) =>
    injection(`member-${name.replaceAll("_", "")}`, name, empty, "RFC 8725 §3.10, CVE-2026-44351"),
  ),
];

const inSet = (id: string, title: string, token: string, expected: string): CorpusCase =>
  tokenCase(`header-kid-${id}`, { title, reason: "RFC 7515 §4.1.4", token, expected, keys: ["es256", "eddsa"] });

const sets = [
  inSet("unknown", "A set does not have the kid.", byEddsa({ kid: "other" }), "unknown_key"),
  inSet("other-case", "A set has the kid in another case.", byEddsa({ kid: "EdDSA" }), "unknown_key"),
  inSet("trailing-space", "A set has the kid without the space at its end.", byEddsa({ kid: "eddsa " }), "unknown_key"),
  inSet("long", "The kid is 4000 characters long.", byEddsa({ kid: "k".repeat(4000) }), "unknown_key"),
  inSet(
    "of-the-other-key",
    "The kid is that of a key of another algorithm.",
    byEddsa({ kid: "es256" }),
    "wrong_algorithm",
  ),
  inSet("forged", "A stranger signed under a kid of the set.", byStranger({ kid: "eddsa" }), "bad_signature"),
  inSet("absent-and-forged", "A stranger signed and named no key.", byStranger({ kid: undefined }), "bad_signature"),
];

function byEddsa(members: object): string {
  return craft(eddsa, { header: headerOf(eddsa, members) });
}

function byStranger(members: object): string {
  return craft(signer("stranger-eddsa"), { header: headerOf(eddsa, members) });
}

const embedded = (name: string, signedBy: Signer, key: Signer, member: object, expected: string): CorpusCase =>
  tokenCase(`header-embedded-${name}`, {
    title: `The token brings its own key along or says where to fetch it: ${name.replaceAll("-", " ")}.`,
    reason: "CVE-2018-0114, RFC 8725 §3.10",
    token: craft(signedBy, { header: headerOf({ alg: signedBy.alg, name: key.name }, member) }),
    by: key,
    expected,
  });

const strangerEc = signer("stranger-es256");
const strangerOct = signer("stranger-hs256");
const jwkOf = ({ publicJwk }: Signer, name: string) => ({ ...publicJwk, kid: name });

const embeddings = [
  embedded("jwk", strangerEc, es256, { jwk: jwkOf(strangerEc, "es256") }, "bad_signature"),
  embedded("jwk-with-own-kid", strangerEc, es256, { jwk: jwkOf(strangerEc, "evil"), kid: "evil" }, "unknown_key"),
  embedded("jwk-oct", strangerOct, hs256, { jwk: jwkOf(strangerOct, "hs256") }, "bad_signature"),
  embedded("jwk-oct-under-es256", strangerOct, es256, { jwk: jwkOf(strangerOct, "es256") }, "wrong_algorithm"),
  embedded(
    "jwk-ed",
    signer("stranger-eddsa"),
    eddsa,
    { jwk: jwkOf(signer("stranger-eddsa"), "eddsa") },
    "bad_signature",
  ),
  ...["https://evil.test/jwks", "https://issuer.test@evil.test/", "file:///etc/passwd", "http://127.0.0.1/jwks"].map(
    (url, index) => embedded(`jku-${index + 1}`, strangerEc, es256, { jku: url }, "bad_signature"),
  ),
  embedded("jku-with-own-kid", strangerEc, es256, { jku: "https://evil.test/jwks", kid: "evil" }, "unknown_key"),
  embedded("x5u", strangerEc, es256, { x5u: "https://evil.test/chain.pem" }, "bad_signature"),
  embedded("x5c", strangerEc, es256, { x5c: [strangerSpki()], "x5t#S256": "AA" }, "bad_signature"),
];

function strangerSpki(): string {
  return strangerEc.publicKeyObject.export({ type: "spki", format: "der" }).toString("base64");
}

/** Headers that want to choose the key: by a kid that is more than a name, or by bringing it along. */
export const headerKeyCases: readonly CorpusCase[] = [...injections, ...sets, ...embeddings];
