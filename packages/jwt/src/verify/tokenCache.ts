import { Buffer } from "node:buffer";
import { isDeeplyFrozen } from "../json/deepFreeze.ts";
import { keysFor } from "../keys/keySource.ts";
import { type Refusal, refusalOf } from "../refusal.ts";
import type { Attempt } from "./attempt.ts";
import { judgeRevocation } from "./revocationCheck.ts";
import type { Rules } from "./rules.ts";
import type { VerifiedToken } from "./verifiedToken.ts";

type Accepted = { readonly ok: true } & VerifiedToken;
type Refused = { readonly ok: false; readonly refusal: Refusal };

/** A token that passed every check, what was answered, and the dates between which it does so again. */
type Entry = {
  readonly token: string;
  readonly result: Accepted;
  readonly rules: Rules;
  readonly kid: string | undefined;
  readonly from: number;
  readonly until: number;
};

/**
 * Remembers good tokens. Refusals are never remembered, so nobody fills it with forgeries, nor is what a schema made that
 * cannot be frozen, such as a Set: who got it could change it for all others.
 */
export type TokenCache = {
  /** The answer for a token that is known and still good or revoked; undefined sends it through all checks. */
  readonly find: (token: string, now: number) => Accepted | Refused | undefined;
  readonly add: (attempt: Attempt, result: Accepted, rules: Rules) => void;
};

/**
 * At most `size` tokens. A token is found by the end of its signature and then compared as a whole; no key of the
 * caller's making is used (CVE-2026-35039). Dates, the key and the caller's revocations are asked again on each hit,
 * since they are all that can change.
 */
export function tokenCache(size: number): TokenCache {
  const entries = twoGenerations(size);
  return {
    find: (token, now) => {
      const entry = typeof token === "string" ? entries.find(token) : undefined;
      return entry !== undefined && isTimely(entry, now) && hasCurrentKey(entry) ? answer(entry) : undefined;
    },
    add: (attempt, result, rules) => {
      if (isDeeplyFrozen(result.claims)) entries.add(entryOf(attempt, result, rules));
    },
  };
}

/** 256 bits in base64url: an HMAC, or half of another signature. */
const keyLength = 43;

/** When the younger half is full, the elder is forgotten, but for what was asked for meanwhile. */
function twoGenerations(size: number): { find(token: string): Entry | undefined; add(entry: Entry): void } {
  let young = new Map<string, Entry>();
  let old = new Map<string, Entry>();
  const add = (entry: Entry): void => {
    if (young.size >= Math.floor(size / 2)) {
      old = young;
      young = new Map();
    }
    young.set(entry.token.slice(-keyLength), entry);
  };
  const find = (token: string): Entry | undefined => {
    const key = token.slice(-keyLength);
    const younger = young.get(key);
    if (younger !== undefined) return younger.token === token ? younger : undefined;
    const elder = old.get(key);
    if (elder?.token !== token) return undefined;
    old.delete(key);
    add(elder);
    return elder;
  };
  return { find, add };
}

/** Copies the token, which may be a slice of a whole request, and freezes the answer, which all hits share. */
function entryOf({ token, header, claims }: Attempt, result: Accepted, rules: Rules): Entry {
  return {
    token: Buffer.from(token, "latin1").toString("latin1"),
    result: Object.freeze(result),
    rules,
    kid: Object.hasOwn(header, "kid") ? header.kid : undefined,
    from: Math.max(claims.nbf ?? 0, claims.iat ?? 0),
    until: rules.policy.expires ? (claims.exp ?? Number.NaN) : Number.POSITIVE_INFINITY,
  };
}

/** The comparisons of the time checks; a clock that answers NaN is no hit. */
function isTimely({ from, until, rules }: Entry, now: number): boolean {
  const tolerance = rules.policy.clockToleranceSeconds;
  return from <= now + tolerance && now < until + tolerance;
}

/** Whether the key source still gives the very key that made the signature. */
function hasCurrentKey({ rules, kid, result: { key } }: Entry): boolean {
  const keys = keysFor(rules.source, kid, key.alg);
  return typeof keys !== "string" && keys.includes(key);
}

function answer({ rules: { isRevoked }, result }: Entry): Accepted | Refused {
  const code = isRevoked && judgeRevocation(isRevoked, result);
  return code === undefined ? result : { ok: false, refusal: refusalOf(code) };
}
