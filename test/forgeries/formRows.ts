import { createPrivateKey, generateKeyPairSync, sign } from "node:crypto";
import { base64url, rawSigner, rawToken } from "../support/rawToken.ts";
import { each, type Forgery, type Genuine, type Row, signedBy, withClaims } from "./forgery.ts";

/** What a token may not look like. */
export const formRows: readonly Row[] = [
  {
    id: "J-23",
    rule: "no padding",
    forge: ({ token }) => each(["=", "==", "==="], (padding) => token + padding),
  },
  {
    id: "J-25",
    rule: "no other alphabet",
    forge: (genuine) => {
      const token = withEveryLetter(genuine);
      const start = token.lastIndexOf(".");
      return [
        { what: "everywhere", token: inStandardAlphabet(token) },
        { what: "in the signature", token: token.slice(0, start) + inStandardAlphabet(token.slice(start)) },
        { what: "in the payload", token: inStandardAlphabet(token.slice(0, start)) + token.slice(start) },
      ];
    },
  },
  {
    id: "J-26",
    rule: "nothing but three parts",
    forge: ({ token, parts: [header, payload, signature] }) =>
      each(
        [
          header,
          `${header}.${payload}`,
          `${header}.${payload}.`,
          `${token}.`,
          `.${token}`,
          `${token}.${signature}`,
          "..",
          "...",
          `${header}..${signature}`,
          `.${payload}.${signature}`,
          `${token}..`,
          `${header}.${signature}.${payload}.${signature}.${signature}`,
          `${base64url('{"alg":"dir","enc":"A256GCM"}')}..${payload}.${payload}.${signature}`,
        ],
        (form) => form,
      ),
  },
  {
    id: "J-28",
    rule: "nothing longer than 8 KiB",
    forge: (genuine) =>
      [8 * 1024 + 4, 15.5 * 1024].map((length) => ({
        what: `about ${length} characters`,
        token: ofLength(genuine, length),
      })),
  },
  {
    id: "J-43",
    rule: "no signature in another form, of another length or curve",
    algs: ["ES256"],
    forge: otherSignatures,
  },
];

/** A good token of at most so many characters, and at most three fewer. */
export function ofLength(genuine: Genuine, length: number): string {
  const token = withClaims(genuine, { padding: "" });
  const padded = (letters: number): string => withClaims(genuine, { padding: "p".repeat(letters) });
  const letters = Math.floor(((length - token.length) * 3) / 4);
  const longest = padded(letters + 1);
  return longest.length <= length ? longest : padded(letters);
}

/** A good token in whose payload and signature both letters occur that the two alphabets do not share. */
function withEveryLetter(genuine: Genuine): string {
  for (let attempt = 0; ; attempt++) {
    const token = withClaims(genuine, { jti: `${attempt} ???>>>???` });
    if (/-.*_|_.*-/.test(token.slice(token.lastIndexOf(".")))) return token;
  }
}

const inStandardAlphabet = (text: string): string => text.replaceAll("-", "+").replaceAll("_", "/");

function otherSignatures(genuine: Genuine): readonly Forgery[] {
  const { header, sign: signRaw } = genuine;
  const p384 = generateKeyPairSync("ec", { namedCurve: "P-384" }).privateKey.export({ format: "jwk" });
  const signP384 = rawSigner({ ...p384, alg: "ES384" });
  const p384Key = createPrivateKey({ key: p384, format: "jwk" });
  const changed = (change: (signature: Buffer) => Uint8Array): string =>
    signedBy(genuine, header, (input) => change(Buffer.from(signRaw(input))));
  return [
    { what: "DER", token: changed(derOf) },
    { what: "63 bytes", token: changed((signature) => signature.subarray(1)) },
    { what: "63 bytes, the last is missing", token: changed((signature) => signature.subarray(0, 63)) },
    { what: "65 bytes", token: changed((signature) => Buffer.concat([signature, Uint8Array.of(0)])) },
    { what: "65 bytes, zero first", token: changed((signature) => Buffer.concat([Uint8Array.of(0), signature])) },
    ...each(["00", "ff"], (byte) => changed(() => Buffer.from(byte.repeat(64), "hex"))),
    { what: "ES384 under ES256", token: signedBy(genuine, header, signP384) },
    { what: "ES384 under its own name", token: signedBy(genuine, { ...header, alg: "ES384" }, signP384) },
    {
      what: "a key of P-384 with ES256",
      token: rawToken({ ...header, kid: "p384" }, genuine.payload, (input) =>
        sign("sha256", Buffer.from(input), { key: p384Key, dsaEncoding: "ieee-p1363" }),
      ),
    },
  ];
}

/** The same two numbers as ASN.1 has them. */
function derOf(signature: Buffer): Uint8Array {
  const numbers = [signature.subarray(0, 32), signature.subarray(32)].map((number) => {
    const significant = number.subarray(number.findIndex((byte) => byte !== 0));
    const body = (significant[0] ?? 0) > 127 ? Buffer.concat([Uint8Array.of(0), significant]) : significant;
    return Buffer.concat([Uint8Array.of(2, body.length), body]);
  });
  const body = Buffer.concat(numbers);
  return Buffer.concat([Uint8Array.of(0x30, body.length), body]);
}
