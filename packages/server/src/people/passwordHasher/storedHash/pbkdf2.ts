import { bytesOfBase64 } from "./base64.ts";
import { isLongEnough } from "./length.ts";

/** A PBKDF2 hash (RFC 8018 5.2) over HMAC with SHA-256 or SHA-512. */
export type Pbkdf2Hash = {
  readonly scheme: "pbkdf2";
  readonly digest: "sha256" | "sha512";
  readonly iterations: number;
  readonly salt: Uint8Array;
  readonly hash: Uint8Array;
  readonly memoryKiB: number;
  readonly work: number;
};

/** The PHC form, its length optional, and passlib's, which has the bare number of iterations. */
const phc =
  /^\$pbkdf2-(?<digest>sha256|sha512)\$(?:i=)?(?<iterations>\d{1,10})(?:,l=(?<length>\d{1,3}))?\$(?<salt>[^$]+)\$(?<hash>[^$]+)$/;

/** Django's form, in which the salt is text. */
const django = /^pbkdf2_(?<digest>sha256|sha512)\$(?<iterations>\d{1,10})\$(?<salt>[^$]+)\$(?<hash>[^$]+)$/;

/** Reads `$pbkdf2-sha256$i=600000,l=32$salt$hash`, `$pbkdf2-sha256$600000$salt$hash` and `pbkdf2_sha256$600000$salt$hash`. */
export function readPbkdf2(text: string): Pbkdf2Hash | undefined {
  const parts = phc.exec(text)?.groups;
  if (parts) return read(parts, bytesOfBase64(parts.salt));
  const written = django.exec(text)?.groups;
  return written && read(written, new TextEncoder().encode(written.salt));
}

type Parts = Readonly<Record<string, string | undefined>>;

function read({ digest, iterations, length, hash }: Parts, salt: Uint8Array | undefined): Pbkdf2Hash | undefined {
  const bytes = bytesOfBase64(hash);
  const count = Number(iterations);
  if (!salt || !isLongEnough(bytes) || count < 1) return undefined;
  if (length !== undefined && Number(length) !== bytes.length) return undefined;
  const { name, work } = digest === "sha512" ? sha512 : sha256;
  // Each block of output runs all the iterations again.
  const blocks = Math.ceil(bytes.length / (name === "sha512" ? 64 : 32));
  return {
    scheme: "pbkdf2",
    digest: name,
    iterations: count,
    salt,
    hash: bytes,
    memoryKiB: 1,
    work: work * count * blocks,
  };
}

const sha256 = { name: "sha256", work: 0.6 } as const;
const sha512 = { name: "sha512", work: 2 } as const;
