import { type FeedEvent, formatFeedEvent } from "@cardea/verifier/wire";
import type { Feed } from "../revoke/feed.ts";
import type { LogHead } from "../store/ports.ts";

/** Numbers that the stream tells its verifiers in `hello`. */
export type FeedSettings = { readonly heartbeatMs: number; readonly maxTtlSeconds: number };

/** Whose stream it is: where it left off, and the signal that it has gone. */
export type FeedReader = { readonly cursor: LogHead | undefined; readonly signal: AbortSignal };

/** A reader that lets more than this wait is cut off; it comes back with its cursor. */
const maxBufferedBytes = 1_048_576;

/** One verifier's stream of events: hello, everything after its cursor, then frames as they come and heartbeats between. */
export function feedStream(
  feed: Feed,
  settings: FeedSettings,
  { cursor, signal }: FeedReader,
): ReadableStream<Uint8Array> {
  const ending = new AbortController();
  const start = async (controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> => {
    const finish = (): void => {
      if (ending.signal.aborted) return;
      ending.abort();
      controller.close();
    };
    const send = (bytes: Uint8Array): void => {
      if (ending.signal.aborted) return;
      controller.enqueue(bytes);
      if ((controller.desiredSize ?? 0) <= 0) finish();
    };
    signal.addEventListener("abort", finish, { once: true });

    const held: Uint8Array[] = [];
    let deliver = (frame: Uint8Array): unknown => held.push(frame);
    const unsubscribe = feed.subscribe({ frame: (frame) => deliver(frame), end: finish });
    ending.signal.addEventListener("abort", unsubscribe);

    const { head, frames } = await feed.catchUp(cursor);
    send(encode({ type: "hello", epoch: head.epoch, head: head.pos, ...settings }));
    for (const frame of frames) send(encode({ type: "frame", frame }));
    for (const frame of held) send(frame);
    deliver = send;

    const beat = (): void => send(encode({ type: "heartbeat", head: feed.view.position }));
    const heartbeat = setInterval(beat, settings.heartbeatMs).unref();
    if (ending.signal.aborted) clearInterval(heartbeat);
    ending.signal.addEventListener("abort", () => clearInterval(heartbeat));
  };
  return new ReadableStream(
    { start, cancel: () => ending.abort() },
    new ByteLengthQueuingStrategy({ highWaterMark: maxBufferedBytes }),
  );
}

const encode = (event: FeedEvent): Uint8Array => Buffer.from(formatFeedEvent(event));
