import { keySet, unchecked } from "@cardea/jwt";
import type { AccessClaims } from "./accessClaims.ts";
import { createIntrospection, type Introspection } from "./introspection.ts";
import { createJudge, type Judge } from "./judge.ts";
import { readOptions, type VerifierConfig, type VerifierOptions } from "./options.ts";
import { createReadiness } from "./readiness.ts";
import { createRemoteKeys, type RemoteKeys } from "./remoteKeys.ts";
import { followRevocations, type RevocationFollower } from "./revocation/followRevocations.ts";
import { createFreshness } from "./revocation/freshness.ts";
import { revocationMetrics } from "./revocation/metrics.ts";
import type { RevocationStatus } from "./revocation/status.ts";
import { challengeOf, type Route, type RouteOptions, readRoute } from "./route.ts";
import { createTokenJudge, type Keys, type TokenJudgeParts } from "./tokenJudge.ts";
import type { Accepted, Refusal } from "./verdict.ts";
import { createWatch } from "./watch.ts";

/** Judges one issuer's access tokens for one service. */
export type Verifier = Omit<Route, "challenge"> & {
  /** Resolves once keys are loaded and revocations known; rejects with the reason after `readyTimeout`, while trying goes on. */
  readonly ready: () => Promise<void>;
  /** The same verifier under what a route asks of a token. Guards are made from it. Throws a TypeError for options that cannot work. */
  readonly route: (options?: RouteOptions) => Route;
  /**
   * For sockets and streams, which outlive the question: calls `onEnd` once, within a second, when a token that
   * `authenticate` or a guard accepted expires, is revoked, or can no longer be judged, unless its route has `whenStale: "allow"`. Returns how to stop.
   */
  readonly watch: (accepted: Accepted, onEnd: (refusal: Refusal) => void) => () => void;
  /** How fresh the revocation view is, now. */
  readonly revocation: RevocationStatus;
  /** The same for Prometheus: its text format, version 0.0.4. */
  readonly metrics: () => string;
  /** Ends all requests and timers; nothing is verified any more once the view is stale. */
  readonly close: () => Promise<void>;
};

/** Starts loading keys and following revocations at once. Throws a TypeError for options that cannot work. */
export function createVerifier(options: VerifierOptions): Verifier {
  const config = readOptions(options);
  const readiness = createReadiness(config.readyTimeoutMs);
  const keys = openKeys(config, readiness.changed);
  const follower = openFollower(config, readiness.changed);
  const introspection = openIntrospection(config, follower);
  const { clockToleranceMs, world } = config;
  const watch = createWatch({ follower, clockToleranceMs, world });
  const freshness = createFreshness(config, follower);
  const parts: TokenJudgeParts = {
    judge: openJudge(config, keys, follower),
    keys,
    freshness,
    introspection,
    introspects: config.introspects,
    whenStale: config.revocation === unchecked ? "deny" : config.revocation.whenStale,
    watch,
    world,
  };

  const route = (asked: RouteOptions = {}): Route => {
    const rules = readRoute(asked, { canAsk: introspection !== undefined });
    return { ...createTokenJudge(parts, rules), challenge: challengeOf(config.issuer, rules) };
  };

  const { verify, authenticate, explain } = route();
  return {
    ready: () => readiness.wait(() => whatIsMissing(keys.remote, follower)),
    verify,
    authenticate,
    explain,
    route,
    watch: watch.watch,
    get revocation() {
      return freshness.status();
    },
    metrics: () => revocationMetrics(new Map([[config.issuer, freshness.status()]])),
    close: async () => {
      readiness.close();
      keys.remote?.close();
      introspection?.close();
      watch.close();
      await follower?.close();
    },
  };
}

function openKeys({ keys, world }: VerifierConfig, onChange: () => void): Keys {
  if ("find" in keys) return { fixed: keys };
  if ("kind" in keys) return { fixed: keySet([keys]) };
  return { remote: createRemoteKeys({ ...keys, world, onChange }) };
}

function openFollower(config: VerifierConfig, onChange: () => void): RevocationFollower | undefined {
  const { authorization, verifierId, revocation, clockToleranceMs, world } = config;
  if (revocation === unchecked || authorization === undefined) return undefined;
  const { maxStalenessMs, feed: issuer } = revocation;
  return followRevocations({ issuer, authorization, verifierId, maxStalenessMs, clockToleranceMs, world, onChange });
}

/** Whoever has credentials can ask the issuer; whether opaque tokens are asked about is another question. */
function openIntrospection(
  config: VerifierConfig,
  follower: RevocationFollower | undefined,
): Introspection | undefined {
  const { authorization, issuer, audience, clockToleranceMs, introspectionCacheMs: cacheMs, world } = config;
  if (authorization === undefined) return undefined;
  // The issuer takes it that whoever follows it accepts nothing revoked that it has applied, and nothing while it is stale.
  const stillHolds = (claims: AccessClaims): boolean =>
    follower === undefined || (follower.lease.read().live && !follower.view.isRevoked(claims, undefined));
  return createIntrospection({ issuer, audience, authorization, clockToleranceMs, cacheMs, stillHolds, world });
}

function openJudge(config: VerifierConfig, keys: Keys, follower: RevocationFollower | undefined): Judge {
  return createJudge({
    keys: keys.remote ?? keys.fixed,
    issuer: config.issuer,
    audience: config.audience,
    revocation: follower?.view ?? unchecked,
    clockToleranceSeconds: config.clockToleranceMs / 1000,
    maxTtlSeconds: config.maxAccessTtlMs / 1000,
    cacheSize: config.cacheSize,
    now: config.world.now,
  });
}

function whatIsMissing(keys: RemoteKeys | undefined, follower: RevocationFollower | undefined): string[] {
  const missing: string[] = [];
  if (keys?.usable === false) missing.push(`no keys (${keys.fault ?? "no answer yet"})`);
  if (follower !== undefined && !follower.lease.read().live) {
    missing.push(`no live revocation view (${follower.status().fault ?? "no answer yet"})`);
  }
  return missing;
}
