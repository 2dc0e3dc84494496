import { fetchText } from "../fetchText.ts";
import { decodeEntries } from "../wire/frames.ts";
import { formatPosition } from "../wire/position.ts";
import type { World } from "../world.ts";
import type { RevocationView } from "./view.ts";

/** Fetches what a view lacks, beside the feed. */
export type Repair = {
  /** How often that brought the view to where the log stood. */
  readonly count: number;
  /** Resolves to whether the view came to where the log stood when it was asked. One at a time: who comes meanwhile shares. Never rejects. */
  readonly run: () => Promise<boolean>;
  readonly close: () => void;
};

/** What a repair is built from. */
export type RepairConfig = {
  readonly url: string;
  readonly authorization: string;
  readonly view: RevocationView;
  readonly world: Pick<World, "fetch">;
  readonly on: {
    /** The view moved. */
    readonly applied: () => void;
    readonly fault: (fault: unknown) => void;
  };
};

/** Works within one log alone: a view of another one is refilled by the feed, and so is one that lacks more than a few pages. */
export function createRepair(config: RepairConfig): Repair {
  const { view, on } = config;
  const closing = new AbortController();
  let count = 0;
  let running: Promise<boolean> | undefined;

  const fill = async (): Promise<boolean> => {
    for (let page = 0; page < mostPages && view.epoch !== undefined; page++) {
      const { frame, head } = await askEntries(config, view.epoch, closing.signal);
      if (frame.epoch !== view.epoch || view.apply(frame) !== "joined") return false;
      on.applied();
      if (frame.to >= head) return true;
      if (frame.to === frame.from) return false;
    }
    return false;
  };

  const runOnce = async (): Promise<boolean> => {
    try {
      const filled = await fill();
      if (filled) count += 1;
      return filled;
    } catch (fault) {
      on.fault(fault);
      return false;
    } finally {
      running = undefined;
    }
  };

  return {
    get count() {
      return count;
    },
    run: () => {
      running ??= runOnce();
      return running;
    },
    close: () => closing.abort(new Error("closed")),
  };
}

/** Of a thousand entries each. */
const mostPages = 16;

async function askEntries({ url, authorization, view, world }: RepairConfig, epoch: string, signal: AbortSignal) {
  const query = new URLSearchParams({ after: formatPosition(epoch, view.position) });
  const limits = { world, timeoutMs: 2000, maxBytes: 4 * 1024 * 1024, signal };
  const { text } = await fetchText(`${url}?${query}`, { headers: { authorization } }, limits);
  return decodeEntries(text);
}
