import { setTimeout as delay } from "node:timers/promises";
import { eventually } from "../../support/eventually.ts";
import { keepAsking } from "./asking.ts";
import { askAtLast } from "./askingAtLast.ts";
import { chanceFrom } from "./chance.ts";
import { letFaultsCome } from "./chaos.ts";
import { type Cluster, type ClusterSetting, startCluster } from "./cluster.ts";
import { type Ledger, newLedger } from "./ledger.ts";
import { everyoneLive } from "./live.ts";
import { machineNow } from "./machineClock.ts";
import type { Program } from "./program.ts";
import { keepRevoking, type Revoking, type Wait } from "./revoking.ts";
import { keepSweeping, type SweepCounts } from "./sweeping.ts";
import type { Phase } from "./watched.ts";

/** One run. */
export type RunSetting = Omit<ClusterSetting, "hasControl"> & {
  /** Acknowledged revocations before any fault, and while there are faults. */
  readonly quiet: number;
  readonly amidFaults: number;
  /** How many of a hundred frames are lost amid faults, as many come twice, and as many change places with the next. */
  readonly lossPercent: number;
  /** Is told how far it is, now and then. */
  readonly onProgress?: (line: string) => void;
};

/** What came of it. */
export type Outcome = {
  readonly ledger: Ledger;
  readonly faults: ReadonlyMap<string, number>;
  /** How often what many tokens share was revoked, by kind. */
  readonly sweeps: ReadonlyMap<string, number>;
  readonly seconds: number;
};

/** Who revoke at the same time: few, so that the machine is quiet too, and many. */
const waits: Readonly<Record<Phase, readonly Wait[]>> = {
  quiet: ["durable", "durable", "effective"],
  faults: [...Array<Wait>(12).fill("durable"), ...Array<Wait>(6).fill("effective")],
};

/**
 * Revokes while things go wrong, and asks all verifiers all the time. When the faults are over, every verifier becomes live, and is
 * asked about everything that was acknowledged, and about tokens that nobody revoked.
 */
export async function runFaults(setting: RunSetting): Promise<Outcome> {
  const { seed, maxStalenessMs } = setting;
  const startedAt = machineNow();
  const cluster = await startCluster({ ...setting, hasControl: true });
  const over = new AbortController();
  try {
    const ledger = newLedger(askedOf(cluster).length, maxStalenessMs);
    const run: Run = { setting, cluster, ledger, sweeps: new Map(), phase: "quiet" };
    await everyoneLive(askedOf(cluster));
    const asking = askEveryone(run, over.signal);
    await revokeInQuiet(run);
    const faults = await revokeAmidFaults(run);
    // What was acknowledged just now has as long to arrive as anything else.
    await delay(maxStalenessMs);
    await everyoneLive(cluster.verifiers);
    over.abort();
    await asking;
    await askAtLast({ cluster, ledger, chance: chanceFrom(seed + 8000) }, askedOf(cluster));
    return { ledger, faults, sweeps: run.sweeps, seconds: (machineNow() - startedAt) / 1000 };
  } finally {
    over.abort();
    await cluster.stop();
  }
}

type Run = {
  readonly setting: RunSetting;
  readonly cluster: Cluster;
  readonly ledger: Ledger;
  readonly sweeps: SweepCounts;
  phase: Phase;
};

/** How often each verifier is asked, for each that there is: often enough to measure in the quiet, and seldom enough to leave the machine to the faults. */
const perVerifierMs: Readonly<Record<Phase, number>> = { quiet: 2, faults: 5 };

function askEveryone(run: Run, signal: AbortSignal): Promise<unknown> {
  const { setting, cluster, ledger } = run;
  const chance = chanceFrom(setting.seed + 1000);
  const pauseMs = (): number => setting.verifiers * perVerifierMs[run.phase];
  return Promise.all(
    askedOf(cluster).map((verifier, index) => keepAsking({ verifier, index, pauseMs, ledger, chance }, signal)),
  );
}

/** Without faults. It ends when every verifier refuses what was revoked, so that no fault is to blame for what came before it. */
async function revokeInQuiet(run: Run): Promise<void> {
  const { setting, cluster, ledger } = run;
  await revokeSoMany(run, "quiet", setting.quiet);
  await eventually("all refuse what was revoked before the faults", () =>
    cluster.verifiers.every((_, index) =>
      ledger
        .unsettled(index)
        .values()
        .every(({ acknowledgedAt }) => acknowledgedAt === undefined),
    ),
  );
}

async function revokeAmidFaults(run: Run): Promise<ReadonlyMap<string, number>> {
  const { seed, amidFaults, lossPercent } = run.setting;
  run.phase = "faults";
  const verifiers = askedOf(run.cluster);
  const faultsEnd = new AbortController();
  try {
    for (const verifier of verifiers) verifier.setLosses(lossPercent);
    const chances = [chanceFrom(seed + 3000), chanceFrom(seed + 4000), chanceFrom(seed + 5000)] as const;
    const faults = letFaultsCome(run.cluster, chances, faultsEnd.signal);
    await revokeSoMany(run, "faults", amidFaults);
    faultsEnd.abort();
    const counts = await faults;
    await loseFramesAlone(run);
    for (const verifier of verifiers) verifier.setLosses(0);
    return counts;
  } finally {
    faultsEnd.abort();
  }
}

/**
 * Goes on with nothing amiss but losses, where nothing else makes a verifier begin anew, until the control has lost something: a
 * few more revocations at a time, so many times at most.
 */
async function loseFramesAlone(run: Run, rounds = 10): Promise<void> {
  const { setting, cluster, ledger } = run;
  const control = cluster.verifiers.length;
  const faultsEndedAt = machineNow();
  // Seen to accept it since, and too late; what it has only not been asked about is not lost.
  const hasLost = (): boolean =>
    ledger
      .unsettled(control)
      .values()
      .some(({ acceptedAt, acknowledgedAt = Number.POSITIVE_INFINITY }) => {
        const at = acceptedAt.get(control) ?? 0;
        return at > faultsEndedAt && at > acknowledgedAt + setting.maxStalenessMs;
      });
  for (let round = 0; round < rounds; round++) {
    await everyoneLive(askedOf(cluster));
    if (hasLost()) return;
    const wanted = acknowledgedIn(ledger) + 40;
    await revokeTokens(run, "faults", () => acknowledgedIn(ledger) < wanted);
    await delay(setting.maxStalenessMs);
  }
}

/** Until so many more are acknowledged. What many tokens share is revoked in the first half, so that it hides no loss in the second. */
async function revokeSoMany(run: Run, phase: Phase, count: number): Promise<void> {
  const { setting, cluster, ledger, sweeps } = run;
  const { seed, onProgress } = setting;
  const before = acknowledgedIn(ledger);
  const done = (): number => acknowledgedIn(ledger) - before;
  const isWanted = (): boolean => done() < count;
  const progress = setInterval(() => onProgress?.(progressOf(ledger, setting.verifiers)), 5000);
  let swept = 0;
  const isDue = async (): Promise<boolean> => {
    const dueAt = (count / 2) * (swept++ / sweepsIn(count));
    while (isWanted() && done() < dueAt) await delay(20);
    return isWanted() && swept <= sweepsIn(count);
  };
  try {
    await Promise.all([
      revokeTokens(run, phase, isWanted),
      keepSweeping(
        { cluster, ledger, chance: chanceFrom(seed + 6000) },
        { phase, wait: "durable", isWanted },
        { isDue, counts: sweeps, chance: chanceFrom(seed + 7000) },
      ),
    ]);
  } finally {
    clearInterval(progress);
  }
}

/** Each by itself, at the same time, until no more are wanted. */
async function revokeTokens({ setting, cluster, ledger }: Run, phase: Phase, isWanted: () => boolean): Promise<void> {
  const revoking: Revoking = { cluster, ledger, chance: chanceFrom(setting.seed + 2000) };
  await Promise.all(waits[phase].map((wait) => keepRevoking(revoking, { wait, phase, isWanted })));
}

/** The control comes last. */
const askedOf = ({ verifiers, control }: Cluster): readonly Program[] => [...verifiers, ...(control ? [control] : [])];

const sweepsIn = (count: number): number => Math.min(100, Math.max(4, Math.floor(count / 60)));

const acknowledgedIn = ({ calls }: Ledger): number =>
  calls.filter(({ acknowledgedAt }) => acknowledgedAt !== undefined).length;

function progressOf(ledger: Ledger, control: number): string {
  const byControl = ledger.violations.filter(({ verifier }) => verifier === control).length;
  const byVerifiers = ledger.violations.length - byControl;
  return `${acknowledgedIn(ledger)} acknowledged; broken by verifiers ${byVerifiers}, by the control ${byControl}`;
}
