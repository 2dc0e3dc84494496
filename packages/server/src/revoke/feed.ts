import { createRevocationView, type RevocationView } from "@cardea/verifier/judge";
import type { Frame } from "@cardea/verifier/wire";
import { coalesced } from "../coalesced.ts";
import type { EventSink } from "../event.ts";
import type { LogHead, LogSlice, RevocationStore } from "../store/ports.ts";
import type { World } from "../world.ts";
import { type Broadcast, createBroadcast } from "./broadcast.ts";

/** The revocation log as it moves: into this process's own view, and to every subscriber. */
export type Feed = {
  /** What this issuer judges its own tokens by. */
  readonly view: RevocationView;
  /** Whether the view was read lately; if it was not, it is read now, and false means that this failed. */
  readonly isFresh: () => Promise<boolean>;
  /** Reads on until the head. When it resolves, all that was appended before the call is in the view and on its way to subscribers. */
  readonly pull: () => Promise<LogHead>;
  /** Frames from now on, in batches, each encoded once for all. Subscribe before `catchUp`: overlap is harmless, a hole is not. */
  readonly subscribe: Broadcast["subscribe"];
  /** All live entries after a position, in frames that chain, read as they are taken; from the beginning for a cursor of another epoch. */
  readonly catchUp: (
    cursor: LogHead | undefined,
  ) => Promise<{ readonly head: LogHead; readonly frames: AsyncIterator<Frame> }>;
  /** The next entries after a position, a thousand at most; from the beginning for a cursor of another epoch. */
  readonly readAfter: (cursor: LogHead | undefined) => Promise<LogSlice>;
  /** Ends all subscriptions, and those that come later at once. */
  readonly close: () => void;
};

/** Other processes may append to the same store, so the log is also read on a timer; 250 ms bounds what they can lag. */
const pollMs = 250;
/** How long this process judges by its view without having read the log. */
export const freshForMs = 5000;
const readLimit = 1000;

/** Starts the feed with everything the log still holds. */
export async function openFeed({
  store,
  world,
  cautiousNow,
  onRead = async () => undefined,
  onEvent,
}: {
  readonly store: Pick<RevocationStore, "read">;
  readonly world: Pick<World, "monotonic">;
  /** By which the view forgets. */
  readonly cautiousNow: () => number;
  /** Told each head that the view has reached, before the view counts as fresh for that; if it fails, it does not. */
  readonly onRead?: (head: LogHead) => Promise<void>;
  readonly onEvent: EventSink;
}): Promise<Feed> {
  const view = createRevocationView({ now: cautiousNow });
  const broadcast = createBroadcast(world);
  let cursor = 0;
  let readAt = Number.NEGATIVE_INFINITY;

  async function readOn(): Promise<LogHead> {
    const startedAt = world.monotonic();
    for (;;) {
      const slice = await store.read(cursor, readLimit);
      if (view.epoch !== undefined && view.epoch !== slice.head.epoch) {
        view.adopt(slice.head.epoch);
        cursor = 0;
        continue;
      }
      if (slice.to > slice.from || view.epoch === undefined) publish(frameOf(slice));
      cursor = slice.to;
      if (slice.to < slice.head.pos) continue;
      await onRead(slice.head);
      readAt = startedAt;
      return slice.head;
    }
  }

  function publish(frame: Frame): void {
    const outcome = view.apply(frame);
    if (outcome !== "joined") throw new Error(`The revocation log answered a frame that does not fit: ${outcome}.`);
    broadcast.publish(frame);
  }

  const pull = coalesced(readOn);
  await pull();
  const poll = (): Promise<unknown> =>
    pull().catch((error: unknown) => onEvent({ type: "fault", where: "revocation log", error }));
  const timer = setInterval(poll, pollMs).unref();
  const wasReadLately = (): boolean => world.monotonic() - readAt < freshForMs;

  return {
    view,
    pull,
    isFresh: async () => {
      // A failure is told by the timer, once for all who ask.
      if (!wasReadLately()) await pull().catch(() => undefined);
      return wasReadLately();
    },
    subscribe: broadcast.subscribe,
    catchUp: async (from) => {
      const first = await readAfter(store, from);
      return { head: first.head, frames: framesFrom(store, first) };
    },
    readAfter: (from) => readAfter(store, from),
    close: () => {
      clearInterval(timer);
      broadcast.close();
    },
  };
}

async function readAfter(store: Pick<RevocationStore, "read">, from: LogHead | undefined): Promise<LogSlice> {
  const slice = await store.read(from?.pos ?? 0, readLimit);
  const isOfAnother = from && (from.epoch !== slice.head.epoch || from.pos > slice.head.pos);
  return isOfAnother ? store.read(0, readLimit) : slice;
}

/** Read as fast as whoever asked takes them, so that a long past neither fills the memory nor holds up the others. */
async function* framesFrom(store: Pick<RevocationStore, "read">, first: LogSlice): AsyncGenerator<Frame, undefined> {
  for (let slice = first; ; slice = await store.read(slice.to, readLimit)) {
    yield frameOf(slice);
    if (slice.to >= slice.head.pos) return;
  }
}

const frameOf = ({ head, from, to, entries }: LogSlice): Frame => ({ epoch: head.epoch, from, to, entries });
