import { type Frame, formatFeedEvent, type RevocationEntry } from "@cardea/verifier/wire";
import type { World } from "../world.ts";

/** What a subscriber hears: an event in bytes, and the end. */
export type FeedListener = { readonly frame: (event: Uint8Array) => void; readonly end: () => void };

/** Frames to all who listen, in batches. */
export type Broadcast = {
  /** Frames from now on; one that waits to be sent may begin before, which is harmless. Returns how to stop. */
  readonly subscribe: (listener: FeedListener) => () => void;
  /** Sends a frame, at once if nothing was sent lately. */
  readonly publish: (frame: Frame) => void;
  /** Sends what waits, ends all subscriptions, and those that come later at once. */
  readonly close: () => void;
};

/** So long nothing more is sent after each batch; a write for each revocation would fill a core with two hundred readers. */
const leastRestMs = 5;

/**
 * Each batch is encoded once for all, and followed by a rest as long as it took to hand out: with thousands of readers and
 * thousands of revocations a second, half of the process's time is left for everything else.
 */
export function createBroadcast({ monotonic }: Pick<World, "monotonic">): Broadcast {
  const listeners = new Set<FeedListener>();
  let waiting: Batch[] = [];
  let isResting = false;
  let isClosed = false;

  const send = (): void => {
    const batches = waiting;
    waiting = [];
    for (const frame of batches) {
      const event = Buffer.from(formatFeedEvent({ type: "frame", frame }));
      for (const listener of listeners) listener.frame(event);
    }
  };

  const flush = (): void => {
    isResting = true;
    const startedAt = monotonic();
    send();
    // The listeners' own work comes before this.
    setImmediate(() => {
      setTimeout(wake, Math.max(leastRestMs, monotonic() - startedAt)).unref();
    }).unref();
  };

  const wake = (): void => {
    isResting = false;
    if (waiting.length > 0) flush();
  };

  return {
    subscribe: (listener) => {
      if (isClosed) listener.end();
      else listeners.add(listener);
      return () => listeners.delete(listener);
    },
    publish: (frame) => {
      const last = waiting.at(-1);
      if (last && last.epoch === frame.epoch && last.to === frame.from) {
        last.to = frame.to;
        last.entries.push(...frame.entries);
      } else waiting.push({ ...frame, entries: [...frame.entries] });
      if (!isResting) flush();
    },
    close: () => {
      isClosed = true;
      send();
      for (const listener of listeners) listener.end();
      listeners.clear();
    },
  };
}

/** A frame that may still grow. */
type Batch = { readonly epoch: string; readonly from: number; to: number; readonly entries: RevocationEntry[] };
