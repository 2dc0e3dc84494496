import { resolve } from "node:path";
import { peek } from "@cardea/jwt";
import { createVerifier, type Verifier } from "./createVerifier.ts";
import type { VerifierOptions } from "./options.ts";
import { revocationMetrics } from "./revocation/metrics.ts";
import { type RevocationStatus, revocationStates } from "./revocation/status.ts";
import { type Refused, refused } from "./verdict.ts";

/** One verifier out of several: each token is judged by that of its own issuer alone. */
export type MultiIssuerVerifier = Verifier & {
  /** The verifiers by their issuers, to see how each of them stands. */
  readonly issuers: ReadonlyMap<string, Verifier>;
};

/**
 * Accepts the tokens of several issuers, each with options of its own: keys, audience and revocations of one say nothing about
 * another's tokens. Opaque tokens do not name their issuer, so at most one may have `opaqueTokens: "introspect"`.
 * `revocation` is that of the issuer whose view is in the worst state. Throws a TypeError for options that cannot work.
 */
export function createMultiIssuerVerifier(all: readonly VerifierOptions[]): MultiIssuerVerifier {
  assertDistinct(all);
  const issuers = new Map(all.map((options) => [options.issuer, createVerifier(options)]));
  const [first] = issuers.values();
  if (first === undefined) throw new TypeError("createMultiIssuerVerifier: expects the options of at least one issuer");
  const opaqueIssuer = all.find(({ opaqueTokens }) => opaqueTokens === "introspect")?.issuer;

  /** Whoever is named here checks that name again, together with the signature. */
  const named = (token: string): string | undefined => {
    if (typeof token === "string" && token !== "" && !token.includes(".")) return opaqueIssuer;
    const iss = peek(token)?.unverifiedClaims.iss;
    return typeof iss === "string" ? iss : undefined;
  };

  /** What names no issuer is refused by the first, which says what else is wrong with it. */
  const choose = <T>(judges: ReadonlyMap<string, T>, fallback: T, token: string): T | undefined => {
    const issuer = named(token);
    return issuer === undefined ? fallback : judges.get(issuer);
  };

  const route: Verifier["route"] = (options) => {
    const routes = new Map([...issuers].map(([issuer, verifier]) => [issuer, verifier.route(options)]));
    const fallback = first.route(options);
    return {
      verify: (token) => choose(routes, fallback, token)?.verify(token) ?? foreign,
      authenticate: async (token, shown) => choose(routes, fallback, token)?.authenticate(token, shown) ?? foreign,
      explain: (token) => choose(routes, fallback, token)?.explain(token) ?? explainForeign(),
      challenge: fallback.challenge,
    };
  };

  const { verify, authenticate, explain } = route();
  return {
    issuers,
    verify,
    authenticate,
    explain,
    route,
    ready: async () => void (await Promise.all([...issuers.values()].map(({ ready }) => ready()))),
    watch: (accepted, onEnd) => (issuers.get(accepted.claims.iss) ?? first).watch(accepted, onEnd),
    get revocation() {
      const [stalest] = [...issuers.values()].map(({ revocation }) => revocation).sort(byStaleness);
      return stalest ?? first.revocation;
    },
    metrics: () => revocationMetrics(new Map([...issuers].map(([issuer, { revocation }]) => [issuer, revocation]))),
    close: async () => void (await Promise.all([...issuers.values()].map(({ close }) => close()))),
  };
}

const foreign: Refused = refused("wrong_issuer");

const explainForeign = (): ReturnType<Verifier["explain"]> => {
  const step = { step: "issuer", ok: false, why: foreign.refusal.message, lookedUp: "nothing", micros: 0 } as const;
  return { ok: false, steps: [step], refusal: foreign.refusal };
};

/** Worst first: each view is measured by its own `maxStaleness`, so its state counts before its age. */
const byStaleness = (a: RevocationStatus, b: RevocationStatus): number =>
  revocationStates.indexOf(b.state) - revocationStates.indexOf(a.state) || (b.stalenessMs > a.stalenessMs ? 1 : -1);

function assertDistinct(all: readonly VerifierOptions[]): void {
  if (!Array.isArray(all)) throw new TypeError("createMultiIssuerVerifier: expects a list of options, one per issuer");
  if (new Set(all.map(({ issuer }) => issuer)).size < all.length) {
    throw new TypeError("createMultiIssuerVerifier: each issuer may be there once");
  }
  const files = all.flatMap(keyFileOf);
  if (new Set(files).size < files.length) {
    throw new TypeError("createMultiIssuerVerifier: each issuer needs a keys.file of its own");
  }
  if (all.filter(({ opaqueTokens }) => opaqueTokens === "introspect").length > 1) {
    throw new TypeError(
      "createMultiIssuerVerifier: opaque tokens name no issuer, so one at most can be asked about them",
    );
  }
}

/** Where the keys are kept, if they are; what is wrong with the options is said by `createVerifier`. */
function keyFileOf({ keys }: VerifierOptions): readonly string[] {
  if (typeof keys !== "object" || keys === null || !("file" in keys)) return [];
  return typeof keys.file === "string" ? [resolve(keys.file)] : [];
}
