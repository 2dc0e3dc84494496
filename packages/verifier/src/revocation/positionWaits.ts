import { parsePosition } from "../wire/position.ts";
import type { RevocationView } from "./view.ts";

/** Lets requests wait until the view has reached a position that they show. */
export type PositionWaits = {
  /** How many wait now. */
  readonly waiting: number;
  readonly counts: { readonly reached: number; readonly missed: number };
  /**
   * Waits until the view has reached the position, or for 250 ms; true: time has passed, so all must be judged again. False at once
   * where there is nothing to wait for, as with a position of another log or no position at all, or where too many wait already.
   */
  readonly reach: (position: string) => Promise<boolean>;
  /** To be called when the view moved. */
  readonly moved: () => void;
  readonly close: () => void;
};

/** What waits are built from. `ask`: asks for the head, so that a view that is behind notices. */
export type PositionWaitsConfig = {
  readonly view: Pick<RevocationView, "epoch" | "position">;
  readonly ask: () => void;
};

/** Anybody may show any position, so those who wait are few, and they ask together. */
export function createPositionWaits({ view, ask }: PositionWaitsConfig): PositionWaits {
  const waiting = new Set<Wait>();
  const counts = { reached: 0, missed: 0 };
  let pause: NodeJS.Timeout | undefined;

  /** At once for the first, and then every so often for as long as anybody waits. */
  const askAtIntervals = (): void => {
    if (pause !== undefined || waiting.size === 0) return;
    pause = setTimeout(() => {
      pause = undefined;
      askAtIntervals();
    }, askEveryMs);
    pause.unref();
    ask();
  };

  const wait = (position: Wait["position"]): Promise<boolean> =>
    new Promise((resolve) => {
      const end = (reached: boolean): void => {
        clearTimeout(timer);
        waiting.delete(entry);
        counts[reached ? "reached" : "missed"] += 1;
        resolve(true);
      };
      const timer = setTimeout(() => end(false), mostMs);
      const entry: Wait = { position, end };
      waiting.add(entry);
      askAtIntervals();
    });

  const reach = async (text: string): Promise<boolean> => {
    const position = parsePosition(text);
    if (position === undefined || position.epoch !== view.epoch || position.pos <= view.position) return false;
    if (waiting.size < mostAtOnce) return wait(position);
    counts.missed += 1;
    return false;
  };

  return {
    get waiting() {
      return waiting.size;
    },
    get counts() {
      return { ...counts };
    },
    reach,
    moved: () => {
      for (const { position, end } of [...waiting]) {
        if (position.epoch !== view.epoch || position.pos <= view.position) end(true);
      }
    },
    close: () => {
      clearTimeout(pause);
      for (const { end } of [...waiting]) end(false);
    },
  };
}

type Wait = {
  readonly position: { readonly epoch: string; readonly pos: number };
  readonly end: (reached: boolean) => void;
};

const mostMs = 250;
const mostAtOnce = 256;
const askEveryMs = 50;
