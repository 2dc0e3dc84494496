import { describeFault, fetchText } from "../fetchText.ts";
import { createTokenBucket } from "../tokenBucket.ts";
import { endpoints, endpointUrl } from "../wire/endpoints.ts";
import { decodeHead } from "../wire/feedEvents.ts";
import { formatPosition } from "../wire/position.ts";
import { cautiousClock, type World } from "../world.ts";
import { createFeedClient } from "./feedClient.ts";
import { createLease, type Lease } from "./lease.ts";
import { createRevocationView, type RevocationView } from "./view.ts";

/** What an operator can see and alert on. */
export type RevocationStatus = {
  /** `off`: revocation is unchecked. `starting`: nothing confirmed yet. `stale`: the last confirmation is older than `maxStaleness`. */
  readonly state: "starting" | "live" | "stale" | "off";
  /** Age of the last confirmation in milliseconds; Infinity before the first. */
  readonly stalenessMs: number;
  readonly epoch: string | undefined;
  readonly position: number;
  readonly entries: number;
  readonly reconnects: number;
  /** Tokens accepted by `whenStale: "allow"` while the view was stale. */
  readonly allowedWhileStale: number;
  /** What went wrong last, until the view is live again. */
  readonly fault: string | undefined;
};

/** A view with its feed and its lease. */
export type RevocationFollower = {
  readonly view: RevocationView;
  readonly lease: Pick<Lease, "read" | "granted" | "poke">;
  readonly status: () => Omit<RevocationStatus, "allowedWhileStale">;
  readonly close: () => Promise<void>;
};

/** What `followRevocations` needs. */
export type FollowerConfig = {
  readonly issuer: string;
  /** The `Authorization` header for feed and head. */
  readonly authorization: string;
  /** Names this verifier to the issuer. */
  readonly verifierId: string;
  readonly maxStalenessMs: number;
  /** Entries are kept this much longer than they say, since tokens are accepted that much longer than they say. */
  readonly clockToleranceMs: number;
  readonly world: World;
  /** Called when the lease is granted or renewed. */
  readonly onChange: () => void;
};

/** Starts following an issuer's revocations. */
export function followRevocations(config: FollowerConfig): RevocationFollower {
  const { issuer, authorization, maxStalenessMs, clockToleranceMs, world, onChange } = config;
  const cautiousNow = cautiousClock(world);
  const view = createRevocationView({ now: () => cautiousNow() - clockToleranceMs });
  let fault: string | undefined;
  let catchUpTimer: NodeJS.Timeout | undefined;
  const noteFault = (thrown: unknown): void => {
    fault = describeFault(thrown);
  };

  // In a flood of revocations the regular question, once a second, has to do.
  const acknowledgements = createTokenBucket({ capacity: 3, refillMs: 1000, monotonic: world.monotonic });
  const feed = createFeedClient({
    url: endpointUrl(issuer, endpoints.feed),
    authorization,
    view,
    world,
    helloTimeoutMs: 10_000,
    on: {
      applied: () => {
        lease.settle();
        // The question says how far this view is: whoever waits for a revocation to hold everywhere hears it now.
        if (acknowledgements.take()) lease.poke();
      },
      fault: noteFault,
    },
  });

  /** The feed is usually a few milliseconds behind the log; only if it stays behind is it worth a new connection. */
  const catchUp = (head: { readonly epoch: string; readonly head: number }): void => {
    if (catchUpTimer !== undefined) return;
    catchUpTimer = setTimeout(() => {
      catchUpTimer = undefined;
      if (view.epoch !== head.epoch || view.position < head.head) feed.reconnect("the feed is behind the log");
    }, catchUpGraceMs);
    catchUpTimer.unref();
  };

  const lease = createLease({
    view,
    world,
    maxStalenessMs,
    pollMs: Math.min(1000, maxStalenessMs / 4),
    askHead: (signal) => askHead(config, view, signal),
    on: {
      granted: () => {
        fault = undefined;
        onChange();
      },
      behind: catchUp,
      incomplete: () => feed.resync("the view may be incomplete"),
      fault: noteFault,
    },
  });

  return {
    view,
    lease,
    status: () => {
      const { live, stalenessMs } = lease.read();
      const state = live ? "live" : lease.granted ? "stale" : "starting";
      const { epoch, position, entries } = view;
      return { state, stalenessMs, epoch, position, entries, reconnects: feed.reconnects, fault };
    },
    close: () => {
      clearTimeout(catchUpTimer);
      lease.close();
      return feed.close();
    },
  };
}

const catchUpGraceMs = 100;

async function askHead(config: FollowerConfig, view: RevocationView, signal: AbortSignal) {
  const { issuer, authorization, verifierId, maxStalenessMs, world } = config;
  const query = new URLSearchParams({ verifier: verifierId, stale: String(Math.ceil(maxStalenessMs)) });
  if (view.epoch !== undefined) query.set("applied", formatPosition(view.epoch, view.position));
  const limits = { world, timeoutMs: Math.min(2000, maxStalenessMs), maxBytes: 4096, signal };
  const { text } = await fetchText(
    `${endpointUrl(issuer, endpoints.head)}?${query}`,
    { headers: { authorization } },
    limits,
  );
  return decodeHead(text);
}
