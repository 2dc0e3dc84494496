import { fetchText } from "../fetchText.ts";
import { createTokenBucket } from "../tokenBucket.ts";
import { endpoints, endpointUrl } from "../wire/endpoints.ts";
import { decodeHead } from "../wire/feedEvents.ts";
import { formatPosition } from "../wire/position.ts";
import { cautiousClock, type World } from "../world.ts";
import { createCatchUp } from "./catchUp.ts";
import { createFeedClient } from "./feedClient.ts";
import { createLease, type Lease } from "./lease.ts";
import { createPositionWaits, type PositionWaits } from "./positionWaits.ts";
import { createRepair } from "./repair.ts";
import { createSnapshotClient } from "./snapshotClient.ts";
import { createStanding } from "./standing.ts";
import type { RevocationStatus } from "./status.ts";
import { createRevocationView, type RevocationView } from "./view.ts";

/** A view with its feed and its lease. */
export type RevocationFollower = {
  readonly view: RevocationView;
  readonly lease: Pick<Lease, "read" | "poke">;
  readonly status: () => Omit<RevocationStatus, "decisions">;
  readonly reach: PositionWaits["reach"];
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
  const standing = createStanding();

  // In a flood of revocations the regular question, once a second, has to do.
  const acknowledgements = createTokenBucket({ capacity: 3, refillMs: 1000, monotonic: world.monotonic });
  const applied = (): void => {
    lease.settle();
    waits.moved();
    // The question says how far this view is: whoever waits for a revocation to hold everywhere hears it now.
    if (acknowledgements.take()) lease.poke();
  };
  const repair = createRepair({
    authorization,
    view,
    world,
    url: endpointUrl(issuer, endpoints.entries),
    on: { applied, fault: standing.fault },
  });
  const snapshot = createSnapshotClient({
    authorization,
    view,
    world,
    url: endpointUrl(issuer, endpoints.snapshot),
    on: { applied, fault: standing.fault },
  });
  const feed = createFeedClient({
    authorization,
    view,
    world,
    format: "prints",
    url: endpointUrl(issuer, endpoints.feed),
    helloTimeoutMs: 10_000,
    on: {
      applied: () => {
        catchUp.heard();
        applied();
      },
      gap: () => {
        standing.gap();
        return repair.run();
      },
      farBehind: snapshot.load,
      resync: standing.resync,
      fault: standing.fault,
    },
  });
  const waits = createPositionWaits({ view, ask: () => lease.poke() });
  const catchUp = createCatchUp({
    view,
    feed,
    repair,
    isUrgent: () => waits.waiting > 0,
    isLoading: () => snapshot.isLoading,
  });
  const lease = createLease({
    view,
    world,
    maxStalenessMs,
    pollMs: Math.min(1000, maxStalenessMs / 4),
    askHead: (signal) => askHead(config, view, { signal }),
    on: {
      granted: () => {
        standing.confirmed();
        onChange();
      },
      behind: catchUp.behind,
      incomplete: () => feed.resync("the view may be incomplete"),
      fault: standing.fault,
    },
  });

  const status: RevocationFollower["status"] = () => {
    const { live, stalenessMs } = lease.read();
    const { epoch, position, entries } = view;
    const { state, gaps, resyncs, fault } = standing.read({ heard: epoch !== undefined, live });
    const [reconnects, repairs, positionWaits] = [feed.reconnects, repair.count, waits.counts];
    return { state, stalenessMs, epoch, position, entries, reconnects, gaps, repairs, resyncs, positionWaits, fault };
  };
  const end = async (): Promise<void> => {
    standing.close();
    for (const part of [catchUp, lease, repair, snapshot, waits]) part.close();
    await Promise.all([feed.close(), sayGoodbye(config, view)]);
  };
  let ending: Promise<void> | undefined;
  const close = (): Promise<void> => {
    ending ??= end();
    return ending;
  };
  return { view, lease, reach: waits.reach, status, close };
}

type Question = { readonly signal: AbortSignal; readonly isLast?: boolean };

async function askHead(config: FollowerConfig, view: RevocationView, { signal, isLast = false }: Question) {
  const { issuer, authorization, verifierId, maxStalenessMs, world } = config;
  const query = new URLSearchParams({ verifier: verifierId, stale: String(Math.ceil(maxStalenessMs)) });
  if (view.epoch !== undefined) query.set("applied", formatPosition(view.epoch, view.position));
  if (isLast) query.set("leaving", "true");
  const limits = { world, timeoutMs: Math.min(2000, maxStalenessMs), maxBytes: 4096, signal };
  const { text } = await fetchText(
    `${endpointUrl(issuer, endpoints.head)}?${query}`,
    { headers: { authorization } },
    limits,
  );
  return decodeHead(text);
}

/** Tells that this verifier asks no more. The issuer that does not hear it finds out by itself, a minute after the last lease. */
async function sayGoodbye(config: FollowerConfig, view: RevocationView): Promise<void> {
  if (view.epoch === undefined) return;
  await askHead(config, view, { signal: AbortSignal.timeout(goodbyeMs), isLast: true }).catch(() => undefined);
}

const goodbyeMs = 1000;
