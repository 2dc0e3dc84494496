import { type FeedEvent, type FeedFormat, type Frame, formatFeedEvent, type Printer } from "@cardea/verifier/wire";
import type { Feed } from "../revoke/feed.ts";
import type { LogHead } from "../store/ports.ts";
import { createOutbox, type Outbox, type Sink } from "./outbox.ts";

/** Numbers that the stream tells its verifiers in `hello`. */
export type FeedSettings = { readonly heartbeatMs: number; readonly maxTtlSeconds: number };

/** Whose stream it is: where it left off, the format that it reads, and the signal that it has gone. */
export type FeedReader = {
  readonly cursor: LogHead | undefined;
  readonly format: FeedFormat;
  readonly signal: AbortSignal;
};

/** A reader that lets more than this wait is cut off; it comes back with its cursor. */
const maxWaitingBytes = 1_048_576;

/** One verifier's stream of events: hello, everything after its cursor, then frames as they come and heartbeats between. Throws when the log cannot be read. */
export async function feedStream(
  feed: Feed,
  settings: FeedSettings,
  { cursor, format: asked, signal }: FeedReader,
): Promise<FeedStream> {
  const live = createOutbox(maxWaitingBytes);
  const format = feed.printer() ? asked : "json";
  live.whenEnded(feed.subscribe({ format, frame: live.put, end: live.end }));
  signal.addEventListener("abort", live.cut, { once: true });
  if (signal.aborted) live.cut();
  try {
    const { head, frames } = await feed.catchUp(cursor);
    // The key may have changed with the epoch that was just read; frames say which is theirs.
    const printer = format === "prints" ? feed.printer() : undefined;
    const key = feed.printer()?.key;
    const [epoch, entries] = [head.epoch, feed.view.entries];
    const log = { epoch, head: head.pos, entries, format, ...(key ? { key } : {}) };
    startHeartbeat(live, feed, settings);
    return new FeedStream({ past: eventsOf({ type: "hello", ...log, ...settings }, frames), printer, live });
  } catch (error) {
    live.cut();
    throw error;
  }
}

function startHeartbeat(live: Outbox, feed: Feed, { heartbeatMs }: FeedSettings): void {
  const beat = (): void => live.put(encode({ type: "heartbeat", head: feed.view.position }));
  const heartbeat = setInterval(beat, heartbeatMs).unref();
  live.whenEnded(() => clearInterval(heartbeat));
}

/** What has been, event by event, however long it is. */
async function* eventsOf(hello: FeedEvent, frames: AsyncIterator<Frame>): AsyncGenerator<FeedEvent, undefined> {
  yield hello;
  for (let next = await frames.next(); !next.done; next = await frames.next())
    yield { type: "frame", frame: next.value };
}

/** What has been, then what goes on meanwhile. */
type Events = {
  readonly past: AsyncIterator<FeedEvent>;
  readonly printer: Printer | undefined;
  readonly live: Outbox;
};

/** One verifier's stream, pulled by its reader; or written past the stream to where it goes: with thousands of readers all then hear in about half the time. */
export class FeedStream extends ReadableStream<Uint8Array> {
  readonly #events: Events;

  /** A stream of these events. */
  constructor(events: Events) {
    super({ pull: pullFrom(events), cancel: events.live.cut }, { highWaterMark: 0 });
    this.#events = events;
  }

  /** Writes all of it, as long as it goes on, to `sink`. Instead of reading it. */
  async flowTo(sink: Sink): Promise<void> {
    // Nobody else is to read, or to cancel what nobody reads.
    this.getReader();
    const { past, printer, live } = this.#events;
    const go = live.flowTo(sink);
    try {
      for (let { value: event } = await past.next(); event && !live.isCut(); { value: event } = await past.next()) {
        sink.write(encode(event, printer));
        await sink.room();
      }
    } catch {
      // The reader comes back with its position; until then it must hear nothing that does not join.
      live.cut();
      return;
    }
    go();
  }
}

function pullFrom({ past, printer, live }: Events) {
  let isPast = true;
  const next = async (): Promise<Uint8Array | undefined> => {
    if (isPast && !live.isCut()) {
      const { value: event } = await past.next();
      if (event) return encode(event, printer);
      isPast = false;
    }
    return live.take();
  };
  return async (controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> => {
    const bytes = await next().catch((error: unknown) => {
      // The reader comes back with its position; until then it must hear nothing that does not join.
      live.cut();
      throw error;
    });
    if (bytes) controller.enqueue(bytes);
    else controller.close();
  };
}

const encode = (event: FeedEvent, printer?: Printer): Uint8Array => Buffer.from(formatFeedEvent(event, printer));
