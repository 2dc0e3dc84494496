import { bytesOfBase64 } from "./base64.ts";
import { isLongEnough } from "./length.ts";

type ScryptCost = {
  /** N, a power of two. */
  readonly N: number;
  readonly r: number;
  readonly p: number;
  readonly memoryKiB: number;
  readonly work: number;
};

/** An scrypt hash (RFC 7914) in the PHC string format. */
export type ScryptHash = ScryptCost & {
  readonly scheme: "scrypt";
  readonly salt: Uint8Array;
  readonly hash: Uint8Array;
};

/** A hash of Firebase Authentication: scrypt makes a key, under which the project's signer key is encrypted; the ciphertext is the hash. */
export type FirebaseScryptHash = ScryptCost & {
  readonly scheme: "firebase-scrypt";
  readonly salt: Uint8Array;
  readonly hash: Uint8Array;
};

const phc = /^\$scrypt\$ln=(?<ln>\d{1,2}),r=(?<r>\d{1,3}),p=(?<p>\d{1,3})\$(?<salt>[^$]+)\$(?<hash>[^$]+)$/;
const firebase = /^\$firebase-scrypt\$ln=(?<ln>\d{1,2}),r=(?<r>\d{1,3})\$(?<salt>[^$]+)\$(?<hash>[^$]+)$/;

/** Reads `$scrypt$ln=14,r=8,p=1$salt$hash`, where `ln` is the base-2 logarithm of N. */
export function readScrypt(text: string): ScryptHash | undefined {
  const read = readParts(phc.exec(text)?.groups);
  return read && { scheme: "scrypt", ...read };
}

/** Reads `$firebase-scrypt$ln=14,r=8$salt$hash`: `ln` is the project's `mem_cost`, `r` its `rounds`, salt and hash as exported. */
export function readFirebaseScrypt(text: string): FirebaseScryptHash | undefined {
  const read = readParts(firebase.exec(text)?.groups);
  return read && { scheme: "firebase-scrypt", ...read };
}

function readParts(
  parts: Readonly<Record<string, string | undefined>> | undefined,
): Omit<ScryptHash, "scheme"> | undefined {
  const salt = bytesOfBase64(parts?.salt);
  const hash = bytesOfBase64(parts?.hash);
  const cost = costOf(Number(parts?.ln), Number(parts?.r), Number(parts?.p ?? 1));
  return salt && isLongEnough(hash) && cost ? { ...cost, salt, hash } : undefined;
}

function costOf(ln: number, r: number, p: number): ScryptCost | undefined {
  if (!(ln >= 1 && ln <= 32 && r >= 1 && p >= 1)) return undefined;
  const N = 2 ** ln;
  return { N, r, p, memoryKiB: Math.ceil((N * r + r * p) / 8), work: 1.2 * N * r * p };
}
