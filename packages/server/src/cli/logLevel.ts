import { suggestion } from "../didYouMean.ts";
import { ConfigurationError } from "../refusal.ts";

/** What `serve` writes to its log: what is done is `info`, what is refused `warn`, what is broken `error`. */
export const logLevels = ["debug", "info", "warn", "error", "silent"] as const;

/** A level of the log. */
export type LogLevel = (typeof logLevels)[number];

/** Reads `log.level`. Throws `ConfigurationError` with what was meant. */
export function logLevelOf(value: unknown, source: string | undefined): LogLevel {
  const level = logLevels.find((known) => known === value);
  if (level !== undefined) return level;
  const meant = typeof value === "string" ? suggestion(value, logLevels) : "";
  const from = source === undefined ? "" : ` (It is set by ${source}.)`;
  throw new ConfigurationError(`log.level: Use one of ${logLevels.join(", ")}.${meant}${from}`);
}
