import { createPublicKey, generateKeyPairSync } from "node:crypto";
import { base64url, macWith, rawSigner } from "../support/rawToken.ts";
import { each, type Genuine, type Row, signedBy, withHeader } from "./forgery.ts";

const attacker = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey.export({ format: "jwk" });
const attackerSigns = rawSigner({ ...attacker, alg: "ES256" });
const attackerPublic = { kty: "EC", crv: attacker.crv, x: attacker.x, y: attacker.y };
const attackerSecret = "a secret that the attacker chose for itself";
const noKey = new Uint8Array();

/** What a header may not say. */
export const headerRows: readonly Row[] = [
  {
    id: "J-01",
    rule: "no token without a signature",
    forge: ({ header, parts: [, payload, signature] }) =>
      ["none", "None", "NONE", "nOnE"].flatMap((alg) => {
        const unsigned = `${base64url(JSON.stringify({ ...header, alg }))}.${payload}.`;
        return [
          { what: `${alg}, empty signature`, token: unsigned },
          { what: `${alg}, the old signature`, token: unsigned + signature },
        ];
      }),
  },
  {
    id: "J-03",
    rule: "no token whose alg is missing or no text",
    forge: (genuine) =>
      each([undefined, null, "", 0, true, ["HS256"], { alg: "HS256" }], (alg) => withHeader(genuine, { alg })),
  },
  {
    id: "J-05, J-06",
    rule: "no MAC under the public key, however it is written",
    algs: ["RS256", "ES256", "EdDSA"],
    forge: (genuine) => spellings(genuine).flatMap((secret) => macsUnder(genuine, secret)),
  },
  {
    id: "J-08",
    rule: "no MAC under the raw public key",
    algs: ["ES256", "EdDSA"],
    forge: (genuine) => rawPublicKeys(genuine).flatMap((secret) => macsUnder(genuine, secret)),
  },
  {
    id: "J-10",
    rule: "no key that the token brings along",
    forge: (genuine) => {
      const oct = { kty: "oct", k: base64url(attackerSecret), alg: "HS256" };
      const { typ, kid } = genuine.header;
      return [
        {
          what: "symmetric jwk",
          token: signedBy(genuine, { alg: "HS256", typ, jwk: oct }, macWith(attackerSecret)),
        },
        {
          what: "symmetric jwk, our kid",
          token: signedBy(genuine, { alg: "HS256", typ, kid, jwk: { ...oct, kid } }, macWith(attackerSecret)),
        },
        {
          what: "public jwk, our kid",
          token: signedBy(genuine, { alg: "ES256", typ, kid, jwk: attackerPublic }, attackerSigns),
        },
      ];
    },
  },
  {
    id: "J-11",
    rule: "no key from an address in the token, which nobody calls",
    forge: (genuine) =>
      addresses(genuine).flatMap((address) =>
        ["jku", "x5u"].flatMap((member) =>
          ["of the attacker", genuine.header.kid].map((kid) => ({
            what: `${member} ${address}, kid ${String(kid)}`,
            token: signedBy(genuine, { alg: "ES256", typ: "at+jwt", kid, [member]: address }, attackerSigns),
          })),
        ),
      ),
  },
  {
    id: "J-13",
    rule: "no kid that is a path",
    forge: (genuine) =>
      ["../../../../dev/null", "/dev/null", "/proc/self/environ", "..\\..\\"].flatMap((kid) => [
        {
          what: `${kid}, empty key`,
          token: signedBy(genuine, { ...genuine.header, alg: "HS256", kid }, macWith(noKey)),
        },
        { what: `${kid}, our key`, token: withHeader(genuine, { kid }) },
      ]),
  },
  {
    id: "J-15",
    rule: "no kid that means something to a shell, a store or an object",
    forge: (genuine) =>
      ["|id", "$(id)", "`id`", "\r\nSET x y", "*", "__proto__", "constructor", "toString", "hasOwnProperty"].flatMap(
        (kid) => [
          {
            what: `${kid}, empty key`,
            token: signedBy(genuine, { ...genuine.header, alg: "HS256", kid }, macWith(noKey)),
          },
          { what: `${kid}, our key`, token: withHeader(genuine, { kid }) },
        ],
      ),
  },
  {
    id: "J-16",
    rule: "no kid that is long, empty or no text",
    forge: (genuine) =>
      each(["k".repeat(128), "k".repeat(129), "k".repeat(4000), "", 0, 1, null, [], ["k"], {}, true], (kid) =>
        withHeader(genuine, { kid }),
      ),
  },
  {
    id: "J-18",
    rule: "no extension that must be understood",
    forge: (genuine) => [
      ...each([["foo"], [], ["alg"], "foo", null, ["b64"], ["kid", "kid"]], (crit) =>
        withHeader(genuine, { crit, foo: 1 }),
      ),
      { what: "b64: false", token: withHeader(genuine, { crit: ["b64"], b64: false }) },
    ],
  },
  {
    id: "J-20",
    rule: "no header that says something twice",
    forge: (genuine) => {
      const { alg, kid } = genuine.header;
      const rest = `"typ":"at+jwt","kid":"${String(kid)}"`;
      return each(
        [
          `{"alg":"none","alg":"${String(alg)}",${rest}}`,
          `{"alg":"${String(alg)}","alg":"none",${rest}}`,
          `{"alg":"${String(alg)}","alg":"${String(alg)}",${rest}}`,
          `{"alg":"${String(alg)}","kid":"other",${rest}}`,
          `{"alg":"${String(alg)}","\\u0061lg":"${String(alg)}",${rest}}`,
        ],
        (header) => signedBy(genuine, header, genuine.sign),
      );
    },
  },
];

/** With our kid, without one, and under the algorithm that the key really has. */
function macsUnder(genuine: Genuine, { what, bytes }: Secret): ReturnType<Row["forge"]> {
  const { header } = genuine;
  const mac = macWith(bytes);
  return [
    { what, token: signedBy(genuine, { ...header, alg: "HS256" }, mac) },
    { what: `${what}, no kid`, token: signedBy(genuine, { ...header, alg: "HS256", kid: undefined }, mac) },
    { what: `${what}, alg as it was`, token: signedBy(genuine, header, mac) },
  ];
}

type Secret = { readonly what: string; readonly bytes: string | Uint8Array };

function spellings({ alg, publicJwk = {} }: Genuine): readonly Secret[] {
  const key = createPublicKey({ key: publicJwk, format: "jwk" });
  const pem = key.export({ type: "spki", format: "pem" }).toString();
  const pkcs1 = alg === "RS256" ? key.export({ type: "pkcs1", format: "pem" }).toString() : pem;
  return [
    { what: "PEM", bytes: pem },
    { what: "PEM without its last newline", bytes: pem.trimEnd() },
    { what: "PEM with CRLF", bytes: pem.replaceAll("\n", "\r\n") },
    { what: "PEM of PKCS #1", bytes: pkcs1 },
    { what: "PEM without header lines", bytes: pem.replace(/-----[A-Z ]+-----\n/g, "") },
    { what: "DER", bytes: key.export({ type: "spki", format: "der" }) },
    { what: "JWK", bytes: JSON.stringify(publicJwk) },
  ];
}

function rawPublicKeys({ publicJwk = {} }: Genuine): readonly Secret[] {
  const x = Buffer.from(publicJwk.x ?? "", "base64url");
  const y = Buffer.from(publicJwk.y ?? "", "base64url");
  if (y.length === 0) return [{ what: "32 bytes", bytes: x }];
  const sign = ((y.at(-1) ?? 0) % 2) + 2;
  return [
    { what: "x", bytes: x },
    { what: "uncompressed point", bytes: Buffer.concat([Uint8Array.of(4), x, y]) },
    { what: "compressed point", bytes: Buffer.concat([Uint8Array.of(sign), x]) },
  ];
}

/** The attacker's key set as it would answer at the bait, and places that only look like the issuer's. */
const addresses = ({ bait, issuer }: Genuine): readonly string[] => [
  `${bait}/jwks`,
  `${bait}/redirect`,
  `${issuer}/.well-known/jwks.json#${bait}`,
  `${issuer}/.well-known/jwks.json?${bait}`,
  `${issuer}@${new URL(bait).host}/jwks`,
  `https://issuer@${new URL(bait).host}`,
  "file:///etc/passwd",
  `gopher://${new URL(bait).host}/`,
];

/** What the bait serves: a key set that would verify the attacker's tokens, if anyone asked. */
export const attackerJwks = {
  keys: [{ ...attackerPublic, alg: "ES256", use: "sig", kid: "of the attacker" }],
};
