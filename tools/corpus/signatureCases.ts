import { constants, createHash, privateEncrypt, sign } from "node:crypto";
import type { CorpusCase } from "./corpus.ts";
import {
  b64,
  craft,
  craftClaims,
  headerOf,
  segments,
  signatureOf,
  toBytes,
  tokenCase,
  toNumber,
  withSignature,
} from "./craft.ts";
import { macWith, type Seal, type Signer, signer } from "./signers.ts";

const bad = (id: string, title: string, reason: string, token: string, by: Signer): CorpusCase =>
  tokenCase(`signature-${id}`, { title, reason, token, by, expected: "bad_signature" });

const curves = [
  { by: signer("es256"), size: 32, n: 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n },
  {
    by: signer("es384"),
    size: 48,
    n: 0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973n,
  },
  {
    by: signer("es512"),
    size: 66,
    n: 0x01fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409n,
  },
];

/** ECDSA with numbers out of their range, and the few in range that forgers try. */
const ranges = curves.flatMap(({ by, size, n }) => {
  const token = craft(by);
  const signature = signatureOf(token);
  const [r, s] = [toNumber(signature.subarray(0, size)), toNumber(signature.subarray(size))];
  const top = 2n ** BigInt(8 * size) - 1n;
  const all: readonly (readonly [name: string, r: bigint, s: bigint])[] = [
    ["zeros", 0n, 0n],
    ["r-zero", 0n, s],
    ["s-zero", r, 0n],
    ["both-n", n, n],
    ["all-ones", top, top],
    ["r-n-s-1", n, 1n],
    ["r-1-s-n", 1n, n],
    ["r-n", n, s],
    ["s-n", r, n],
    ["both-1", 1n, 1n],
    ["both-n-minus-1", n - 1n, n - 1n],
    ["swapped", s, r],
    ["r-plus-n", size === 66 ? r + n : n + 1n, s],
  ];
  const chosen = by.name === "es256" ? all : [...all.slice(0, 5), ...all.slice(-1)];
  return chosen.map(([name, first, second]) =>
    bad(
      `${by.name}-${name}`,
      `The ${by.alg} signature has numbers that no honest one has: ${name.replaceAll("-", " ")}.`,
      "CVE-2022-21449, RFC 7518 §3.4, FIPS 186-5 §6.4.2",
      withSignature(token, Buffer.concat([toBytes(first, size), toBytes(second, size)])),
      by,
    ),
  );
});

const derOf =
  ({ keyObject, alg }: Signer): Seal =>
  (input) =>
    sign(`sha${alg.slice(2)}`, Buffer.from(input), keyObject);

const forms = curves.flatMap(({ by, size }) => {
  const token = craft(by);
  const raw = signatureOf(token);
  const rows: Readonly<Record<string, Buffer>> = {
    "byte-less-in-front": raw.subarray(1),
    "byte-less-at-the-end": raw.subarray(0, -1),
    "zero-in-front": Buffer.concat([Buffer.of(0), raw]),
    "zero-at-the-end": Buffer.concat([raw, Buffer.of(0)]),
    "zero-in-the-middle": Buffer.concat([raw.subarray(0, size), Buffer.of(0), raw.subarray(size)]),
    doubled: Buffer.concat([raw, raw]),
    "one-byte": Buffer.of(0),
  };
  const der = bad(
    `${by.name}-der`,
    `The ${by.alg} signature is in DER.`,
    "RFC 7518 §3.4",
    craft(by, { seal: derOf(by) }),
    by,
  );
  const lengths = Object.entries(rows).map(([name, form]) =>
    bad(
      `${by.name}-${name}`,
      `The ${by.alg} signature is not of its length: ${name.replaceAll("-", " ")}.`,
      "RFC 7518 §3.4",
      withSignature(token, form),
      by,
    ),
  );
  return by.name === "es256" ? [der, ...lengths] : [der];
});

/** The order of the Ed25519 group. */
const L = 2n ** 252n + 27742317777372353535851937790883648493n;
const reversed = (bytes: Uint8Array): Buffer => Buffer.from(bytes).reverse();
const eddsa = signer("eddsa");

function edwards(): readonly CorpusCase[] {
  const token = craft(eddsa);
  const raw = signatureOf(token);
  const s = toNumber(reversed(raw.subarray(32)));
  const sum = (times: bigint) => Buffer.concat([raw.subarray(0, 32), reversed(toBytes(s + times * L, 32))]);
  const rows: Readonly<Record<string, Buffer>> = {
    "s-plus-order": sum(1n),
    "s-plus-7-orders": sum(7n),
    "s-plus-14-orders": sum(14n),
    zeros: Buffer.alloc(64),
    "identity-and-zero": Buffer.concat([Buffer.of(1), Buffer.alloc(63)]),
    "byte-less": raw.subarray(0, -1),
    "byte-more": Buffer.concat([raw, Buffer.of(0)]),
  };
  return Object.entries(rows).map(([name, form]) =>
    bad(
      `eddsa-${name}`,
      `The Ed25519 signature is not the canonical one: ${name.replaceAll("-", " ")}.`,
      "RFC 8032 §5.1.7, CVE-2024-48949",
      withSignature(token, form),
      eddsa,
    ),
  );
}

const rs256 = signer("rs256");
const ps256 = signer("ps256");
const modulus = toNumber(Buffer.from(String(rs256.publicJwk.n), "base64url"));

/** The first good token whose signature leaves room for the modulus on top. */
function withRoom(): { readonly token: string; readonly sum: bigint } {
  for (let x = 0; ; x++) {
    const token = craftClaims(rs256, { x });
    const sum = toNumber(signatureOf(token)) + modulus;
    if (sum < 2n ** 2048n) return { token, sum };
  }
}

function rsaNumbers(): readonly CorpusCase[] {
  const roomy = withRoom();
  return [rs256, ps256].flatMap((by) => {
    const token = craft(by);
    const numbers: readonly (readonly [string, string, Buffer])[] = [
      ["zero", token, toBytes(0n, 256)],
      ["one", token, toBytes(1n, 256)],
      ["n-minus-1", token, toBytes(modulus - 1n, 256)],
      ["n", token, toBytes(modulus, 256)],
      ["all-ones", token, toBytes(2n ** 2048n - 1n, 256)],
      ["byte-less", token, signatureOf(token).subarray(1)],
      ["zero-in-front", token, Buffer.concat([Buffer.of(0), signatureOf(token)])],
      ["plus-modulus", roomy.token, toBytes(roomy.sum, 256)],
    ];
    const chosen = by === rs256 ? numbers : numbers.slice(0, 4);
    return chosen.map(([name, base, form]) =>
      bad(
        `${by.name}-${name}`,
        `The ${by.alg} signature is a number that RSA must not take: ${name.replaceAll("-", " ")}.`,
        "RFC 8017 §8.2.2, RFC 8017 §5.2.2",
        withSignature(base, form),
        by,
      ),
    );
  });
}

const digestInfo = Buffer.from("3031300d060960864801650304020105000420", "hex");
const withoutNull = Buffer.from("302f300b0609608648016503040201" + "0420", "hex");

/** The private key's own answer to encoded messages that PKCS#1 v1.5 does not allow. */
function paddings(): readonly CorpusCase[] {
  const rows: Readonly<Record<string, (digest: Buffer) => Buffer>> = {
    "type-2-padding": (digest) => filled(2, Buffer.concat([digestInfo, digest])),
    "no-null-in-digest-info": (digest) => filled(1, Buffer.concat([withoutNull, digest])),
    "no-digest-info": (digest) => filled(1, digest),
    "garbage-behind-the-digest": (digest) =>
      Buffer.concat([Buffer.from("0001ffffffffffffffff00", "hex"), digestInfo, digest, Buffer.alloc(194, 0x5a)]),
    "padding-of-zeros": (digest) => filled(1, Buffer.concat([digestInfo, digest]), 0),
  };
  return Object.entries(rows).map(([name, encode]) =>
    bad(
      `rs256-${name}`,
      `The RS256 signature holds an encoding that is not PKCS#1 v1.5: ${name.replaceAll("-", " ")}.`,
      "RFC 8017 §9.2, CVE-2006-4339, CVE-2022-24771",
      craft(rs256, { seal: (input) => rawRsa(encode(createHash("sha256").update(input).digest())) }),
      rs256,
    ),
  );
}

const filled = (type: number, end: Buffer, filler = 0xff): Buffer =>
  Buffer.concat([Buffer.of(0, type), Buffer.alloc(253 - end.length, filler), Buffer.of(0), end]);

const rawRsa = (message: Buffer): Buffer =>
  privateEncrypt({ key: rs256.keyObject, padding: constants.RSA_NO_PADDING }, message);

const salts = [0, 20, 31, 64, constants.RSA_PSS_SALTLEN_MAX_SIGN].map((saltLength) => {
  const name = saltLength < 0 ? "the-most" : `${saltLength}`;
  const key = { key: ps256.keyObject, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength };
  const token = craft(ps256, { seal: (input) => sign("sha256", Buffer.from(input), key) });
  return bad(`ps256-salt-${name}`, `The PS256 salt is not 32 bytes: ${name}.`, "RFC 7518 §3.5", token, ps256);
});

const hs256 = signer("hs256");

function macs(): readonly CorpusCase[] {
  const token = craft(hs256);
  const mac = signatureOf(token);
  const [header, payload] = segments(token);
  const rows: Readonly<Record<string, Uint8Array>> = {
    "first-half": mac.subarray(0, 16),
    "byte-less": mac.subarray(0, 31),
    "byte-more": Buffer.concat([mac, Buffer.of(0)]),
    "bit-flipped-first": mac.with(0, (mac[0] ?? 0) ^ 0x80),
    "bit-flipped-last": mac.with(31, (mac[31] ?? 0) ^ 1),
    zeros: Buffer.alloc(32),
    hex: Buffer.from(mac.toString("hex")),
    "text-of-base64": Buffer.from(b64(mac)),
    "empty-secret": macWith("sha256", "")(`${header}.${payload}`),
    "secret-as-text": macWith("sha256", b64(hs256.keyObject.export()))(`${header}.${payload}`),
    "of-payload-alone": hs256.seal(payload),
    "of-decoded-parts": hs256.seal(headerOf(hs256)),
    "plain-hash": createHash("sha256").update(`${header}.${payload}`).digest(),
    "one-byte": Buffer.of(0),
  };
  return Object.entries(rows).map(([name, form]) =>
    bad(
      `hs256-${name}`,
      `The MAC is not the right one: ${name.replaceAll("-", " ")}.`,
      "RFC 7518 §3.2, RFC 8725 §3.3",
      withSignature(token, form),
      hs256,
    ),
  );
}

/** Signatures that are not by the key, over those bytes, in that form. */
export const signatureCases: readonly CorpusCase[] = [
  ...[...ranges, ...forms, ...edwards(), ...rsaNumbers(), ...paddings(), ...salts, ...macs()],
];
