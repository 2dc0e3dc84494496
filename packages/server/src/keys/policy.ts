import type { AlgorithmName } from "@cardea/jwt";
import type { StoredKey } from "../store/ports.ts";
import { clockErrorMs } from "../world.ts";

/** How long keys live. Spans are milliseconds. */
export type KeyPolicy = {
  readonly signsWith: SignsWith;
  /** How long a key pair signs before the next one does. */
  readonly rotateEveryMs: number;
  /** How long a key is published before it signs, so that whoever keeps a copy of the JWKS has it by then. */
  readonly publishAheadMs: number;
  /** How long a key still verifies after it signed last: as long as any token by it can live. */
  readonly verifyForMs: number;
  /** The secrets that make refresh tokens. */
  readonly refresh: { readonly rotateEveryMs: number; readonly verifyForMs: number };
};

/**
 * What signs access tokens: a key that is made and kept here, a shared secret of the configuration, or a signer of the
 * configuration, whose private key never comes here.
 */
export type SignsWith =
  | { readonly source: "generated" | "shared"; readonly alg: AlgorithmName }
  | { readonly source: "signer"; readonly alg: AlgorithmName; readonly kid: string };

/** How often each process reads what the others did. */
export const reloadEveryMs = 2000;

/**
 * How long a verifier may put a token with an unknown `kid` off before it fetches the JWKS again: the cool-down of jose, which is
 * the longest of the common ones.
 */
export const unknownKeyWaitMs = 30_000;

/** The least `publishAhead` with which any JWKS may be cached at all, for one second. */
export const leastPublishAheadMs: number = unknownKeyWaitMs + reloadEveryMs + clockErrorMs + 1000;

/**
 * How long a JWKS may be cached, in seconds: so briefly that a key which is published ahead is in every copy before it signs, those
 * included that a slow verifier took from a cache, from a process that had not read the key yet. Five minutes at most, since that
 * is how long a withdrawn key lingers.
 */
export const jwksMaxAgeSeconds = ({ publishAheadMs }: Pick<KeyPolicy, "publishAheadMs">): number =>
  Math.max(0, Math.min(300, Math.floor((publishAheadMs - (leastPublishAheadMs - 1000)) / 1000)));

/** Keys that take over from each other: of one purpose and algorithm, and a signer's key by itself. */
export type Line = Pick<StoredKey, "purpose" | "alg"> & {
  /** The kid of a signer's key; undefined for keys that are made here. */
  readonly signerKid: string | undefined;
};

/** Timing of a line. A `rotateEveryMs` of Infinity means: not by the clock. */
export type LineTiming = Pick<KeyPolicy, "rotateEveryMs" | "publishAheadMs" | "verifyForMs">;

/** A line that new keys are made for. */
export type OwnLine = Line & { readonly alg: AlgorithmName };

/** The line that signs access tokens under a policy; undefined for a shared secret, which is not stored. */
export function accessLine({ signsWith }: KeyPolicy): OwnLine | undefined {
  if (signsWith.source === "shared") return undefined;
  const signerKid = signsWith.source === "signer" ? signsWith.kid : undefined;
  return { purpose: "access", alg: signsWith.alg, signerKid };
}

/** The line that makes refresh tokens. */
export const refreshLine: OwnLine = { purpose: "refresh", alg: "HS256", signerKid: undefined };

/** The timing of a line. A secret that services hold is handed over by hand, so it is also changed by hand. */
export function timingOf({ purpose, alg }: Line, policy: KeyPolicy): LineTiming {
  if (purpose === "refresh") return { ...policy.refresh, publishAheadMs: policy.publishAheadMs };
  return isSharedAlgorithm(alg) ? { ...policy, rotateEveryMs: Number.POSITIVE_INFINITY } : policy;
}

/** Whether an algorithm signs and verifies with one secret (RFC 7518 3.2). */
export const isSharedAlgorithm = (alg: string): boolean => alg.startsWith("HS");
