import {
  type FeedFormat,
  type Frame,
  formatFeedEvent,
  type Printer,
  type RevocationEntry,
} from "@cardea/verifier/wire";
import type { World } from "../world.ts";

/** What a subscriber hears: an event in bytes, in the format that it reads, and the end. */
export type FeedListener = {
  readonly format: FeedFormat;
  readonly frame: (event: Uint8Array) => void;
  readonly end: () => void;
};

/** Frames to all who listen, in batches. */
export type Broadcast = {
  /** Frames from now on; one that waits to be sent may begin before, which is harmless. Returns how to stop. */
  readonly subscribe: (listener: FeedListener) => () => void;
  /** Sends a frame, at once if nothing was sent lately. */
  readonly publish: (frame: Frame) => void;
  /** Sends what waits, ends all subscriptions, and those that come later at once. */
  readonly close: () => void;
};

/** What a broadcast is built from. */
export type BroadcastConfig = Pick<World, "monotonic"> & {
  /** What makes the fingerprints for those who read them; undefined without a key: they get names then, as all do. */
  readonly printer: () => Printer | undefined;
};

/** So long nothing more is sent after each batch; a write for each revocation would fill a core with two hundred readers. */
const leastRestMs = 5;

/**
 * Each batch is encoded once for all of one format, and followed by a rest half as long as it took to hand out: with thousands of
 * readers and thousands of revocations a second, a third of the process's time is left for everything else.
 */
export function createBroadcast({ monotonic, printer }: BroadcastConfig): Broadcast {
  const listeners: Readonly<Record<FeedFormat, Set<FeedListener>>> = { json: new Set(), prints: new Set() };
  let waiting: Batch[] = [];
  let isResting = false;
  let isClosed = false;

  const send = (): void => {
    const batches = waiting;
    waiting = [];
    for (const frame of batches) {
      for (const format of ["prints", "json"] as const) sendIn(format, frame);
    }
  };

  const sendIn = (format: FeedFormat, frame: Frame): void => {
    if (listeners[format].size === 0) return;
    const event = Buffer.from(formatFeedEvent({ type: "frame", frame }, format === "prints" ? printer() : undefined));
    for (const listener of listeners[format]) listener.frame(event);
  };

  const flush = (): void => {
    isResting = true;
    const startedAt = monotonic();
    send();
    // The listeners' own work comes before this.
    setImmediate(() => {
      setTimeout(wake, Math.max(leastRestMs, (monotonic() - startedAt) / 2)).unref();
    }).unref();
  };

  const wake = (): void => {
    isResting = false;
    if (waiting.length > 0) flush();
  };

  return {
    subscribe: (listener) => {
      const those = listeners[listener.format];
      if (isClosed) listener.end();
      else those.add(listener);
      return () => those.delete(listener);
    },
    publish: (frame) => {
      if (listeners.json.size + listeners.prints.size === 0) {
        // Whoever comes later asks for what was before.
        waiting = [];
        return;
      }
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
      for (const all of Object.values(listeners)) {
        for (const listener of all) listener.end();
        all.clear();
      }
    },
  };
}

/** A frame that may still grow. */
type Batch = { readonly epoch: string; readonly from: number; to: number; readonly entries: RevocationEntry[] };
