import { Buffer } from "node:buffer";
import { createSecretKey, generateKeyPairSync, type KeyObject, randomBytes } from "node:crypto";
import { newPayload, type Payload } from "./payload.ts";
import { type Algorithm, compactJws, type Keys } from "./reference.ts";

/** Keys, claims to sign, and a token of each that every library verifies. */
export type Material = Keys & {
  readonly payloads: readonly Payload[];
  readonly tokens: readonly string[];
};

/** Enough different tokens for a library without a cache never to meet one soon again. fast-jwt's cache holds 1000. */
const poolSize = 512;

export function newMaterial(alg: Algorithm, now: number): Material {
  const keys = { alg, kid: "2025-06", ...newKeys[alg]() };
  const payloads = Array.from({ length: poolSize }, () => newPayload(now));
  return { ...keys, payloads, tokens: payloads.map((payload) => flat(compactJws(payload, keys))) };
}

/** A string with memory of its own, neither a slice of another nor a chain of several: as if it had come over a wire. */
export const flat = (text: string): string => Buffer.from(text, "latin1").toString("latin1");

type Pair = Pick<Keys, "signingKey" | "verificationKey">;

function newSecret(): Pair {
  const key = createSecretKey(randomBytes(32));
  return { signingKey: key, verificationKey: key };
}

const pair = ({ privateKey, publicKey }: { privateKey: KeyObject; publicKey: KeyObject }): Pair => ({
  signingKey: privateKey,
  verificationKey: publicKey,
});

const newRsaPair = (): Pair => pair(generateKeyPairSync("rsa", { modulusLength: 2048 }));

const newKeys: Readonly<Record<Algorithm, () => Pair>> = {
  HS256: newSecret,
  RS256: newRsaPair,
  PS256: newRsaPair,
  ES256: () => pair(generateKeyPairSync("ec", { namedCurve: "P-256" })),
  EdDSA: () => pair(generateKeyPairSync("ed25519")),
};
