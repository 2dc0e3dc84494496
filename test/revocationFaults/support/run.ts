import { setTimeout as delay } from "node:timers/promises";
import { ask, keepAsking } from "./asking.ts";
import { chanceFrom } from "./chance.ts";
import { letFaultsCome } from "./chaos.ts";
import { type Cluster, type ClusterSetting, startCluster } from "./cluster.ts";
import { type Ledger, newLedger, type Phase } from "./ledger.ts";
import { everyoneLive } from "./live.ts";
import { keepRevoking, type Revoking, type Wait } from "./revoking.ts";

/** One run. */
export type RunSetting = Omit<ClusterSetting, "losses"> & {
  readonly seed: number;
  /** Acknowledged revocations before any fault, and while there are faults. */
  readonly quiet: number;
  readonly amidFaults: number;
  /** How many of a hundred frames are lost amid faults, as many come twice, and as many change places with the next. */
  readonly lossPercent: number;
  /** The control: verifiers that do not notice gaps. Frames are lost and nothing else fails, since a restart would mend what is missing. */
  readonly isControl?: boolean;
  /** Is told how far it is, now and then. */
  readonly onProgress?: (line: string) => void;
};

/** What came of it. */
export type Outcome = {
  readonly ledger: Ledger;
  readonly acknowledged: number;
  /** How many of them were answered as effective, with nobody pending. */
  readonly effective: number;
  readonly faults: ReadonlyMap<string, number>;
  readonly seconds: number;
};

/** Who revoke at the same time: few, so that the machine is quiet too, and many. */
const waits: Readonly<Record<Phase, readonly Wait[]>> = {
  quiet: ["durable", "durable", "effective"],
  faults: [...Array<Wait>(12).fill("durable"), ...Array<Wait>(4).fill("effective")],
};

/**
 * Revokes while things go wrong, and asks all verifiers all the time. When the faults are over, every verifier becomes live, and is
 * asked about everything that was acknowledged.
 */
export async function runFaults(setting: RunSetting): Promise<Outcome> {
  const { seed, isControl = false, maxStalenessMs } = setting;
  const startedAt = performance.now();
  const cluster = await startCluster({ ...setting, losses: { seed, hidesGaps: isControl } });
  const over = new AbortController();
  try {
    const ledger = newLedger(cluster.verifiers.length, maxStalenessMs);
    await everyoneLive(cluster.verifiers);
    const asking = askEveryone(cluster, ledger, seed, over.signal);
    const faults = await revokeAll(setting, cluster, ledger);
    // What was acknowledged just now has as long to arrive as anything else.
    await delay(maxStalenessMs);
    await everyoneLive(cluster.verifiers);
    over.abort();
    await asking;
    await askAtLast(cluster, ledger);
    return {
      ledger,
      acknowledged: acknowledgedOf(ledger).length,
      effective: ledger.revoked.filter(({ effectiveAt }) => effectiveAt !== undefined).length,
      faults,
      seconds: (performance.now() - startedAt) / 1000,
    };
  } finally {
    over.abort();
    await cluster.stop();
  }
}

function askEveryone(cluster: Cluster, ledger: Ledger, seed: number, signal: AbortSignal): Promise<unknown> {
  const chance = chanceFrom(seed + 1000);
  const others = Array.from({ length: 20 }, () => cluster.tokens.mint(0, chance).token);
  return Promise.all(
    cluster.verifiers.map((verifier, index) => keepAsking({ verifier, index, ledger, others, chance }, signal)),
  );
}

/** The quiet part, then the part with faults, which end when enough is acknowledged. */
async function revokeAll(
  { seed, quiet, amidFaults, lossPercent, isControl, onProgress }: RunSetting,
  cluster: Cluster,
  ledger: Ledger,
): Promise<ReadonlyMap<string, number>> {
  const revoking: Revoking = { cluster, ledger, chance: chanceFrom(seed + 2000), head: { pos: 0 } };
  const progress = setInterval(() => onProgress?.(progressOf(ledger)), 5000);
  const until = async (phase: Phase, count: number): Promise<void> => {
    const isWanted = (): boolean => acknowledgedOf(ledger).length < count;
    await Promise.all(waits[phase].map((wait) => keepRevoking(revoking, { wait, phase, isWanted })));
  };
  const faultsEnd = new AbortController();
  try {
    await until("quiet", quiet);
    for (const verifier of cluster.verifiers) verifier.setLosses(lossPercent);
    const chances = [chanceFrom(seed + 3000), chanceFrom(seed + 4000), chanceFrom(seed + 5000)] as const;
    const faults = isControl ? new Map() : letFaultsCome(cluster, chances, faultsEnd.signal);
    await until("faults", quiet + amidFaults);
    faultsEnd.abort();
    for (const verifier of cluster.verifiers) verifier.setLosses(0);
    return await faults;
  } finally {
    faultsEnd.abort();
    clearInterval(progress);
  }
}

/** Every verifier about every acknowledged revocation. One that is stale again for a moment is asked again. */
async function askAtLast({ verifiers }: Cluster, ledger: Ledger): Promise<void> {
  const items = acknowledgedOf(ledger);
  for (const [index, verifier] of verifiers.entries()) {
    for (let from = 0; from < items.length; from += 200) {
      const slice = items.slice(from, from + 200);
      const tokens = slice.map(({ token }) => token);
      let sentAt = performance.now();
      let said = await ask(verifier, tokens);
      for (let tries = 0; said.includes("stale_view") && tries < 100; tries++) {
        await delay(100);
        sentAt = performance.now();
        said = await ask(verifier, tokens);
      }
      ledger.heardAtLast({ verifier: index, sentAt, answeredAt: performance.now() }, slice, said);
    }
  }
}

const acknowledgedOf = ({ revoked }: Ledger) => revoked.filter(({ acknowledgedAt }) => acknowledgedAt !== undefined);

const progressOf = (ledger: Ledger): string =>
  `${acknowledgedOf(ledger).length} acknowledged, ${ledger.violations.length} violations`;
