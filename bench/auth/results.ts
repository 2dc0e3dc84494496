import type { PartName } from "./options.ts";
import type { CrowdRow } from "./parts/crowd.ts";
import type { BytesRow } from "./parts/sessionBytes.ts";
import type { SpeedRow } from "./speeds.ts";

/** What the parts that ran have measured. */
export type Results = {
  readonly signIns?: readonly SpeedRow[];
  readonly checks?: readonly SpeedRow[];
  readonly refreshes?: readonly SpeedRow[];
  readonly crowd?: readonly CrowdRow[];
  readonly sessionBytes?: readonly BytesRow[];
} & Partial<Record<PartName, unknown>>;
