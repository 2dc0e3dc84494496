import { columns, digits } from "../columns.ts";
import type { CrowdRow } from "./parts/crowd.ts";
import type { BytesRow } from "./parts/sessionBytes.ts";
import type { Results } from "./results.ts";
import type { SpeedRow } from "./speeds.ts";
import type { Verdict } from "./targets.ts";

/** The results as tables for people. */
export const tables = ({ signIns, checks, refreshes, crowd, sessionBytes }: Results): string =>
  [
    signIns && speedTable("sign-ins a second", "of the pool", signIns),
    checks && speedTable("session checks a second", "times better-auth", checks),
    refreshes && speedTable("refreshes a second, 50 clients", "times better-auth", refreshes),
    crowd && crowdTable(crowd),
    sessionBytes && bytesTable(sessionBytes),
  ]
    .filter((table) => table !== undefined)
    .join("\n\n");

const speedTable = (title: string, ratio: string, rows: readonly SpeedRow[]): string =>
  columns(
    [title, "per second", "µs each", ratio, "quartiles"],
    rows.map(({ name, perSecond, times, spread: [low, high] }) => [
      name,
      digits(perSecond),
      digits(1e6 / perSecond),
      digits(times),
      `${digits(low)} to ${digits(high)}`,
    ]),
  );

const crowdTable = (rows: readonly CrowdRow[]): string =>
  columns(
    [
      "a crowd at once",
      "people",
      "seconds",
      "answers",
      "verify p99 ms",
      "late p50",
      "p99",
      "max ms",
      "MiB more",
      "allowed",
    ],
    rows.map((row) => [
      `${row.mode}, ${row.does}`,
      String(row.people),
      String(row.seconds),
      Object.entries(row.statuses)
        .map(([status, count]) => `${count}x${status}`)
        .join(" "),
      ...[row.tookP99, row.lateP50, row.lateP99, row.lateMax, row.grownMiB, row.allowedMiB].map(String),
    ]),
  );

const bytesTable = (rows: readonly BytesRow[]): string =>
  columns(
    [`bytes a session, of ${rows[0]?.sessions}`, "session and token", "audit record"],
    rows.map(({ store, bytes, auditBytes }) => [
      store,
      String(bytes),
      auditBytes === undefined ? "-" : String(auditBytes),
    ]),
  );

/** One line for each target. */
export const verdictLines = (verdicts: readonly Verdict[]): string =>
  verdicts
    .map(
      ({ what, target, measured, reached }) =>
        `${reached ? "reached" : "MISSED "} ${what.padEnd(80)} ${measured.padEnd(16)} (${target})`,
    )
    .join("\n");
