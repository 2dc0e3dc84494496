import { backoffMs } from "../backoff.ts";
import { statusFault } from "../fetchText.ts";
import { type FeedEvent, type FeedFormat, type FeedHello, readFeedEvent } from "../wire/feedEvents.ts";
import type { Frame } from "../wire/frames.ts";
import { formatPosition } from "../wire/position.ts";
import { parseEvents } from "../wire/sse.ts";
import type { World } from "../world.ts";
import type { Applied, RevocationView } from "./view.ts";

/** A view kept in step with the issuer's feed. */
export type FeedClient = {
  /** How often the feed was lost or left. */
  readonly reconnects: number;
  /** Leaves the connection, if there is one, and asks again from where the view stands. */
  readonly reconnect: (why: string) => void;
  /** Asks for everything again, and keeps what is held. */
  readonly resync: (why: string) => void;
  /** Resolves when nothing of it runs any more. */
  readonly close: () => Promise<void>;
};

/** What a feed client is built from. */
export type FeedClientConfig = {
  readonly url: string;
  readonly authorization: string;
  readonly view: Pick<RevocationView, "epoch" | "position" | "apply" | "adopt" | "use">;
  /** How entries are asked for; an issuer that cannot do so has its own way. */
  readonly format: FeedFormat;
  readonly world: Pick<World, "fetch" | "random">;
  /** How long the feed may take to say hello; after that, its own heartbeat sets the measure. */
  readonly helloTimeoutMs: number;
  readonly on: {
    /** The view moved. */
    readonly applied: () => void;
    /** Frames are missing. Resolves when they are in the view, or could not be had; then the feed is left. */
    readonly gap: () => Promise<unknown>;
    /** Most of the log is missing. Resolves to whether it is in the view now; if not, the feed brings it. */
    readonly farBehind?: () => Promise<boolean>;
    /** The view is no part of the log, or may be incomplete: everything is asked for again. */
    readonly resync: () => void;
    readonly fault: (fault: unknown) => void;
  };
};

/**
 * Starts following the feed: server-sent events over `fetch`, resumed by `Last-Event-ID`. It leaves a feed that skips a
 * position and cannot be mended, says something malformed, or is silent for longer than two and a half heartbeats, and comes back after a spread-out wait.
 */
export function createFeedClient(config: FeedClientConfig): FeedClient {
  const { view, world, on } = config;
  let connection = new AbortController();
  let closed = false;
  let failures = 0;
  let reconnects = 0;
  let wake = (): void => {};

  const leave = (why: string): void => {
    connection.abort(new Error(`${config.url}: ${why}`));
    wake();
  };

  const pause = (delayMs: number): Promise<void> =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, delayMs);
      timer.unref();
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });

  const run = async (): Promise<void> => {
    while (!closed) {
      connection = new AbortController();
      const { fault, retryMs } = await followOnce(config, connection, () => {
        failures = 0;
      });
      if (closed) return;
      reconnects += 1;
      failures += 1;
      if (fault !== undefined) on.fault(fault);
      await pause(retryMs ?? backoffMs(failures, { firstMs: 100, longestMs: 5000, random: world.random }));
    }
  };

  const running = run();
  return {
    get reconnects() {
      return reconnects;
    },
    reconnect: leave,
    resync: (why) => {
      if (view.epoch !== undefined) {
        view.adopt(view.epoch);
        on.resync();
      }
      leave(why);
    },
    close: () => {
      closed = true;
      leave("closed");
      return running;
    },
  };
}

type Ending = { readonly fault?: unknown; readonly retryMs?: number };

/** One connection from request to end. `proven` is called when the feed has shown that it holds: at a heartbeat. */
async function followOnce(config: FeedClientConfig, connection: AbortController, proven: () => void): Promise<Ending> {
  const { url, helloTimeoutMs, world } = config;
  const watchdog = createWatchdog(helloTimeoutMs, () => connection.abort(new Error(`${url}: the feed fell silent`)));
  try {
    const body = await open(config, connection.signal);
    const hear = createListener(config, { watchdog, proven });
    for await (const event of parseEvents(watchdog.guard(body))) {
      const said = readFeedEvent(event);
      const retryMs = said && (await hear(said));
      if (retryMs !== undefined) return { retryMs: Math.min(retryMs, 30_000) * (0.5 + world.random()) };
    }
    return { fault: new Error(`${url}: the feed ended`) };
  } catch (fault) {
    return { fault: connection.signal.aborted ? connection.signal.reason : fault };
  } finally {
    watchdog.stop();
    connection.abort();
  }
}

async function open({ url, authorization, view, world, format }: FeedClientConfig, signal: AbortSignal) {
  const headers = new Headers({ accept: "text/event-stream", authorization });
  if (view.epoch !== undefined && view.position > 0) {
    headers.set("last-event-id", formatPosition(view.epoch, view.position));
  }
  const asked = format === "json" ? url : `${url}?${new URLSearchParams({ format })}`;
  const response = await world.fetch(asked, { headers, redirect: "error", signal });
  if (response.status !== 200) throw new Error(`${url}: ${statusFault(response.status)}`);
  const type = response.headers.get("content-type") ?? "";
  if (!/^text\/event-stream\s*(?:;|$)/i.test(type)) throw new Error(`${url}: the answer is not an event stream`);
  if (response.body === null) throw new Error(`${url}: the answer is empty`);
  return response.body;
}

type ListenerParts = { readonly watchdog: Watchdog; readonly proven: () => void };

/** Applies events in order. Returns a wait in milliseconds when the feed asks to be left; throws or rejects when it must be. */
function createListener(config: FeedClientConfig, { watchdog, proven }: ListenerParts) {
  const { url, view, on } = config;
  let hello: FeedHello | undefined;
  let announcedHead = 0;

  return (event: FeedEvent): number | undefined | Promise<number | undefined> => {
    if (event.type === "hello") {
      hello = event;
      watchdog.setPatience(2.5 * Math.min(Math.max(event.heartbeatMs, 20), 60_000));
      return begin(config, event);
    }
    if (hello === undefined) throw new Error(`${url}: the feed did not begin with hello`);
    switch (event.type) {
      case "frame":
        if (event.frame.epoch !== hello.epoch) throw new Error(`${url}: a frame of another epoch`);
        return hearFrame(config, event.frame);
      case "heartbeat":
        if (view.position < announcedHead) throw new Error(`${url}: the feed is behind the head it announced`);
        announcedHead = event.head;
        proven();
        return undefined;
      case "resync":
        on.resync();
        view.adopt(hello.epoch);
        return undefined;
      case "bye":
        return event.retryMs;
    }
  };
}

/** Which log this is, and under which key. What is missing of it may be so much that the feed is left, at once, for a snapshot. */
function begin({ view, on }: FeedClientConfig, hello: FeedHello): undefined | Promise<number | undefined> {
  if (hello.key) view.use(hello.key);
  if (view.epoch !== hello.epoch || hello.head < view.position) {
    if (view.epoch !== undefined) on.resync();
    view.adopt(hello.epoch);
  }
  const missing = hello.head - view.position;
  const { entries = 0, format } = hello;
  if (format === "json" || !on.farBehind || Math.min(missing, entries) < fewMissing || 2 * missing < entries)
    return undefined;
  return on.farBehind().then((isThere) => (isThere ? 0 : undefined));
}

/** So many entries come by the feed as soon as by a snapshot. */
const fewMissing = 10_000;

function hearFrame(config: FeedClientConfig, frame: Frame): undefined | Promise<undefined> {
  const outcome = config.view.apply(frame);
  if (outcome !== "joined") return mend(config, frame, outcome);
  config.on.applied();
  return undefined;
}

/** The frame stands beyond the view: with what is between them it is of use after all. Of one under another key the entries come by name. */
async function mend({ url, view, on }: FeedClientConfig, frame: Frame, outcome: Applied): Promise<undefined> {
  await on.gap();
  if (view.apply(frame) !== "joined") throw new Error(`${url}: frames are missing`);
  on.applied();
  // The next feed begins with the key of the next frames.
  if (outcome === "other_key") throw new Error(`${url}: the feed went on under another key`);
}

type Watchdog = ReturnType<typeof createWatchdog>;

/** Barks when no byte came for longer than its patience. */
function createWatchdog(firstPatienceMs: number, bark: () => void) {
  let patienceMs = firstPatienceMs;
  let timer: NodeJS.Timeout | undefined;
  const wait = (): void => {
    clearTimeout(timer);
    timer = setTimeout(bark, patienceMs);
    timer.unref();
  };
  wait();
  return {
    setPatience: (ms: number): void => {
      patienceMs = ms;
      wait();
    },
    stop: (): void => clearTimeout(timer),
    guard: async function* (chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
      for await (const chunk of chunks) {
        wait();
        yield chunk;
      }
    },
  };
}
