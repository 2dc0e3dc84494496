import type { Evidence } from "./evidence.ts";
import { missingBits } from "./filter.ts";
import type { Generations } from "./generations.ts";
import type { RevocableClaims } from "./rules.ts";

/**
 * One token, to be asked about many times. Its fingerprints are taken once for each key; and once it was found clean it is clean, at
 * the cost of comparing two numbers, until the view learns something. Ask it of nothing but its own view: it has no other.
 */
export class TokenHandle {
  readonly #held: Generations;
  readonly #claims: RevocableClaims;
  readonly #kid: string | undefined;
  #evidence: Evidence;
  #jtiLow = 0;
  #jtiHigh = 0;
  #sidLow = 0;
  #sidHigh = 0;
  #subLow = 0;
  #subHigh = 0;
  #cleanAt = -1;

  /** A handle of a token that was verified: of its claims, and the name of the key that signed it. */
  constructor(held: Generations, claims: RevocableClaims, kid: string | undefined) {
    this.#held = held;
    this.#claims = claims;
    this.#kid = kid;
    this.#evidence = held.current;
    this.#hash();
  }

  /** Whether any entry of the view kills the token, now. */
  isRevoked(): boolean {
    const held = this.#held;
    const version = held.version.now;
    const cleanAt = this.#cleanAt;
    if (cleanAt === version) return false;
    const evidence = held.current;
    if (evidence !== this.#evidence) {
      this.#evidence = evidence;
      this.#hash();
    }
    const { since, words, shift } = evidence.recent;
    const isRecent = cleanAt >= since && cleanAt >= evidence.broadAt;
    if (!isRecent || !this.#isMissing(words, shift)) {
      if (this.#isRevokedByAny(isRecent)) return true;
    }
    this.#cleanAt = version;
    return false;
  }

  /** Whether a filter knows none of the three. All three words are on their way from memory before the first is looked at. */
  #isMissing(words: Int32Array, shift: number): boolean {
    const token = missingBits(words, shift, this.#jtiLow, this.#jtiHigh);
    const session = missingBits(words, shift, this.#sidLow, this.#sidHigh);
    const subject = missingBits(words, shift, this.#subLow, this.#subHigh);
    return token !== 0 && session !== 0 && subject !== 0;
  }

  #isRevokedByAny(isRecent: boolean): boolean {
    const { filter, isBroad, has, isRevoked, hasTokens, hasSessions, hasSubjects } = this.#evidence;
    const { words, shift } = filter;
    const token = hasTokens ? missingBits(words, shift, this.#jtiLow, this.#jtiHigh) : 1;
    const session = hasSessions ? missingBits(words, shift, this.#sidLow, this.#sidHigh) : 1;
    const subject = hasSubjects ? missingBits(words, shift, this.#subLow, this.#subHigh) : 1;
    // The filter says "perhaps" for nothing one time in fifty; then the table is asked.
    const isNamed =
      (token === 0 && has(this.#jtiLow, this.#jtiHigh)) ||
      (session === 0 && has(this.#sidLow, this.#sidHigh)) ||
      (subject === 0 && has(this.#subLow, this.#subHigh));
    if ((isNamed || isBroad) && isRevoked(this.#claims, this.#kid)) return true;
    // Older generations have learnt nothing since the token was clean.
    if (isRecent) return false;
    for (const older of this.#held.older) if (older.isRevoked(this.#claims, this.#kid)) return true;
    return false;
  }

  #hash(): void {
    const words = new Int32Array(2);
    const { fingerprint } = this.#evidence;
    const { jti, sid, sub } = this.#claims;
    fingerprint("token", jti, words);
    [this.#jtiLow = 0, this.#jtiHigh = 0] = words;
    fingerprint("subject", sub, words);
    [this.#subLow = 0, this.#subHigh = 0] = words;
    // A token without a session asks about its subject twice.
    if (sid !== undefined) fingerprint("session", sid, words);
    [this.#sidLow = 0, this.#sidHigh = 0] = words;
  }
}
