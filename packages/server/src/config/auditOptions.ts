import type { Duration } from "@cardea/verifier";
import { z } from "zod";
import { duration } from "./duration.ts";

/** The audit trail. */
export type AuditOptions = {
  /** How long a line is kept, `1d` to `3650d`; default `365d`. */
  readonly retention?: Duration;
};

/** Checks `audit`. */
export const auditOptions = z.strictObject({
  retention: duration({ min: "1d", max: "3650d" }).prefault("365d"),
});
