import { columns, digits } from "../columns.ts";
import type { AppendRow } from "./appends.ts";
import { contenderNames } from "./contenders.ts";
import type { FanOutRow } from "./fanOut.ts";
import type { GuardRow } from "./guards.ts";
import type { LastAcceptRow } from "./lastAccept.ts";
import type { PeerRow } from "./peers.ts";
import type { Results } from "./results.ts";
import type { Row, SizeResult } from "./size.ts";
import type { EffectRow } from "./waitEffective.ts";
import type { WireResult } from "./wire.ts";

/** The results as tables for people. */
export const tables = ({
  checks,
  appends,
  fanOut,
  waitEffective,
  lastAccept,
  peers,
  window,
  guards,
}: Results): string =>
  [
    ...(checks ? checkTables(checks) : []),
    ...(appends ? [appendTable(appends)] : []),
    ...(fanOut ? [fanOutTable(fanOut)] : []),
    ...(waitEffective ? [effectTable(waitEffective)] : []),
    ...(lastAccept ? [lastAcceptTable(lastAccept)] : []),
    ...(peers ? [peerTable(peers)] : []),
    ...(window
      ? [
          `a session that better-auth keeps in a cookie for ${window.maxAge} s: accepted for ${window.acceptedFor} s more`,
        ]
      : []),
    ...(guards ? [guardTable(guards)] : []),
  ].join("\n\n");

const appendTable = (rows: readonly AppendRow[]): string =>
  columns(
    ["revocations a second, acknowledged", "writers", "in each append", "a second", "ms an append"],
    rows.map(({ store, writers, batch, perSecond, medianMs }) => [
      store,
      String(writers),
      String(batch),
      digits(perSecond),
      digits(medianMs),
    ]),
  );

const fanOutTable = (rows: readonly FanOutRow[]): string =>
  columns(
    ["1,000 revocations a second, ms until subscribers have them", "p50", "p99", "max", "missing"],
    rows.map(({ subscribers, p50, p99, max, missing }) => [
      `${subscribers.toLocaleString("en")} subscribers`,
      ...[p50, p99, max].map(digits),
      String(missing),
    ]),
  );

const effectTable = (rows: readonly EffectRow[]): string =>
  columns(
    ["wait: effective, ms from call to answer", "verifiers", "revocations", "p50", "p99", "max", "incomplete"],
    rows.map(({ store, pace, verifiers, revocations, p50, p99, max, incomplete }) => [
      `${store}, ${pace}`,
      String(verifiers),
      String(revocations),
      ...[p50, p99, max].map(digits),
      String(incomplete),
    ]),
  );

const lastAcceptTable = (rows: readonly LastAcceptRow[]): string =>
  columns(
    [
      "ms until a revoked token is accepted for the last time",
      "verifiers",
      "p50",
      "p99",
      "max",
      "from the call p50",
      "p99",
    ],
    rows.map(({ verifiers, count, p50, p99, max, fromCallP50, fromCallP99 }) => [
      `verifiers ${verifiers}`,
      String(count),
      ...[p50, p99, max, fromCallP50, fromCallP99].map(digits),
    ]),
  );

const peerTable = (rows: readonly PeerRow[]): string =>
  columns(
    [
      "µs to find out that a token is not revoked",
      "one at a time",
      "times ours",
      "quartiles",
      "16 at once",
      "times ours",
    ],
    rows.map(({ name, costs: [alone, together] }) => [
      name,
      ...(alone ? [digits(alone.micros), digits(alone.times), alone.spread.map(digits).join(" to ")] : []),
      ...(together ? [digits(together.micros), digits(together.times)] : []),
    ]),
  );

const guardTable = (rows: readonly GuardRow[]): string =>
  columns(
    ["requests a second", "a second", "of no auth", "quartiles", "µs of CPU each"],
    rows.map(({ framework, name, perSecond, ofNoAuth, spread, cpuMicros }) => [
      `${framework}, ${name}`,
      digits(perSecond),
      ofNoAuth.toFixed(2),
      spread.map((value) => value.toFixed(2)).join(" to "),
      digits(cpuMicros),
    ]),
  );

const checkTables = (results: readonly SizeResult[]): readonly string[] => [
  checkTable(
    "nanoseconds a check",
    results,
    ({ nanos, spread: [low, high] }) => `${digits(nanos)} (${digits(low)} to ${digits(high)})`,
  ),
  checkTable("checks while EdDSA verifies once", results, ({ perEdDsa }) => digits(perEdDsa)),
  columns(headOf("memory and joining", results), [
    ["bytes an entry, view", ...results.map(({ bytesPerEntry }) => digits(bytesPerEntry))],
    ["bytes an entry, sets", ...results.map(({ setBytesPerEntry: bytes }) => (bytes ? digits(bytes) : "-"))],
    ["bytes of heap a check", ...results.map(({ heapBytesPerCheck }) => String(heapBytesPerCheck))],
    ["nanoseconds to join an entry", ...results.map(({ joinNanos }) => digits(joinNanos))],
  ]),
  columns(
    headOf("on the way", results),
    wireRows.map(([name, cell]) => [name, ...results.map(({ wire }) => (wire ? cell(wire) : "-"))]),
  ),
];

const wireRows: readonly (readonly [name: string, cell: (wire: WireResult) => string])[] = [
  ["bytes an entry, snapshot of sign-outs", ({ snapshotBytes }) => digits(snapshotBytes)],
  ["bytes an entry, snapshot of three kinds", ({ snapshotMixedBytes }) => digits(snapshotMixedBytes)],
  ["bytes an entry, frames of 5 and of 1,000", ({ frameBytes }) => frameBytes.map(digits).join(" and ")],
  ["the same by name, in JSON", ({ jsonFrameBytes }) => jsonFrameBytes.map(digits).join(" and ")],
  ["ms to make a snapshot", ({ encodeMillis }) => digits(encodeMillis)],
  ["ms for the longest part of it", ({ longestPartMillis }) => digits(longestPartMillis)],
  ["ms to read, check and join it", ({ loadMillis }) => digits(loadMillis)],
  ["the same, the first time", ({ firstLoadMillis }) => digits(firstLoadMillis)],
];

const headOf = (title: string, results: readonly SizeResult[]): readonly string[] => [
  title,
  ...results.map(({ size }) => `${size.toLocaleString("en")} entries`),
];

const checkTable = (title: string, results: readonly SizeResult[], cell: (row: Row) => string): string =>
  columns(
    headOf(title, results),
    contenderNames.map((name) => [
      name,
      ...results.map(({ rows }) => {
        const row = rows.find((each) => each.name === name);
        return row ? cell(row) : "-";
      }),
    ]),
  );
