import { createRevocationView, type RevocationView } from "@cardea/verifier/judge";
import { createPrinter, type Frame, type NamedKey, type Printer } from "@cardea/verifier/wire";
import { coalesced } from "../coalesced.ts";
import type { EventSink } from "../event.ts";
import type { LogHead, LogSlice, RevocationStore } from "../store/ports.ts";
import type { World } from "../world.ts";
import { type Broadcast, createBroadcast } from "./broadcast.ts";
import { createClaims } from "./claims.ts";

/** The revocation log as it moves: into this process's own view, and to every subscriber. */
export type Feed = {
  /** What this issuer judges its own tokens by. */
  readonly view: RevocationView;
  /** What makes fingerprints under the key of the view; undefined if that is one of its own. */
  readonly printer: () => Printer | undefined;
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
  /** The head, for who follows and was at this position, if at any. If the log does not reach so far, it has lost its end and begins anew: see `createClaims`. */
  readonly claimed: (seen: LogHead | undefined) => Promise<LogHead>;
  /** Ends all subscriptions, and those that come later at once. */
  readonly close: () => void;
};

/** Other processes may append to the same store. A store wakes us, and may fail to: 250 ms bounds what they can lag then. */
const pollMs = 250;
/** How long this process judges by its view without having read the log. */
export const freshForMs = 5000;
const readLimit = 1000;

/** Starts the feed with everything the log still holds. */
export async function openFeed({
  store,
  world,
  cautiousNow,
  keyOf,
  onFrame = () => undefined,
  onRead = async () => undefined,
  onEvent,
}: {
  readonly store: Pick<RevocationStore, "read"> & Partial<Pick<RevocationStore, "watch" | "renew">>;
  readonly world: Pick<World, "monotonic">;
  /** By which the view forgets. */
  readonly cautiousNow: () => number;
  /** The key for the fingerprints of an epoch, the same for all who answer for this log; undefined as long as there is none. */
  readonly keyOf: (epoch: string) => NamedKey | undefined;
  /** Told what the view has joined, by name. */
  readonly onFrame?: (frame: Frame) => void;
  /** Told each head that the view has reached, before the view counts as fresh for that; if it fails, it does not. */
  readonly onRead?: (head: LogHead) => Promise<void>;
  readonly onEvent: EventSink;
}): Promise<Feed> {
  const view = createRevocationView({ now: cautiousNow });
  const broadcast = createBroadcast({ monotonic: world.monotonic, printer: () => printer });
  let printer: Printer | undefined;
  let cursor = 0;
  let readAt = Number.NEGATIVE_INFINITY;

  async function readOn(): Promise<LogHead> {
    const startedAt = world.monotonic();
    let renewed: string | undefined;
    for (;;) {
      const slice = await store.read(cursor, readLimit);
      // Under another key the view is to hold all that is alive, too: it is passed on whole.
      const isOtherKey = takeKey(slice.head.epoch);
      if (view.epoch !== undefined && (view.epoch !== slice.head.epoch || isOtherKey)) {
        view.adopt(slice.head.epoch);
        cursor = 0;
        continue;
      }
      if (store.renew && slice.head.pos < cursor) {
        // The log has lost its end, and would give positions a second time.
        if (renewed === slice.head.epoch) throw new Error("The revocation log went back and did not begin anew.");
        renewed = slice.head.epoch;
        await store.renew({ epoch: renewed, pos: cursor });
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

  function takeKey(epoch: string): boolean {
    const key = keyOf(epoch);
    if (!key || key.id === view.keyId) return false;
    view.use(key);
    printer = createPrinter(key);
    return true;
  }

  function publish(frame: Frame): void {
    const outcome = view.apply(frame);
    if (outcome !== "joined") throw new Error(`The revocation log answered a frame that does not fit: ${outcome}.`);
    broadcast.publish(frame);
    onFrame(frame);
  }

  const pull = coalesced(readOn);
  await pull();
  const poll = (): Promise<unknown> =>
    pull().catch((error: unknown) => onEvent({ type: "fault", where: "revocation log", error }));
  const timer = setInterval(poll, pollMs).unref();
  const stopWatching = store.watch?.(() => void poll());
  const wasReadLately = (): boolean => world.monotonic() - readAt < freshForMs;

  return {
    view,
    printer: () => printer,
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
    claimed: createClaims({ renew: store.renew, pull, world, onEvent }),
    close: () => {
      clearInterval(timer);
      stopWatching?.();
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
