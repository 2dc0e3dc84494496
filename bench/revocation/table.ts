import { columns, digits } from "../columns.ts";
import { contenderNames } from "./contenders.ts";
import type { Row, SizeResult } from "./size.ts";

/** The results as tables for people. */
export const tables = (results: readonly SizeResult[]): string =>
  [
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
  ].join("\n\n");

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
