import type { PartName } from "./options.ts";
import type { CrowdRow } from "./parts/crowd.ts";
import type { BytesRow } from "./parts/sessionBytes.ts";
import type { SignInRow, SpeedRow } from "./speeds.ts";

/** What the parts that ran have measured. */
export type Results = {
  readonly signIns?: readonly SignInRow[];
  readonly checks?: readonly SpeedRow[];
  readonly refreshes?: readonly SpeedRow[];
  readonly crowd?: readonly CrowdRow[];
  readonly sessionBytes?: readonly BytesRow[];
} & Partial<Record<PartName, unknown>>;
