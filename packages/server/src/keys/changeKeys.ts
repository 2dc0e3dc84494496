import type { KeyChange, NewRevocation, StoredKey } from "../store/ports.ts";
import { accessSigner, lineOf, membersOf, stateOf } from "./life.ts";
import { linked, newKeyOf, relinked, type Turning, withKeys } from "./line.ts";
import { accessLine, refreshLine, timingOf } from "./policy.ts";
import { differenceOf, turned } from "./turnKeys.ts";

/** A decision about the whole set of keys. */
export type Decision<T> = (keys: readonly StoredKey[], turning: Turning) => KeyChange<T>;

/** The key that signs next, and from when; `made` unless it was waiting already. */
export type Rotation = { readonly kid: string; readonly signsFrom: number; readonly made: boolean };

/**
 * A next key, published now, that signs after `publishAhead`. While one waits it is the answer, so however many ask at once, one
 * is made. "not_generated": the key is of the configuration.
 */
export const rotateKeys =
  (purpose: StoredKey["purpose"]): Decision<Rotation | "not_generated"> =>
  (keys, turning) => {
    const { now, policy } = turning;
    const line = purpose === "refresh" ? refreshLine : accessLine(policy);
    if (line?.signerKid !== undefined || line === undefined) return { answer: "not_generated" };
    const members = membersOf(line, keys, now);
    const waiting = members.find(({ signsFrom }) => signsFrom > now);
    if (waiting) return { answer: { kid: waiting.kid, signsFrom: waiting.signsFrom, made: false } };
    const timing = timingOf(line, policy);
    const key = newKeyOf(line, now + timing.publishAheadMs, turning);
    const after = withKeys(keys, linked([...members, key], now, timing));
    const answer = { kid: key.kid, signsFrom: key.signsFrom, made: true };
    return { answer, ...differenceOf(keys, turned(after, turning)) };
  };

/** Takes a key out of use that does not sign: it verifies nothing from now on. "signs": it must be rotated first, or revoked. */
export const retireKey =
  (kid: string): Decision<"retired" | "unknown" | "signs"> =>
  (keys, turning) => {
    const { now } = turning;
    const key = keys.find((candidate) => candidate.kid === kid);
    if (!key) return { answer: "unknown" };
    const state = stateOf(key, now);
    if (state === "signing") return { answer: "signs" };
    if (state === "retired" || state === "revoked") return { answer: "retired" };
    const after = relinked(lineOf(key), withKeys(keys, [{ ...key, signsUntil: now, verifiesUntil: now }]), turning);
    return { answer: "retired", ...differenceOf(keys, turned(after, turning)) };
  };

/**
 * Takes a key back in an emergency: it verifies nothing from now on, and the revocation log tells every verifier. If it signed,
 * another one does at once: the next one, which verifiers know already, or else a fresh one.
 */
export const revokeKey =
  (kid: string): Decision<"revoked" | "unknown"> =>
  (keys, turning) => {
    const { now, policy } = turning;
    const key = keys.find((candidate) => candidate.kid === kid);
    if (!key) return { answer: "unknown" };
    if (key.revokedAt !== undefined) return { answer: "revoked" };
    const isUrgent = accessSigner(keys, now, policy)?.kid === kid;
    const signsUntil = Math.min(key.signsUntil ?? now, now);
    const revoked = { ...key, signsUntil, verifiesUntil: now, revokedAt: now };
    const after = relinked(lineOf(key), withKeys(keys, [revoked]), turning);
    return {
      answer: "revoked",
      ...differenceOf(keys, turned(after, turning, { isUrgent })),
      revocations: key.purpose === "access" ? [keyRevocation(kid, now)] : [],
    };
  };

/** Kills every token by a key, whatever it says of itself. It outlives all caches of the JWKS, and most keys that somebody wrote into a configuration. */
const keyRevocation = (kid: string, now: number): NewRevocation => ({ kind: "key", key: kid, expiresAt: now + yearMs });

const yearMs = 365 * 86_400_000;
