import { type KeySet, keySet, peek, unchecked } from "@cardea/jwt";
import type { Explanation } from "./explanation.ts";
import type { GuardOptions, GuardParts } from "./guards/authenticateRequest.ts";
import { createExpressGuard, type ExpressGuard } from "./guards/express.ts";
import { createNodeGuard, type NodeGuard } from "./guards/node.ts";
import { createIntrospection } from "./introspection.ts";
import { createJudge } from "./judge.ts";
import { oneOf, readOptions, type VerifierConfig, type VerifierOptions } from "./options.ts";
import { createReadiness } from "./readiness.ts";
import { refuseUnknownOptions } from "./refuseUnknownOptions.ts";
import { createRemoteKeys, type RemoteKeys } from "./remoteKeys.ts";
import { followRevocations, type RevocationFollower, type RevocationStatus } from "./revocation/followRevocations.ts";
import { createFreshness } from "./revocation/freshness.ts";
import { type Refusal, type Refused, refused, type Verdict } from "./verdict.ts";

/** Judges one issuer's access tokens for one service. */
export type Verifier = {
  /** Resolves once keys are loaded and revocations known; rejects with the reason after `readyTimeout`, while trying goes on. */
  readonly ready: () => Promise<void>;
  /** The verdict from what is in memory: synchronous, no request is made for it. Never throws for a bad token. */
  readonly verify: (token: string) => Verdict;
  /** Like `verify`; for an unknown key the JWKS is fetched once more, and opaque tokens are introspected if that is switched on. */
  readonly authenticate: (token: string) => Promise<Verdict>;
  /** The checks of `verify`, each with its reason, look-up and cost. */
  readonly explain: (token: string) => Explanation;
  /** How fresh the revocation view is, now. */
  readonly revocation: RevocationStatus;
  /** A guard for `node:http`. */
  readonly node: (options?: GuardOptions) => NodeGuard;
  /** A guard for Express 4 and 5. */
  readonly express: (options?: GuardOptions) => ExpressGuard;
  /** Ends all requests and timers; nothing is verified any more once the view is stale. */
  readonly close: () => Promise<void>;
};

/** Starts loading keys and following revocations at once. Throws a TypeError for options that cannot work. */
export function createVerifier(options: VerifierOptions): Verifier {
  const config = readOptions(options);
  const readiness = createReadiness(config.readyTimeoutMs);
  const keys = openKeys(config, readiness.changed);
  const follower = openFollower(config, readiness.changed);
  const introspection = openIntrospection(config);
  const judge = createJudge({
    keys: keys.remote ?? keys.fixed,
    issuer: config.issuer,
    audience: config.audience,
    revocation: follower?.view ?? unchecked,
    clockToleranceSeconds: config.clockToleranceMs / 1000,
    maxTtlSeconds: config.maxAccessTtlMs / 1000,
    now: config.world.now,
  });
  const freshness = createFreshness(config, follower);

  const verify = (token: string, { whenStale }: GuardOptions = {}): Verdict => {
    const unread = refusedUnread(token);
    if (unread !== undefined) return unread;
    const verdict = judge.verify(token);
    return verdict.ok ? freshness.judge(verdict, whenStale) : { ok: false, refusal: blame(verdict.refusal, keys) };
  };

  const explain = (token: string): Explanation => {
    const unread = refusedUnread(token);
    if (unread !== undefined) return explainUnread(unread);
    const { ok, steps, refusal } = judge.explain(token);
    if (ok) return freshness.explain({ ok, steps });
    return { ok, steps, ...(refusal && { refusal: blame(refusal, keys) }) };
  };

  const authenticate = async (token: string, route: GuardOptions = {}): Promise<Verdict> => {
    if (introspection !== undefined && isOpaque(token)) return introspection.introspect(token);
    const verdict = verify(token, route);
    return mayHaveNewKey(token, verdict, keys) && (await keys.remote?.refetch()) ? verify(token, route) : verdict;
  };

  const guard: GuardParts = { authenticate, realm: config.issuer };
  return {
    ready: () => readiness.wait(() => whatIsMissing(keys.remote, follower)),
    verify: (token) => {
      const verdict = verify(token);
      if (mayHaveNewKey(token, verdict, keys)) void keys.remote?.refetch();
      return verdict;
    },
    authenticate: (token) => authenticate(token),
    explain,
    get revocation() {
      return freshness.status();
    },
    node: (route = {}) => createNodeGuard(guard, readGuardOptions(route)),
    express: (route = {}) => createExpressGuard(guard, readGuardOptions(route)),
    close: async () => {
      readiness.close();
      keys.remote?.close();
      introspection?.close();
      await follower?.close();
    },
  };
}

type Keys =
  | { readonly remote: RemoteKeys; readonly fixed?: undefined }
  | { readonly fixed: KeySet; readonly remote?: undefined };

function openKeys({ keys, world }: VerifierConfig, onChange: () => void): Keys {
  if ("find" in keys) return { fixed: keys };
  if ("kind" in keys) return { fixed: keySet([keys]) };
  return { remote: createRemoteKeys({ ...keys, world, onChange }) };
}

function openFollower(config: VerifierConfig, onChange: () => void): RevocationFollower | undefined {
  const { issuer, authorization, serviceId, revocation, clockToleranceMs, world } = config;
  if (revocation === unchecked || authorization === undefined) return undefined;
  const verifierId = `${serviceId}.${world.random().toString(36).slice(2, 10)}`;
  const { maxStalenessMs } = revocation;
  return followRevocations({ issuer, authorization, verifierId, maxStalenessMs, clockToleranceMs, world, onChange });
}

function openIntrospection({ introspects, authorization, issuer, audience, clockToleranceMs, world }: VerifierConfig) {
  if (!introspects || authorization === undefined) return undefined;
  return createIntrospection({ issuer, audience, authorization, clockToleranceMs, world });
}

/** A JWT has dots, whatever else is wrong with it. */
const isOpaque = (token: unknown): boolean => typeof token === "string" && token !== "" && !token.includes(".");

/** What no judge needs to look at. */
function refusedUnread(token: unknown): Refused | undefined {
  if (typeof token !== "string" || token === "") return refused("missing_token");
  return isOpaque(token) ? refused("opaque_token") : undefined;
}

function explainUnread({ refusal }: Refused): Explanation {
  const step = { step: "token", ok: false, why: refusal.message, lookedUp: "nothing", micros: 0 } as const;
  return { ok: false, steps: [step], refusal };
}

/** While there are no keys at all, an unknown key is our fault and not the token's. */
const blame = (refusal: Refusal, { remote }: Keys): Refusal =>
  remote?.usable === false && refusal.code === "unknown_key" ? refused("keys_unavailable").refusal : refusal;

/**
 * Whether the issuer may have a key that is not here yet: none fits, or the token names one that nobody has, so that only
 * keys without a name were tried.
 */
function mayHaveNewKey(token: string, verdict: Verdict, { remote }: Keys): boolean {
  if (verdict.ok) return false;
  const { code } = verdict.refusal;
  if (code === "unknown_key" || code === "keys_unavailable") return true;
  if (code !== "bad_signature" || remote === undefined) return false;
  const kid = peek(token)?.unverifiedHeader.kid;
  return typeof kid === "string" && !remote.keys.some((key) => key.kid === kid);
}

function whatIsMissing(keys: RemoteKeys | undefined, follower: RevocationFollower | undefined): string[] {
  const missing: string[] = [];
  if (keys?.usable === false) missing.push(`no keys (${keys.fault ?? "no answer yet"})`);
  if (follower !== undefined && !follower.lease.read().live) {
    missing.push(`no live revocation view (${follower.status().fault ?? "no answer yet"})`);
  }
  return missing;
}

function readGuardOptions(route: GuardOptions): GuardOptions {
  refuseUnknownOptions("guard", route, ["whenStale"]);
  if (route.whenStale !== undefined) oneOf("guard: whenStale", route.whenStale, ["deny", "allow"]);
  return route;
}
