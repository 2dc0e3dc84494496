import { parseDuration } from "@cardea/verifier";
import { z } from "zod";

/** A span of time as configuration writes it: `"5m"`, `"14d"`, `"500ms"`. */
export type Duration = `${number}${"ms" | "s" | "m" | "h" | "d"}`;

/** Bounds of a duration; milliseconds. */
type Bounds = { readonly min: Duration; readonly max: Duration };

/** Reads a duration to milliseconds, within bounds. */
export const duration = ({ min, max }: Bounds): z.ZodType<number, Duration> =>
  z
    .custom<Duration>(
      (value) => typeof value === "string" && /^\d+(\.\d+)?(ms|s|m|h|d)$/.test(value),
      `Write a span of time such as "5m" (from ${min} to ${max}).`,
    )
    .transform((value) => parseDuration(value))
    .refine((ms) => ms >= parseDuration(min) && ms <= parseDuration(max), `This must lie between ${min} and ${max}.`);
