import { setTimeout as delay } from "node:timers/promises";
import type { Chance } from "./chance.ts";
import type { Cluster } from "./cluster.ts";
import type { WireFault } from "./faultyWire.ts";
import type { Program } from "./program.ts";

/** One way in which things go wrong: it strikes, lasts, and is healed. */
type Fault = {
  readonly name: string;
  /** For how long at most, in milliseconds. */
  readonly longestMs: number;
  /** Strikes, and answers how it is healed. */
  readonly strike: (chance: Chance) => Promise<() => void | Promise<void>>;
};

/** Faults that come one after the other; what stands in different lanes comes at the same time. */
type Lane = { readonly chance: Chance; readonly faults: readonly Fault[] };

/**
 * Lets faults come until the signal, then heals what is broken: one at a time at the issuers and their store, one at the verifiers,
 * one at the wires. Each fault of a lane comes before any comes again. Answers how many of each there were.
 */
export async function letFaultsCome(
  cluster: Cluster,
  chances: readonly [Chance, Chance, Chance],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, number>> {
  const counts = new Map<string, number>();
  const lanes: readonly Lane[] = [
    {
      chance: chances[0],
      faults: [
        ...programFaults("issuer", cluster.issuers, issuerSteps),
        ...databaseFaults(cluster),
        ...redisFaults(cluster),
      ],
    },
    { chance: chances[1], faults: programFaults("verifier", cluster.verifiers, verifierSteps) },
    { chance: chances[2], faults: wireFaults(cluster) },
  ];
  await Promise.all(
    lanes.map(async ({ chance, faults }) => {
      for (let coming: Fault[] = []; !signal.aborted; ) {
        if (coming.length === 0) coming = chance.shuffled(faults);
        const fault = coming.pop();
        if (fault === undefined) return;
        counts.set(fault.name, (counts.get(fault.name) ?? 0) + 1);
        const heal = await fault.strike(chance);
        await unlessOver(chance.between(50, fault.longestMs), signal);
        await heal();
        await unlessOver(chance.between(200, 1500), signal);
      }
    }),
  );
  return counts;
}

/** Clocks of issuers are kept, and set by what clocks of machines differ by at most. */
const issuerSteps = [-30_000, -2000, 2000, 30_000];
/** Past the ends of tokens and of revocations, both ways. */
const verifierSteps = [-5_400_000, -180_000, -2000, 2000, 30_000, 5_400_000];

const programFaults = (name: string, programs: readonly Program[], steps: readonly number[]): readonly Fault[] => [
  {
    name: `${name} killed`,
    longestMs: 2000,
    strike: async (chance) => {
      const program = chance.oneOf(programs);
      await program.kill();
      return program.start;
    },
  },
  {
    name: `${name} stopped`,
    longestMs: 4000,
    strike: async (chance) => {
      const program = chance.oneOf(programs);
      program.pause();
      return program.resume;
    },
  },
  {
    name: `${name}'s clock set`,
    longestMs: 3000,
    strike: async (chance) => {
      const program = chance.oneOf(programs);
      program.setClock(chance.oneOf(steps));
      return () => program.setClock(0);
    },
  },
];

const databaseFaults = ({ database }: Cluster): readonly Fault[] =>
  database === undefined
    ? []
    : [
        {
          name: "database killed",
          longestMs: 1500,
          strike: async () => {
            await database.kill();
            return database.restart;
          },
        },
        {
          name: "database stopped",
          longestMs: 3000,
          strike: async () => {
            database.pause();
            return database.resume;
          },
        },
      ];

const redisFaults = ({ redis }: Cluster): readonly Fault[] =>
  redis === undefined
    ? []
    : [
        {
          name: "redis failed over",
          longestMs: 1500,
          strike: async (chance) => {
            await redis.failOver(delay(chance.between(100, 600)));
            return redis.rejoin;
          },
        },
      ];

/** Of one wire, or of all at once. */
const wireFaults = ({ wires }: Cluster): readonly Fault[] =>
  (["cut", "stall", "swallow"] satisfies WireFault[]).map((fault) => ({
    name: `wire: ${fault}`,
    longestMs: 4000,
    strike: async (chance) => {
      const struck = chance.between(1, 4) === 1 ? wires : [chance.oneOf(wires)];
      for (const wire of struck) wire.fail(fault);
      return () => {
        for (const wire of struck) wire.heal();
      };
    },
  }));

const unlessOver = (ms: number, signal: AbortSignal): Promise<unknown> =>
  delay(ms, undefined, { signal }).catch(() => undefined);
