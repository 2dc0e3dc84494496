import type { Evidence } from "./evidence.ts";
import { missingBits } from "./filter.ts";
import type { RevocableClaims } from "./rules.ts";

/**
 * One token, to be asked about many times. Its fingerprints are taken once; and once it was found clean it is clean, at the cost of
 * comparing two numbers, until the view learns something. Ask it of nothing but its own view: it has no other.
 */
export class TokenHandle {
  readonly #evidence: Evidence;
  readonly #claims: RevocableClaims;
  readonly #kid: string | undefined;
  readonly #jtiLow: number;
  readonly #jtiHigh: number;
  readonly #sidLow: number;
  readonly #sidHigh: number;
  readonly #subLow: number;
  readonly #subHigh: number;
  #cleanAt = -1;

  /** A handle of a token that was verified: of its claims, and the name of the key that signed it. */
  constructor(evidence: Evidence, claims: RevocableClaims, kid: string | undefined) {
    const words = new Int32Array(2);
    evidence.fingerprint("token", claims.jti, words);
    [this.#jtiLow = 0, this.#jtiHigh = 0] = words;
    evidence.fingerprint("subject", claims.sub, words);
    [this.#subLow = 0, this.#subHigh = 0] = words;
    // A token without a session asks about its subject twice.
    if (claims.sid !== undefined) evidence.fingerprint("session", claims.sid, words);
    [this.#sidLow = 0, this.#sidHigh = 0] = words;
    this.#evidence = evidence;
    this.#claims = claims;
    this.#kid = kid;
  }

  /** Whether any entry of the view kills the token, now. */
  isRevoked(): boolean {
    const { version } = this.#evidence;
    if (this.#cleanAt === version) return false;
    const { filters, isBroad, has, isRevoked } = this.#evidence;
    // All three words are on their way from memory before the first is looked at.
    const token = missingBits(filters, this.#jtiLow, this.#jtiHigh);
    const session = missingBits(filters, this.#sidLow, this.#sidHigh);
    const subject = missingBits(filters, this.#subLow, this.#subHigh);
    // The filter says "perhaps" for nothing one time in fifty; then the table is asked.
    const isNamed =
      (token === 0 && has(this.#jtiLow, this.#jtiHigh)) ||
      (session === 0 && has(this.#sidLow, this.#sidHigh)) ||
      (subject === 0 && has(this.#subLow, this.#subHigh));
    if ((isNamed || isBroad) && isRevoked(this.#claims, this.#kid)) return true;
    this.#cleanAt = version;
    return false;
  }
}
