import { type Duration, parseDuration } from "@cardea/verifier";
import { z } from "zod";
import { longestGrace } from "../revoke/revocation.ts";
import { duration } from "./duration.ts";

/** Sessions: when they end, how many there may be, and how recent a proof must be for what is sensitive. */
export type SessionOptions = {
  /** Bounds of NIST SP 800-63B-4 2.1.3, 2.2.3 and 2.3.3; see `sessionPresets`. Values beside it may be shorter, not longer. Default: none. */
  readonly preset?: keyof typeof sessionPresets;
  /** End of a session that is not used, `1m` to `365d`; default `14d`. */
  readonly idle?: Duration;
  /** End of every session, `1m` to `400d`; default `90d`. */
  readonly absolute?: Duration;
  /** How long the previous refresh token still gets its successor, `0s` to `5m`; default `30s`. */
  readonly refreshGrace?: Duration;
  /** How many sessions an account may have; one more ends the least recently used. 1 to 1000, default 100. */
  readonly max?: number;
  /** How long ago a person may have signed in for a change of password or address, `1m` to `24h`; default `10m`. */
  readonly fresh?: Duration;
};

/** How long sessions live by the assurance level that they claim. */
export const sessionPresets = {
  aal1: { idle: "14d", absolute: "30d" },
  aal2: { idle: "1h", absolute: "24h" },
  aal3: { idle: "15m", absolute: "12h" },
} as const satisfies Readonly<Record<string, { readonly idle: Duration; readonly absolute: Duration }>>;

const levels = ["aal1", "aal2", "aal3"] as const satisfies readonly (keyof typeof sessionPresets)[];

/** Checks `session`; a preset's ends take the place of the defaults. */
export const sessionOptions = z
  .strictObject({
    preset: z.enum(levels, 'Use "aal1", "aal2" or "aal3".').optional(),
    idle: duration({ min: "1m", max: "365d" }).optional(),
    absolute: duration({ min: "1m", max: "400d" }).optional(),
    refreshGrace: duration({ min: "0s", max: longestGrace }).prefault("30s"),
    max: z
      .number("Use 1 to 1000.")
      .int("Use 1 to 1000.")
      .min(1, "Use 1 to 1000.")
      .max(1000, "Use 1 to 1000.")
      .default(100),
    fresh: duration({ min: "1m", max: "24h" }).prefault("10m"),
  })
  .transform(({ preset, ...given }, context) => {
    const ends = preset === undefined ? ({ idle: "14d", absolute: "90d" } as const) : sessionPresets[preset];
    for (const name of ["idle", "absolute"] as const) {
      if (preset === undefined || (given[name] ?? 0) <= parseDuration(ends[name])) continue;
      context.addIssue({
        code: "custom",
        path: [name],
        message: `${preset} allows at most ${ends[name]}. Leave it out, or write less.`,
      });
    }
    return {
      ...given,
      idle: given.idle ?? parseDuration(ends.idle),
      absolute: given.absolute ?? parseDuration(ends.absolute),
    };
  });
