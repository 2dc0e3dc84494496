import { columns, digits } from "../columns.ts";
import type { AppendRow } from "./appends.ts";
import { contenderNames } from "./contenders.ts";
import type { FanOutRow } from "./fanOut.ts";
import type { Row, SizeResult } from "./size.ts";

/** The results as tables for people. */
export const tables = ({ results, appends, fanOut }: Results): string =>
  [
    ...(results.length > 0 ? checkTables(results) : []),
    ...(appends ? [appendTable(appends)] : []),
    ...(fanOut ? [fanOutTable(fanOut)] : []),
  ].join("\n\n");

/** What was measured; a part that was not asked for is empty or undefined. */
type Results = {
  readonly results: readonly SizeResult[];
  readonly appends: readonly AppendRow[] | undefined;
  readonly fanOut: readonly FanOutRow[] | undefined;
};

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
