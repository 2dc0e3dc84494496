import type { Verdict } from "../auth/targets.ts";
import type { FanOutRow } from "./fanOut.ts";
import type { LastAcceptRow } from "./lastAccept.ts";
import type { Results } from "./results.ts";
import type { SizeResult } from "./size.ts";
import type { EffectRow } from "./waitEffective.ts";

/** Of each part that ran, what it is to reach. */
export const verdictsOf = ({ checks = [], fanOut = [], waitEffective = [], lastAccept = [] }: Results) => [
  ...checks.flatMap(ofSize),
  ...fanOut.flatMap(ofFanOut),
  ...waitEffective.map(ofEffect),
  ...lastAccept.filter(({ verifiers }) => verifiers === "all").flatMap(ofLastAccept),
];

/** Nanoseconds of a check by handle after news, by how many entries there are. */
const mostNanos: Readonly<Record<number, number>> = { 1e6: 50, 1e7: 200 };

function ofSize({ size, rows, bytesPerEntry, heapBytesPerCheck, wire }: SizeResult): readonly Verdict[] {
  const check = rows.find(({ name }) => name === "handle, after news");
  const entries = `${size.toLocaleString("en")} entries`;
  const nanos = mostNanos[size];
  return [
    ...(check && nanos ? [atMost(nanos, check.nanos, "ns", `a check by handle, ${entries}`)] : []),
    ...(check && size === 1e6 ? [atLeast(200, check.perEdDsa, `checks while EdDSA verifies once, ${entries}`)] : []),
    below(1, heapBytesPerCheck, "bytes", `heap for a check, ${entries}`),
    // Of fewer, the tables that are there in any case are the larger part.
    ...(size >= 1e6 ? [atMost(25, bytesPerEntry, "bytes", `memory for an entry, ${entries}`)] : []),
    ...(wire && size === 1e6
      ? [
          atMost(7, wire.snapshotBytes, "bytes", `a sign-out in a snapshot, ${entries}`),
          atMost(7, wire.snapshotMixedBytes, "bytes", `an entry of three kinds in a snapshot, ${entries}`),
          below(150, wire.loadMillis, "ms", `a snapshot is read and joined, ${entries}`),
        ]
      : []),
  ];
}

/** Milliseconds, by how many subscribers there are. */
const mostFanOutMs: Readonly<Record<number, number>> = { 200: 50, 1000: 100, 5000: 300 };

function ofFanOut({ subscribers, p99, missing }: FanOutRow): readonly Verdict[] {
  const who = `${subscribers.toLocaleString("en")} subscribers`;
  const ms = mostFanOutMs[subscribers];
  return [
    ...(ms ? [below(ms, p99, "ms", `until a subscriber has a revocation, ${who}: p99`)] : []),
    none(missing, `revocations that did not arrive, ${who}`),
  ];
}

const ofEffect = ({ store, pace, incomplete }: EffectRow): Verdict =>
  none(incomplete, `answers without every verifier, ${store}, ${pace}`);

const ofLastAccept = ({ p50, p99 }: LastAcceptRow): readonly Verdict[] => [
  below(20, p50, "ms", "from the answer to the last accept anywhere: p50"),
  below(250, p99, "ms", "from the answer to the last accept anywhere: p99"),
];

const atMost = (target: number, value: number, unit: string, what: string): Verdict => ({
  what,
  target: `at most ${target} ${unit}`,
  measured: `${value} ${unit}`,
  reached: value <= target,
});

const below = (target: number, value: number, unit: string, what: string): Verdict => ({
  what,
  target: `below ${target} ${unit}`,
  measured: `${value} ${unit}`,
  reached: value < target,
});

const atLeast = (target: number, value: number, what: string): Verdict => ({
  what,
  target: `at least ${target}`,
  measured: String(value),
  reached: value >= target,
});

const none = (count: number, what: string): Verdict => ({
  what,
  target: "none",
  measured: String(count),
  reached: count === 0,
});
