import type { World as VerifierWorld } from "@cardea/verifier";
import { createFeedClient, createLease, createTokenBucket, describeFault } from "@cardea/verifier/follow";
import { endpoints, endpointUrl } from "@cardea/verifier/wire";
import type { LogHead } from "../store/ports.ts";
import type { Upstream } from "./upstream.ts";
import type { UpstreamLog } from "./upstreamLog.ts";

/** A log that is kept in step with upstream. */
export type UpstreamFollower = {
  /** Whether upstream confirmed, not long ago, that nothing is missing. */
  readonly isLive: () => boolean;
  /** Asks upstream for the head now, and so says how far all are. */
  readonly speak: () => void;
  readonly close: () => Promise<void>;
};

/** What following is built from. */
export type FollowParts = {
  readonly upstream: Upstream;
  readonly log: UpstreamLog;
  readonly askHead: () => Promise<LogHead>;
  readonly world: VerifierWorld;
  readonly on: {
    /** Entries arrived. */
    readonly applied: () => void;
    /** Nothing is missing as of now. */
    readonly granted: () => void;
    /** What went wrong, in words that name no secret. */
    readonly fault: (message: string) => void;
  };
};

/** How long the relay calls itself ready without a confirmation; no verifier's lease depends on it. */
const maxStalenessMs = 5000;
const catchUpGraceMs = 100;

/** Starts following. The relay asks for the head by itself too, so that it is known upstream while nobody follows it, and notices a feed that has stalled. */
export function followUpstream({ upstream, log, askHead, world, on }: FollowParts): UpstreamFollower {
  // In a flood of revocations the regular question, once a second, has to do.
  const acknowledgements = createTokenBucket({ capacity: 3, refillMs: 1000, monotonic: world.monotonic });
  let catchUpTimer: NodeJS.Timeout | undefined;
  const fault = (thrown: unknown): void => on.fault(describeFault(thrown));

  const feed = createFeedClient({
    url: endpointUrl(upstream.issuer, endpoints.feed),
    authorization: upstream.authorization,
    view: log,
    // By name, as whoever follows this relay may ask for names.
    format: "json",
    world,
    helloTimeoutMs: 10_000,
    on: {
      applied: () => {
        lease.settle();
        on.applied();
        if (acknowledgements.take()) lease.poke();
      },
      // The feed is left then, and a new one begins after what is held.
      gap: async () => undefined,
      resync: () => undefined,
      fault,
    },
  });

  /** The feed is usually a few milliseconds behind the log; only if it stays behind is it worth a new connection. */
  const catchUp = (head: { readonly epoch: string; readonly head: number }): void => {
    catchUpTimer ??= setTimeout(() => {
      catchUpTimer = undefined;
      if (log.epoch !== head.epoch || log.position < head.head) feed.reconnect("the feed is behind the log");
    }, catchUpGraceMs).unref();
  };

  const lease = createLease({
    view: log,
    world,
    maxStalenessMs,
    pollMs: 1000,
    askHead: async () => {
      const { epoch, pos } = await askHead();
      return { epoch, head: pos };
    },
    on: {
      granted: on.granted,
      behind: catchUp,
      incomplete: () => feed.resync("the log may be incomplete"),
      fault,
    },
  });

  return {
    isLive: () => lease.read().live,
    speak: lease.poke,
    close: () => {
      clearTimeout(catchUpTimer);
      lease.close();
      return feed.close();
    },
  };
}
