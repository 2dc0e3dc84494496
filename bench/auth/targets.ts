import type { CrowdRow } from "./parts/crowd.ts";
import type { Results } from "./results.ts";
import { poolAlone, poolServed, type SpeedRow } from "./speeds.ts";

/** Something that is to be reached, and what was. */
export type Verdict = {
  readonly what: string;
  readonly target: string;
  readonly measured: string;
  readonly reached: boolean;
};

/** Of each part that ran, what it is to reach. */
export const verdictsOf = ({ signIns = [], checks = [], crowd = [] }: Results): readonly Verdict[] => [
  ...signIns
    // Where hashing alone fills the machine, the rest, with the servers of the stores, can only take its time from it.
    .filter(({ name, leavesCore }) => leavesCore && ![poolAlone, poolServed].some((pool) => name.startsWith(pool)))
    .map((row) => atLeast(0.9, row, `sign-ins, ${row.name}, of the pool`)),
  ...checks
    .filter(({ name }) => name === "stateful, sqlite")
    .map((row) => atLeast(20, row, `session check, ${row.name}, of better-auth`)),
  ...checks
    .filter(({ name }) => name.startsWith("hybrid, ") && name !== "hybrid, first sight")
    .map((row) => atLeast(100, row, `session check, ${row.name}, of better-auth`)),
  ...crowd.filter(({ does }) => does === "sign-in").flatMap(ofCrowd),
];

const atLeast = (target: number, { times }: SpeedRow, what: string): Verdict => ({
  what,
  target: `at least ${target} times`,
  measured: `${times} times`,
  reached: times >= target,
});

function ofCrowd({ mode, people, tookP99, grownMiB, allowedMiB, statuses }: CrowdRow): readonly Verdict[] {
  const crowd = `${people} sign-ins at once, ${mode}`;
  const others = Object.keys(statuses).filter((status) => !["200", "401", "503"].includes(status));
  return [
    { what: `${crowd}: verify p99`, target: "below 100 ms", measured: `${tookP99} ms`, reached: tookP99 < 100 },
    {
      what: `${crowd}: memory`,
      target: `at most ${allowedMiB} MiB more`,
      measured: `${grownMiB} MiB`,
      reached: grownMiB <= allowedMiB,
    },
    {
      what: `${crowd}: answers`,
      target: "only 200, 401, 503",
      measured: Object.keys(statuses).join(", "),
      reached: others.length === 0,
    },
  ];
}
