import type { StoredKey } from "../store/ports.ts";
import { accessLine, isSharedAlgorithm, type KeyPolicy, type Line } from "./policy.ts";

/**
 * Where a key stands: published and not used yet, signing, only verifying, or neither any more; or taken back in an emergency.
 * Instants decide, so all processes agree without telling each other.
 */
export type KeyState = "next" | "signing" | "verifying" | "retired" | "revoked";

/** The state of a key at an instant. */
export function stateOf({ signsFrom, signsUntil, verifiesUntil, revokedAt }: StoredKey, now: number): KeyState {
  if (revokedAt !== undefined) return "revoked";
  if (verifiesUntil !== undefined && verifiesUntil <= now) return "retired";
  if (signsFrom > now) return "next";
  return signsUntil === undefined || signsUntil > now ? "signing" : "verifying";
}

/** The kid of a key whose private part is with a signer; undefined for a key that is kept here whole. Its row says so itself, as `keys/material` wrote it. */
export const signerKidOf = ({ kid, sealed }: StoredKey): string | undefined =>
  sealed.startsWith(publicOnly) ? kid : undefined;

/** What stands before the sealed text of a key that has a public part only. */
export const publicOnly = "public.";

/** The line that a key belongs to. */
export const lineOf = (key: StoredKey): Line => ({ purpose: key.purpose, alg: key.alg, signerKid: signerKidOf(key) });

/** Whether a key belongs to a line. */
export const isOf = (line: Line, key: StoredKey): boolean =>
  key.purpose === line.purpose && key.alg === line.alg && signerKidOf(key) === line.signerKid;

/** The keys of a line that sign, or will, in the order in which they do. */
export const membersOf = (line: Line, keys: readonly StoredKey[], now: number): readonly StoredKey[] =>
  keys
    .filter((key) => isOf(line, key) && ["signing", "next"].includes(stateOf(key, now)))
    .toSorted((a, b) => a.signsFrom - b.signsFrom || (a.kid < b.kid ? -1 : 1));

/** The key of a line that signs at an instant. */
export const signerOf = (line: Line, keys: readonly StoredKey[], now: number): StoredKey | undefined =>
  membersOf(line, keys, now).findLast((key) => stateOf(key, now) === "signing");

/**
 * The stored key that signs access tokens at an instant: of the policy's own line; while a new algorithm's first key waits, the key
 * pair that signed before, which every verifier knows. Undefined for a shared secret, and when nothing can sign.
 */
export function accessSigner(keys: readonly StoredKey[], now: number, policy: KeyPolicy): StoredKey | undefined {
  const own = accessLine(policy);
  return own && (signerOf(own, keys, now) ?? standIn(own, keys, now));
}

/** The youngest key pair of another line that signs and is kept here; nothing stands in for a shared secret. */
export function standIn(own: Line, keys: readonly StoredKey[], now: number): StoredKey | undefined {
  if (isSharedAlgorithm(own.alg)) return undefined;
  return keys
    .filter((key) => isPairKeptHere(key) && !isOf(own, key) && stateOf(key, now) === "signing")
    .toSorted((a, b) => a.signsFrom - b.signsFrom)
    .at(-1);
}

/** Whether a key signs access tokens, with a public half that verifies them and a private one that is stored. */
export const isPairKeptHere = (key: StoredKey): boolean =>
  key.purpose === "access" && !isSharedAlgorithm(key.alg) && signerKidOf(key) === undefined;
