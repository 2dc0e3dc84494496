import { createRevocationView, type RevocationView } from "@cardea/verifier/judge";
import { type Frame, formatFeedEvent } from "@cardea/verifier/wire";
import type { EventSink } from "../event.ts";
import type { LogHead, LogSlice, RevocationStore } from "../store/ports.ts";
import type { World } from "../world.ts";

/** The revocation log as it moves: into this process's own view, and to every subscriber. */
export type Feed = {
  /** What this issuer judges its own tokens by. */
  readonly view: RevocationView;
  /** Reads on until the head. When it resolves, all that was appended before the call is in the view and on its way to subscribers. */
  readonly pull: () => Promise<LogHead>;
  /** Frames from now on, each encoded once for all. Subscribe before `catchUp`: overlap is harmless, a hole is not. */
  readonly subscribe: (listener: FeedListener) => () => void;
  /** All live entries after a position, in frames that chain; from the beginning for a cursor of another epoch. */
  readonly catchUp: (
    cursor: LogHead | undefined,
  ) => Promise<{ readonly head: LogHead; readonly frames: readonly Frame[] }>;
  /** The head by a store read that began after the call. */
  readonly head: () => Promise<LogHead>;
  /** Ends all subscriptions. */
  readonly close: () => void;
};

/** What a subscriber hears. */
export type FeedListener = { readonly frame: (event: Uint8Array) => void; readonly end: () => void };

/** Other processes may append to the same store, so the log is also read on a timer; 250 ms bounds what they can lag. */
const pollMs = 250;
const readLimit = 1000;

/** Starts the feed with everything the log still holds. */
export async function openFeed({
  store,
  world,
  onEvent,
}: {
  readonly store: RevocationStore;
  readonly world: World;
  readonly onEvent: EventSink;
}): Promise<Feed> {
  const view = createRevocationView({ now: world.now });
  const listeners = new Set<FeedListener>();
  let cursor = 0;

  async function readOn(): Promise<LogHead> {
    for (;;) {
      const slice = await store.read(cursor, readLimit);
      if (slice.to > slice.from || slice.entries.length > 0 || view.epoch === undefined) publish(frameOf(slice));
      cursor = slice.to;
      if (slice.to >= slice.head.pos) return slice.head;
    }
  }

  function publish(frame: Frame): void {
    view.apply(frame);
    const event = Buffer.from(formatFeedEvent({ type: "frame", frame }));
    for (const listener of listeners) listener.frame(event);
  }

  const pull = coalesced(readOn);
  const timer = setInterval(() => {
    pull().catch((error: unknown) => onEvent({ type: "fault", where: "revocation log", error }));
  }, pollMs);
  timer.unref();
  await pull();

  return {
    view,
    pull,
    head: coalesced(async () => (await store.read(Number.MAX_SAFE_INTEGER, 1)).head),
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    catchUp: (from) => catchUp(store, from),
    close: () => {
      clearInterval(timer);
      for (const listener of listeners) listener.end();
      listeners.clear();
    },
  };
}

async function catchUp(store: RevocationStore, from: LogHead | undefined): Promise<{ head: LogHead; frames: Frame[] }> {
  const frames: Frame[] = [];
  let slice = await store.read(from?.pos ?? 0, readLimit);
  if (from && (from.epoch !== slice.head.epoch || from.pos > slice.head.pos)) slice = await store.read(0, readLimit);
  for (;;) {
    frames.push(frameOf(slice));
    if (slice.to >= slice.head.pos) return { head: slice.head, frames };
    slice = await store.read(slice.to, readLimit);
  }
}

const frameOf = ({ head, from, to, entries }: LogSlice): Frame => ({ epoch: head.epoch, from, to, entries });

/** Runs one at a time; a call that arrives during a run shares the next one, which starts after it arrived. */
function coalesced<T>(run: () => Promise<T>): () => Promise<T> {
  let running: Promise<T> | undefined;
  let waiting: Promise<T> | undefined;
  const start = (): Promise<T> => {
    waiting = undefined;
    const current = run().finally(() => {
      if (running === current) running = undefined;
    });
    running = current;
    return current;
  };
  return () => {
    if (!running) return start();
    waiting ??= running.then(start, start);
    return waiting;
  };
}
