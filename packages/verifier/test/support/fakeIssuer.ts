import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { createRevocationView } from "@cardea/verifier/judge";
import {
  createPrinter,
  createSnapshotWriter,
  encodeFrame,
  endpoints,
  type FeedEvent,
  type Frame,
  formatFeedEvent,
  type NamedKey,
  type Printer,
  type RevocationEntry,
  snapshotMediaType,
} from "@cardea/verifier/wire";
import { type Loopback, sendJson, startLoopback } from "./loopback.ts";
import { jwks } from "./tokens.ts";

/** An issuer's revocation log, feed, head, JWKS and introspection behind a real socket, as honest or broken as a test wants. */
export type FakeIssuer = Pick<Loopback, "url" | "seen" | "close"> & {
  readonly heartbeatMs: number;
  epoch: string;
  /** What the head endpoint says; the feed's hello says it, too. */
  head: number;
  entries: RevocationEntry[];
  /** Under which fingerprints go to those who ask for them; without one all go by name, as they did once. */
  key: NamedKey | undefined;
  /** `undefined` falls back to honesty. */
  readonly override: {
    feed?: RequestListener;
    head?: RequestListener;
    entries?: RequestListener;
    snapshot?: RequestListener;
    jwks?: RequestListener;
    introspect?: RequestListener;
  };
  /** The `Last-Event-ID` of every feed so far; undefined where none was sent. */
  readonly resumedFrom: (string | undefined)[];
  readonly authorizations: (string | undefined)[];
  /** Those that are open, and what makes their fingerprints. */
  readonly feeds: Map<ServerResponse, Printer | undefined>;
  /** Says something on every open feed. */
  readonly say: (...events: FeedEvent[]) => void;
  readonly sayRaw: (text: string) => void;
  /** Appends to the log and tells every feed. */
  readonly revoke: (entry: Omit<RevocationEntry, "pos" | "expiresAt">) => void;
  /** Everything after a position. */
  readonly frameFrom: (from: number) => Frame;
};

/** Starts an issuer with an empty log. */
export async function startFakeIssuer(heartbeatMs = 60_000): Promise<FakeIssuer> {
  const loopback = await startLoopback((request, response) => route(fake, request, response));
  const say = (...events: FeedEvent[]): void => {
    for (const [feed, printer] of fake.feeds)
      feed.write(events.map((event) => formatFeedEvent(event, printer)).join(""));
  };
  const sayRaw = (text: string): void => {
    for (const feed of fake.feeds.keys()) feed.write(text);
  };
  const fake: FakeIssuer = {
    heartbeatMs,
    url: loopback.url,
    seen: loopback.seen,
    close: loopback.close,
    epoch: "e1",
    head: 0,
    entries: [],
    key: undefined,
    override: {},
    resumedFrom: [],
    authorizations: [],
    feeds: new Map(),
    say,
    sayRaw,
    revoke: (entry) => {
      fake.head += 1;
      fake.entries.push({ ...entry, pos: fake.head, expiresAt: Number.MAX_SAFE_INTEGER });
      say({ type: "frame", frame: fake.frameFrom(fake.head - 1) });
    },
    frameFrom: (from) => ({
      epoch: fake.epoch,
      from,
      to: fake.head,
      entries: fake.entries.filter(({ pos }) => pos > from),
    }),
  };
  return fake;
}

function route(fake: FakeIssuer, request: IncomingMessage, response: ServerResponse): void {
  fake.authorizations.push(request.headers.authorization);
  const { override, epoch, head } = fake;
  const routes: Readonly<Record<string, RequestListener>> = {
    [endpoints.jwks]: override.jwks ?? sendJson(jwks),
    [endpoints.introspect]: override.introspect ?? sendJson({ active: false }),
    [endpoints.head]: override.head ?? sendJson({ epoch, head }),
    [endpoints.entries]: override.entries ?? sendEntries(fake),
    [endpoints.snapshot]: override.snapshot ?? sendSnapshot(fake),
    [endpoints.feed]: (asked, answer) => feed(fake, asked, answer),
  };
  const handle = routes[request.url?.split("?", 1)[0] ?? ""] ?? notFound;
  handle(request, response);
}

/** What is after a position: a thousand positions at most, and everything if the position is of another log. */
export const sendEntries =
  (fake: FakeIssuer): RequestListener =>
  (request, response) => {
    const after = new URL(request.url ?? "", fake.url).searchParams.get("after") ?? "";
    const { entries, ...frame } = fake.frameFrom(positionIn(fake, after));
    const to = Math.min(frame.to, frame.from + 1000);
    const page = JSON.parse(encodeFrame({ ...frame, to, entries: entries.filter(({ pos }) => pos <= to) }));
    sendJson({ ...page, head: fake.head })(request, response);
  };

function positionIn(fake: FakeIssuer, text: string): number {
  const [epoch, pos] = text.split(":");
  return epoch === fake.epoch && Number(pos) <= fake.head ? Number(pos) : 0;
}

/** Everything that is alive, by fingerprint. */
export const sendSnapshot =
  (fake: FakeIssuer): RequestListener =>
  (_, response) => {
    const view = createRevocationView({ now: () => 0 });
    if (fake.key) view.use(fake.key);
    view.apply(fake.frameFrom(0));
    const prints = view.prints();
    if (!prints) return response.writeHead(404).end();
    const writer = createSnapshotWriter();
    response.writeHead(200, { "content-type": snapshotMediaType });
    response.write(writer.head(prints.head));
    for (const part of prints.parts()) response.write(writer.part(part));
    return response.end(writer.end());
  };

const notFound: RequestListener = (_, response) => response.writeHead(404).end();

function feed(fake: FakeIssuer, request: IncomingMessage, response: ServerResponse): void {
  fake.resumedFrom.push(request.headers["last-event-id"]?.toString());
  if (fake.override.feed === undefined) openFeed(fake, request, response);
  else fake.override.feed(request, response);
}

/** Opens a feed by the book: hello, then everything after the cursor, or all of it if the cursor is of another log. */
export function openFeed(fake: FakeIssuer, request: IncomingMessage, response: ServerResponse): void {
  response.writeHead(200, { "content-type": "text/event-stream" });
  const from = positionIn(fake, request.headers["last-event-id"]?.toString() ?? "");
  const isPrinted = new URL(request.url ?? "", fake.url).searchParams.get("format") === "prints";
  const printer = isPrinted && fake.key ? createPrinter(fake.key) : undefined;
  const hello = { type: "hello", epoch: fake.epoch, head: fake.head, maxTtlSeconds: 300 } as const;
  const entries = fake.entries.length;
  const format = printer ? ({ format: "prints", key: printer.key, entries } as const) : ({ format: "json" } as const);
  response.write(formatFeedEvent({ ...hello, ...format, heartbeatMs: fake.heartbeatMs }));
  response.write(formatFeedEvent({ type: "frame", frame: fake.frameFrom(from) }, printer));
  fake.feeds.set(response, printer);
  response.on("close", () => fake.feeds.delete(response));
}
