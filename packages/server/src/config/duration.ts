import { type Duration, parseDuration } from "@cardea/verifier";
import { z } from "zod";

/** Bounds of a duration. */
type Bounds = { readonly min: Duration; readonly max: Duration };

/** Reads a span of time, as configuration writes it (`"5m"`, `"14d"`), to milliseconds, within bounds. */
export const duration = ({ min, max }: Bounds): z.ZodType<number, Duration> =>
  z
    .custom<Duration>(
      (value) => millisecondsOf(value) !== undefined,
      `Write a span of time such as "5m" (from ${min} to ${max}).`,
    )
    .transform((value) => parseDuration(value))
    .refine((ms) => ms >= parseDuration(min) && ms <= parseDuration(max), `This must lie between ${min} and ${max}.`);

function millisecondsOf(value: unknown): number | undefined {
  try {
    return typeof value === "string" ? parseDuration(value) : undefined;
  } catch {
    return undefined;
  }
}
