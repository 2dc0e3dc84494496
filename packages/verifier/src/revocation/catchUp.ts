import type { FeedClient } from "./feedClient.ts";
import type { Repair } from "./repair.ts";
import type { RevocationView } from "./view.ts";

/** What is done about a log that is ahead of the view. */
export type CatchUp = {
  /** The log was seen ahead, or to be another one. */
  readonly behind: (head: Head) => void;
  /** The feed has brought something. */
  readonly heard: () => void;
  readonly close: () => void;
};

/** What a catch-up is built from. */
export type CatchUpConfig = {
  readonly view: RevocationView;
  readonly feed: Pick<FeedClient, "reconnect">;
  readonly repair: Pick<Repair, "run">;
  /** Whether somebody waits for the view to move. */
  readonly isUrgent: () => boolean;
  /** Whether most of the log is on its way by a snapshot. */
  readonly isLoading: () => boolean;
};

/**
 * The feed is usually a few milliseconds behind the log. What it does not bring by itself is fetched beside it; a feed that
 * brings nothing time and again, or follows another log, is left for a new one.
 */
export function createCatchUp({ view, feed, repair, isUrgent, isLoading }: CatchUpConfig): CatchUp {
  let timer: NodeJS.Timeout | undefined;
  let heard = false;
  let unheardRepairs = 0;

  const isReached = ({ epoch, head }: Head): boolean => view.epoch === epoch && view.position >= head;

  const act = async (head: Head): Promise<void> => {
    timer = undefined;
    // Before hello there is nothing to mend; while frames come, the rest is on its way.
    if (isReached(head) || view.epoch === undefined || (heard && !isUrgent()) || isLoading()) return;
    const mayRepair = view.epoch === head.epoch && unheardRepairs < mostUnheardRepairs;
    unheardRepairs = mayRepair ? unheardRepairs + 1 : 0;
    if (mayRepair && (await repair.run()) && isReached(head)) return;
    feed.reconnect("the feed is behind the log");
  };

  return {
    behind: (head) => {
      if (timer !== undefined && !isUrgent()) return;
      clearTimeout(timer);
      heard = false;
      timer = setTimeout(() => void act(head), isUrgent() ? urgentGraceMs : graceMs);
      timer.unref();
    },
    heard: () => {
      heard = true;
      unheardRepairs = 0;
    },
    close: () => clearTimeout(timer),
  };
}

type Head = { readonly epoch: string; readonly head: number };

const graceMs = 100;
const urgentGraceMs = 10;
const mostUnheardRepairs = 3;
