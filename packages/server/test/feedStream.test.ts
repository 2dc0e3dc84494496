import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { createEventParser, type FeedEvent, formatPosition, readFeedEvent } from "@cardea/verifier/wire";
import { realWorld } from "cardea";
import { serviceCaller } from "../src/http/callers.ts";
import { cookieNames } from "../src/http/cookies.ts";
import { feedRoutes } from "../src/http/feedRoutes.ts";
import { feedStream } from "../src/http/feedStream.ts";
import { serveRoutes } from "../src/http/serveRoutes.ts";
import { createServices } from "../src/people/services.ts";
import { countedFeed, feedSettings, revokedSession } from "./support/countedFeed.ts";
import { authorizing, basic, type Issuer, newPerson, newService, startIssuer } from "./support/issuer.ts";

describe("over HTTP", () => {
  let issuer: Issuer;
  let service: string;
  before(async () => {
    issuer = await startIssuer();
    service = await newService(issuer.auth);
  });
  after(() => issuer.close());

  const open = (headers: Record<string, string> = {}, signal?: AbortSignal): Promise<Response> =>
    fetch(`${issuer.url}/revocation/feed`, {
      headers: { ...authorizing(service), ...headers },
      ...(signal ? { signal } : {}),
    });

  const head = async (): Promise<string> => {
    const { body } = await issuer.get("/revocation/head", service);
    return formatPosition(String(body.epoch), Number(body.head));
  };

  test("says hello, what has been, and what comes, with an id to resume from", async () => {
    const gone = await newPerson(issuer);
    await issuer.post("/sign-out", undefined, gone.bearer);
    const response = await open();
    assert.equal(response.headers.get("content-type"), "text/event-stream");
    assert.equal(response.headers.get("cache-control"), "no-store, no-transform");
    assert.equal(response.headers.get("x-accel-buffering"), "no");
    const events = eventsOf(response);
    const hello = await next(events);
    assert.ok(hello.type === "hello");
    assert.deepEqual([hello.heartbeatMs, hello.maxTtlSeconds, hello.head], [2000, 300, 1]);
    assert.deepEqual(framed(await next(events)), { from: 0, to: 1, kinds: ["session"] });

    const next2 = await newPerson(issuer);
    const signedOut = await issuer.post("/sign-out", undefined, next2.bearer);
    assert.equal(signedOut.headers.get("revocation-position"), await head());
    assert.deepEqual(framed(await next(events)), { from: 1, to: 2, kinds: ["session"] });
    await events.return(undefined);
  });

  test("resumes after Last-Event-ID, and from the start for another epoch or a position beyond the head", async () => {
    const at = await head();
    const [epoch = ""] = at.split(":");
    const begun = async (id: string): Promise<unknown> => {
      const events = eventsOf(await open({ "last-event-id": id }));
      await next(events);
      const frame = framed(await next(events));
      await events.return(undefined);
      return frame;
    };
    assert.deepEqual(await begun(at), { from: 2, to: 2, kinds: [] });
    assert.deepEqual(await begun(`${epoch}:1`), { from: 1, to: 2, kinds: ["session"] });
    for (const id of [`${epoch}:99`, "another:1", "another:0"]) {
      assert.deepEqual(await begun(id), { from: 0, to: 2, kinds: ["session", "session"] }, id);
    }
  });

  test("refuses a Last-Event-ID that is no position", async () => {
    for (const id of [
      "x",
      "1",
      ":",
      ":1",
      "a:",
      "a:-1",
      "a:01",
      "a:1.5",
      "a:1e3",
      `a:${"9".repeat(20)}`,
      "a b:1",
      "a:1, a:2",
    ]) {
      const response = await open({ "last-event-id": id });
      const { code } = Object(await response.json());
      assert.deepEqual([response.status, code], [400, "invalid_request"], id);
    }
  });

  test("HEAD says what GET would, and follows nothing", async () => {
    const response = await issuer.send("/revocation/feed", { method: "HEAD", headers: authorizing(service) });
    assert.deepEqual([response.status, response.headers.get("content-type")], [200, "text/event-stream"]);
  });
});

const settings = feedSettings;
const someone = (signal = new AbortController().signal) => ({ cursor: undefined, format: "json" as const, signal });
const revocation = revokedSession;

describe("a reader is let go of", () => {
  test("when it hangs up", async () => {
    const { feed, listening } = await countedFeed();
    const stream = await feedStream(feed, settings, someone());
    assert.equal(listening(), 1);
    await stream.cancel();
    assert.equal(listening(), 0);
    feed.close();
  });

  test("when its request is aborted, before, during or after the start", async () => {
    const { feed, listening } = await countedFeed();
    const before = await feedStream(feed, settings, someone(AbortSignal.abort()));
    const during = new AbortController();
    const starting = feedStream(feed, settings, someone(during.signal));
    during.abort();
    const after = new AbortController();
    const running = await feedStream(feed, settings, someone(after.signal));
    after.abort();
    for (const stream of [before, await starting, running]) assert.deepEqual(await drain(stream), []);
    assert.equal(listening(), 0);
    feed.close();
  });

  test("when the log cannot be read: the start fails and nobody is left listening", async () => {
    const { feed, listening } = await countedFeed();
    const broken = { ...feed, catchUp: () => Promise.reject(new Error("the log is gone")) };
    await assert.rejects(feedStream(broken, settings, someone()), /the log is gone/);
    assert.equal(listening(), 0);
    feed.close();
  });

  test("when it asks by HEAD: nobody will read that stream", async () => {
    const { feed, store, listening } = await countedFeed();
    const services = createServices({ store: store.services, world: realWorld, told: () => undefined });
    const issuer = "https://a.example";
    const refused = (): void => undefined;
    const verifiers = { greet: async () => undefined, confirm: () => undefined, leave: () => undefined };
    const serve = serveRoutes(feedRoutes({ feed, settings, verifiers }), {
      base: "",
      callers: {
        public: async () => undefined,
        bearer: () => assert.fail("no person is asked for"),
        service: (input, { scope }) => serviceCaller(input, scope, { services, refused }),
      },
      cookies: cookieNames("cardea"),
      origins: { own: issuer, listed: new Set() },
      isSecure: true,
      clientAddress: () => undefined,
      newRequestId: () => "a-request",
      refused,
    });
    const { service, secret } = await services.create("a service");
    const ask = (method: string): Promise<Response> =>
      serve(
        new Request(`${issuer}/revocation/feed`, { method, headers: { authorization: basic(service.id, secret) } }),
      );
    assert.equal((await ask("HEAD")).status, 200);
    assert.equal(listening(), 0);
    const get = await ask("GET");
    assert.equal(listening(), 1);
    await get.body?.cancel();
    feed.close();
  });

  test("when the feed is closed: what waits is still read, then the stream ends", async () => {
    const { feed, store, listening } = await countedFeed();
    const stream = await feedStream(feed, settings, someone());
    await store.revocations.append([revocation("a")]);
    await feed.pull();
    feed.close();
    assert.deepEqual(
      (await drain(stream)).map(({ type }) => type),
      ["hello", "frame", "frame"],
    );
    assert.equal(listening(), 0);
  });

  test("when it lets more than a mebibyte wait; what waited is dropped", async () => {
    const { feed, store, listening } = await countedFeed();
    const stream = await feedStream(feed, settings, someone());
    for (let round = 0; round < 12; round++) {
      assert.equal(listening(), 1);
      await store.revocations.append(
        Array.from({ length: 1000 }, (_, at) => revocation(`${round}-${at}-${"k".repeat(40)}`)),
      );
      await feed.pull();
      // Batches have a rest between them.
      await delay(20);
      if (listening() === 0) break;
    }
    assert.equal(listening(), 0);
    assert.deepEqual(await drain(stream), []);
    feed.close();
  });

  test("but not for a long past: that is read piece by piece, as fast as it likes", async () => {
    const { feed, store, listening } = await countedFeed();
    const keys = Array.from({ length: 20_000 }, (_, at) => revocation(`${at}-${"k".repeat(100)}`));
    await store.revocations.append(keys);
    const stream = await feedStream(feed, settings, someone());
    const reader = stream.getReader();
    let entries = 0;
    while (entries < keys.length) {
      const { value } = await reader.read();
      for (const event of eventsIn(value)) entries += event.type === "frame" ? event.frame.entries.length : 0;
    }
    assert.equal(listening(), 1);
    await reader.cancel();
    assert.equal(listening(), 0);
    feed.close();
  });
});

test("beats while nothing happens, with the head", async (context) => {
  context.mock.timers.enable({ apis: ["setInterval"] });
  const { feed } = await countedFeed();
  const stream = await feedStream(feed, settings, someone());
  const reader = stream.getReader();
  const read = async (): Promise<FeedEvent | undefined> => {
    const { value } = await reader.read();
    return eventsIn(value)[0];
  };
  assert.equal((await read())?.type, "hello");
  assert.equal((await read())?.type, "frame");
  for (let beat = 0; beat < 3; beat++) {
    context.mock.timers.tick(2000);
    assert.deepEqual(await read(), { type: "heartbeat", head: 0 });
  }
  await reader.cancel();
  feed.close();
});

/** The events of a response, but for heartbeats. */
async function* eventsOf(response: Response): AsyncGenerator<FeedEvent, void> {
  const parser = createEventParser();
  for await (const chunk of response.body ?? []) {
    yield* parser
      .push(chunk)
      .flatMap((event) => readFeedEvent(event) ?? [])
      .filter(({ type }) => type !== "heartbeat");
  }
}

/** The events of one piece. */
const eventsIn = (bytes: Uint8Array | undefined): readonly FeedEvent[] =>
  createEventParser()
    .push(bytes ?? new Uint8Array())
    .flatMap((event) => readFeedEvent(event) ?? []);

async function next(events: AsyncGenerator<FeedEvent, void>): Promise<FeedEvent> {
  const { value } = await events.next();
  assert.ok(value);
  return value;
}

function framed(event: FeedEvent): unknown {
  assert.ok(event.type === "frame");
  const { from, to, entries } = event.frame;
  return { from, to, kinds: entries.map(({ kind }) => kind) };
}

async function drain(stream: ReadableStream<Uint8Array>): Promise<readonly FeedEvent[]> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return eventsIn(Buffer.concat(chunks));
}
