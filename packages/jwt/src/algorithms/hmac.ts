import { Buffer } from "node:buffer";
import crypto from "node:crypto";
import { base64urlLength } from "../base64url.ts";
import type { HmacAlgorithmName } from "./algorithms.ts";
import type { SignatureCheck, Signer } from "./signature.ts";

/** What it takes to sign and verify with a shared secret. */
export type Hmac = {
  /** The shortest secret: the length of the hash (RFC 7518 §3.2). */
  readonly secretBytes: number;
  readonly prepare: (secret: Uint8Array) => { readonly sign: Signer; readonly check: SignatureCheck };
};

/** How each algorithm with a shared secret signs and verifies. */
export const hmacs: Readonly<Record<HmacAlgorithmName, Hmac>> = {
  HS256: hmac("sha256", 32, 64),
  HS384: hmac("sha384", 48, 128),
  HS512: hmac("sha512", 64, 128),
};

/** HMAC with SHA-2 (RFC 7518 §3.2). `hashBytes` and `blockBytes` are those of the hash. */
function hmac(hash: string, hashBytes: number, blockBytes: number): Hmac {
  return {
    secretBytes: hashBytes,
    prepare: (secret) => {
      const mac = twoHashes(hash, hashBytes, blockBytes, secret) ?? plainHmac(hash, secret);
      const length = base64urlLength(hashBytes);
      return {
        sign: (head, body) => mac(head, head.length, body),
        check: (signed, end) => signed.length === end + 1 + length && endsWith(signed, mac(signed, end, ""), end + 1),
      };
    },
  };
}

/** The MAC in base64url of the first `end` characters of `head`, then of `body`. */
type Mac = (head: string, end: number, body: string) => string;

/** Looks at every character whatever it finds, so the time does not tell where a guess goes wrong. */
function endsWith(text: string, expected: string, start: number): boolean {
  let difference = 0;
  for (let at = 0; at < expected.length; at++) difference |= expected.charCodeAt(at) ^ text.charCodeAt(start + at);
  return difference === 0;
}

const plainHmac = (hash: string, secret: Uint8Array): Mac => {
  const key = crypto.createSecretKey(secret);
  return (head, end, body) =>
    crypto.createHmac(hash, key).update(head.slice(0, end), "latin1").update(body, "latin1").digest("base64url");
};

/**
 * HMAC by its definition (RFC 2104): two hashes over prepared pads, about twice as fast as `createHmac`, which makes a
 * stream object per call. Undefined where the runtime has no one-shot hash (Node before 20.12) or disagrees.
 */
function twoHashes(hash: string, hashBytes: number, blockBytes: number, secret: Uint8Array): Mac | undefined {
  if (typeof crypto.hash !== "function") return undefined;
  const key = secret.length > blockBytes ? crypto.createHash(hash).update(secret).digest() : secret;
  const innerPad = pad(key, blockBytes, 0x36, 0);
  const outer = pad(key, blockBytes, 0x5c, hashBytes);
  const mac: Mac = (head, end, body) => {
    const target = bufferOf(blockBytes + end + body.length);
    target.set(innerPad, 0);
    target.write(head, blockBytes, end, "latin1");
    if (body !== "") target.write(body, blockBytes + end, "latin1");
    outer.write(crypto.hash(hash, target, "binary"), blockBytes, "latin1");
    return crypto.hash(hash, outer, "base64url");
  };
  return agrees(mac, plainHmac(hash, secret)) ? mac : undefined;
}

function pad(key: Uint8Array, blockBytes: number, mask: number, room: number): Buffer {
  const block = Buffer.alloc(blockBytes + room, mask);
  key.forEach((byte, at) => {
    block[at] = byte ^ mask;
  });
  return block;
}

/** Shared: nothing calls out between filling and hashing. */
const scratch = Buffer.allocUnsafeSlow(2048);

/** Its beginnings by length, as to make one takes as long as to fill it. */
const views = new Array<Buffer | undefined>(scratch.length + 1);

function bufferOf(size: number): Buffer {
  if (size > scratch.length) return Buffer.allocUnsafeSlow(size);
  views[size] ??= scratch.subarray(0, size);
  return views[size];
}

const agrees = (mac: Mac, reference: Mac): boolean =>
  ["", "self-test", "x".repeat(300)].every((text) => mac(text, text.length, "x") === reference(text, text.length, "x"));
