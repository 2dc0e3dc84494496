import { type FeedEvent, type Frame, formatFeedEvent } from "@cardea/verifier/wire";
import type { Feed } from "../revoke/feed.ts";
import type { LogHead } from "../store/ports.ts";
import { createOutbox, type Outbox } from "./outbox.ts";

/** Numbers that the stream tells its verifiers in `hello`. */
export type FeedSettings = { readonly heartbeatMs: number; readonly maxTtlSeconds: number };

/** Whose stream it is: where it left off, and the signal that it has gone. */
export type FeedReader = { readonly cursor: LogHead | undefined; readonly signal: AbortSignal };

/** A reader that lets more than this wait is cut off; it comes back with its cursor. */
const maxWaitingBytes = 1_048_576;

/** One verifier's stream of events: hello, everything after its cursor, then frames as they come and heartbeats between. Throws when the log cannot be read. */
export async function feedStream(
  feed: Feed,
  settings: FeedSettings,
  { cursor, signal }: FeedReader,
): Promise<ReadableStream<Uint8Array>> {
  const live = createOutbox(maxWaitingBytes);
  live.whenEnded(feed.subscribe({ frame: live.put, end: live.end }));
  signal.addEventListener("abort", live.cut, { once: true });
  if (signal.aborted) live.cut();
  try {
    const { head, frames } = await feed.catchUp(cursor);
    const hello: FeedEvent = { type: "hello", epoch: head.epoch, head: head.pos, ...settings };
    startHeartbeat(live, feed, settings);
    return streamOf(eventsOf(hello, frames), live);
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

/** Pulled by its reader: the past, then what goes on meanwhile. */
function streamOf(past: AsyncIterator<FeedEvent>, live: Outbox): ReadableStream<Uint8Array> {
  let isPast = true;
  const next = async (): Promise<Uint8Array | undefined> => {
    if (isPast && !live.isCut()) {
      const { value: event } = await past.next();
      if (event) return encode(event);
      isPast = false;
    }
    return live.take();
  };
  const pull = async (controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> => {
    const bytes = await next().catch((error: unknown) => {
      // The reader comes back with its position; until then it must hear nothing that does not join.
      live.cut();
      throw error;
    });
    if (bytes) controller.enqueue(bytes);
    else controller.close();
  };
  return new ReadableStream({ pull, cancel: live.cut }, { highWaterMark: 0 });
}

const encode = (event: FeedEvent): Uint8Array => Buffer.from(formatFeedEvent(event));
