import type { AppendRow } from "./appends.ts";
import type { WindowRow } from "./cookieCacheWindow.ts";
import type { FanOutRow } from "./fanOut.ts";
import type { GuardRow } from "./guards.ts";
import type { LastAcceptRow } from "./lastAccept.ts";
import type { PeerRow } from "./peers.ts";
import type { SizeResult } from "./size.ts";
import type { EffectRow } from "./waitEffective.ts";

/** What the parts that ran have measured. `window` belongs to `peers`. */
export type Results = {
  readonly checks?: readonly SizeResult[];
  readonly appends?: readonly AppendRow[];
  readonly fanOut?: readonly FanOutRow[];
  readonly waitEffective?: readonly EffectRow[];
  readonly lastAccept?: readonly LastAcceptRow[];
  readonly peers?: readonly PeerRow[];
  readonly window?: WindowRow;
  readonly guards?: readonly GuardRow[];
};
