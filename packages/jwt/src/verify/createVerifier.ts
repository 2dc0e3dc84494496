import { Buffer } from "node:buffer";
import {
  type Claims,
  type Header,
  provenClaims,
  provenHeader,
  type VerifiedClaims,
  type VerifiedHeader,
} from "../claims.ts";
import { systemNow } from "../clock.ts";
import { Key, type VerificationKey } from "../keys/key.ts";
import { type KeySource, keySet } from "../keys/keySet.ts";
import { type Refusal, type RefusalCode, refusalOf } from "../refusal.ts";
import { refuseUnknownOptions } from "../refuseUnknownOptions.ts";
import { type Attempt, newAttempt } from "./attempt.ts";
import type { Check } from "./check.ts";
import { claimChecks } from "./claimChecks.ts";
import { type Explanation, explainChecks } from "./explainChecks.ts";
import { formChecks } from "./formChecks.ts";
import { headerChecks } from "./headerChecks.ts";
import { keyChecks } from "./keyChecks.ts";
import { checkPolicy, type Policy } from "./policy.ts";

/** Whom to believe (`keys`), what to demand (`policy`), and what time it is (`now`, ms since the epoch). */
export type VerifierOptions<C> = {
  readonly keys: VerificationKey | KeySource;
  readonly policy: Policy<C>;
  readonly now?: () => number;
};

/** Claims and header of a token that passed every check, and the key that signed it; or the first refusal. */
export type VerifyResult<C = Claims> =
  | {
      readonly ok: true;
      readonly claims: VerifiedClaims<C>;
      readonly header: VerifiedHeader;
      readonly key: VerificationKey;
    }
  | { readonly ok: false; readonly refusal: Refusal };

/** Two readings of one table of checks. Neither throws, whatever the token. */
export type JwtVerifier<C = Claims> = {
  readonly verify: (token: string) => VerifyResult<C>;
  /** Runs the same checks without any short cut and tells every step. For people, not for the request path. */
  readonly explain: (token: string) => Explanation;
};

/**
 * A verifier for one policy (RFC 7519 §7.2, RFC 8725). Throws a TypeError for an unknown option, a missing safeguard or
 * a key that cannot verify; after that, only an error of the caller's own key source, clock or schema is thrown.
 */
export function createVerifier<C = Claims>(options: VerifierOptions<C>): JwtVerifier<C> {
  refuseUnknownOptions("createVerifier", options, ["keys", "policy", "now"]);
  const { now = systemNow } = options;
  if (typeof now !== "function") throw new TypeError("createVerifier: now must be a function");
  const policy = checkPolicy(options.policy);
  const keys = keySource(options.keys);
  const checks = [...formChecks(policy), ...headerChecks(policy), ...keyChecks(keys), ...claimChecks(policy)];
  return Object.freeze({
    verify: verifyWith<C>(checks, now),
    explain: (token: string) => explainChecks(checks, newAttempt(token, now() / 1000)),
  });
}

function keySource(keys: unknown): KeySource {
  if (Key.isVerificationKey(keys)) return keySet([keys]);
  if (isKeySource(keys)) return keys;
  throw new TypeError("createVerifier: keys must be a public key, an HMAC key, a key set, or have a find function");
}

/** Lists and bytes have a `find` of their own, which knows no keys. */
const isKeySource = (value: unknown): value is KeySource =>
  typeof value === "object" &&
  value !== null &&
  !Array.isArray(value) &&
  !ArrayBuffer.isView(value) &&
  "find" in value &&
  typeof value.find === "function";

/**
 * Tokens of one issuer share their header segment, so the last one that belonged to a genuine token is kept: whoever
 * spells it the same way has passed the checks of the header. Forgeries never replace it.
 */
function verifyWith<C>(checks: readonly Check[], now: () => number): (token: string) => VerifyResult<C> {
  let known = noHeader;
  return (token) => {
    const attempt = newAttempt(token, now() / 1000);
    const isKnown = typeof token === "string" && known.prefix !== "" && token.startsWith(known.prefix);
    if (isKnown) useKnownHeader(attempt, known);
    for (let at = 0; at < checks.length; at++) {
      const check = checks[at];
      if (check === undefined || (isKnown && check.isOfHeader)) continue;
      const code = check.run(attempt);
      if (code !== undefined) return refused(code);
    }
    if (!isKnown) known = knownHeader(attempt);
    return accepted<C>(attempt);
  };
}

type KnownHeader = { readonly prefix: string; readonly header: Header };

const noHeader: KnownHeader = { prefix: "", header: { alg: "" } };

/** Copies the prefix, as a slice would keep the whole token in memory. */
const knownHeader = ({ token, headerEnd, header }: Attempt): KnownHeader => ({
  prefix: Buffer.from(token.slice(0, headerEnd + 1), "latin1").toString("latin1"),
  header,
});

function useKnownHeader(attempt: Attempt, known: KnownHeader): void {
  attempt.headerEnd = known.prefix.length - 1;
  attempt.header = known.header;
}

const refused = (code: RefusalCode): { readonly ok: false; readonly refusal: Refusal } => ({
  ok: false,
  refusal: refusalOf(code),
});

function accepted<C>({ header, key, result }: Attempt): VerifyResult<C> {
  if (key === undefined) return refused("unknown_key");
  return { ok: true, claims: provenClaims<C>(result), header: provenHeader(header), key };
}
