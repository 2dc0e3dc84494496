import assert from "node:assert/strict";
import { createServer, type ServerResponse } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { afterEach, describe, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { createEventParser, type FeedEvent, readFeedEvent } from "@cardea/verifier/wire";
import { memory, realWorld } from "cardea";
import { feedStream } from "../src/http/feedStream.ts";
import { nodeHandler } from "../src/http/node.ts";
import { respondEvents } from "../src/http/respond.ts";
import type { Feed } from "../src/revoke/feed.ts";
import { countedFeed, feedSettings, revokedSession } from "./support/countedFeed.ts";

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

/** Serves a feed by node:http on a free port, as an issuer does. */
async function served(
  feed: Feed,
  around: (response: ServerResponse, count: number) => void = () => undefined,
): Promise<number> {
  const issuer = new URL("http://localhost/auth");
  const handler = nodeHandler(async ({ signal }) => {
    return respondEvents(await feedStream(feed, feedSettings, { cursor: undefined, format: "json", signal }));
  }, issuer);
  let count = 0;
  const server = createServer((request, response) => {
    around(response, ++count);
    handler(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closers.push(
    feed.close,
    () => server.closeAllConnections(),
    () => server.close(),
  );
  return (server.address() as AddressInfo).port;
}

/** A reader that reads when it is told to. `left` is what has not been read yet. */
async function readerOf(port: number): Promise<Socket> {
  const socket = connect(port, "127.0.0.1");
  closers.push(() => socket.destroy());
  socket.on("error", () => undefined);
  socket.write("GET /auth/revocation/feed HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
  socket.pause();
  return socket;
}

async function until(holds: () => boolean, what: string): Promise<void> {
  for (let tries = 0; tries < 1000 && !holds(); tries++) await delay(10);
  assert.ok(holds(), what);
}

/** What comes until the connection ends, without the chunks' lengths: head and events. */
async function readAll(socket: Socket): Promise<{ readonly head: string; readonly events: readonly FeedEvent[] }> {
  const pieces: Buffer[] = [];
  for await (const piece of socket) pieces.push(piece);
  const all = Buffer.concat(pieces).toString();
  const [head = ""] = all.split("\r\n\r\n", 1);
  const body = all.slice(head.length + 4).replaceAll(/(^|\r\n)[0-9a-f]+\r\n/g, "");
  const parser = createEventParser();
  return { head, events: parser.push(Buffer.from(body)).flatMap((event) => readFeedEvent(event) ?? []) };
}

const keysOf = (events: readonly FeedEvent[]): readonly string[] =>
  events.flatMap((event) => (event.type === "frame" ? event.frame.entries.map(({ key }) => key) : []));

describe("a feed that goes to a connection of node:http", () => {
  test("has the past, what comes meanwhile and what comes then, once and in order, and ends when the feed is closed", async () => {
    const { feed, store, listening } = await countedFeed();
    const wanted = Array.from({ length: 2700 }, (_, at) => `k${at}`);
    await store.revocations.append(wanted.slice(0, 2500).map(revokedSession));
    await feed.pull();
    const socket = await readerOf(await served(feed));
    const reading = readAll(socket);
    await until(() => listening() === 1, "it listens");
    for (const key of wanted.slice(2500)) {
      await store.revocations.append([revokedSession(key)]);
      await feed.pull();
    }
    await delay(50);
    feed.close();
    const { head, events } = await reading;
    assert.match(head, /^HTTP\/1\.1 200 OK\r\n/);
    assert.match(head, /content-type: text\/event-stream/i);
    assert.match(head, /transfer-encoding: chunked/i);
    assert.equal(events[0]?.type, "hello");
    assert.deepEqual([...new Set(keysOf(events))], wanted);
    assert.equal(listening(), 0);
  });

  test("lets go of a reader that hangs up, at the start and later", async () => {
    const { feed, listening } = await countedFeed();
    const port = await served(feed);
    const early = await readerOf(port);
    const late = await readerOf(port);
    await until(() => listening() === 2, "both listen");
    early.destroy();
    await until(() => listening() === 1, "one is gone");
    late.destroy();
    await until(() => listening() === 0, "both are gone");
  });

  test("cuts off a reader that lets more than a mebibyte wait, and holds no more for it; others hear everything", async () => {
    const { feed, store, listening } = await countedFeed();
    const port = await served(feed);
    const [slow, quick] = [await readerOf(port), await readerOf(port)];
    await until(() => listening() === 2, "both listen");
    const reading = readAll(quick);
    const keys: string[] = [];
    // The kernel holds some megabytes for whoever does not read.
    for (let round = 0; round < 400 && listening() === 2; round++) {
      const some = Array.from({ length: 1000 }, (_, at) => `${round}-${at}-${"k".repeat(40)}`);
      keys.push(...some);
      await store.revocations.append(some.map(revokedSession));
      await feed.pull();
      await delay(10);
    }
    assert.equal(listening(), 1, "the slow one was cut off");
    await delay(100);
    feed.close();
    assert.deepEqual([...new Set(keysOf((await reading).events))], keys);
    slow.resume();
    await until(() => slow.closed || slow.readableEnded || slow.errored !== null, "its connection ended");
  });

  test("a piece larger than the bound cuts nobody off who reads", async () => {
    const { feed, store, listening } = await countedFeed();
    const port = await served(feed);
    const readers = [await readerOf(port), await readerOf(port), await readerOf(port)];
    await until(() => listening() === 3, "all listen");
    const reading = Promise.all(readers.map(readAll));
    const keys = Array.from({ length: 25_000 }, (_, at) => `k${at}`);
    await store.revocations.append(keys.map(revokedSession));
    await feed.pull();
    await delay(200);
    assert.equal(listening(), 3);
    feed.close();
    for (const { events } of await reading) assert.equal(new Set(keysOf(events)).size, keys.length);
  });

  test("a connection that cannot be written to is let go of, and keeps nothing from the others", async () => {
    const { feed, store, listening } = await countedFeed();
    let fails = false;
    const port = await served(feed, (response, count) => {
      const write = response.write.bind(response);
      const failing = (piece: Uint8Array): boolean => {
        if (fails && count === 1) throw new Error("something around it fails");
        return write(piece);
      };
      Object.assign(response, { write: failing });
    });
    const bad = await readerOf(port);
    await until(() => listening() === 1, "the first listens");
    const good = await readerOf(port);
    await until(() => listening() === 2, "both listen");
    bad.resume();
    const reading = readAll(good);
    await delay(50);
    fails = true;
    for (const key of ["a", "b", "c"]) {
      await store.revocations.append([revokedSession(key)]);
      await feed.pull();
      await delay(30);
    }
    assert.equal(listening(), 1);
    await until(() => bad.closed, "its connection is closed");
    feed.close();
    assert.deepEqual(keysOf((await reading).events), ["a", "b", "c"]);
  });

  test("a reader that stalls in the past is cut off with its connection when too much waits for it", async () => {
    const store = await memory().open(realWorld);
    const keys = Array.from({ length: 150_000 }, (_, at) => `${at}-${"k".repeat(100)}`);
    for (let from = 0; from < keys.length; from += 5000)
      await store.revocations.append(keys.slice(from, from + 5000).map(revokedSession));
    const { feed, listening } = await countedFeed(store);
    const socket = await readerOf(await served(feed));
    await until(() => listening() === 1, "it listens");
    await delay(100);
    for (let round = 0; round < 20 && listening() === 1; round++) {
      await store.revocations.append(keys.slice(0, 2000).map((key) => revokedSession(`${round}-${key}`)));
      await feed.pull();
      await delay(20);
    }
    assert.equal(listening(), 0, "it is cut off");
    socket.resume();
    await until(() => socket.closed, "its connection is closed");
  });

  test("reads a long past no faster than its reader", async () => {
    const store = await memory().open(realWorld);
    const keys = Array.from({ length: 100_000 }, (_, at) => `${at}-${"k".repeat(100)}`);
    for (let from = 0; from < keys.length; from += 5000)
      await store.revocations.append(keys.slice(from, from + 5000).map(revokedSession));
    const { feed, listening } = await countedFeed(store);
    const socket = await readerOf(await served(feed));
    await until(() => listening() === 1, "it listens");
    await delay(300);
    assert.equal(listening(), 1, "a reader of the past is not cut off");
    const reading = readAll(socket);
    await delay(300);
    feed.close();
    assert.equal(new Set(keysOf((await reading).events)).size, keys.length);
  });

  test("breaks off where the past cannot be read on, so that the reader comes back", async () => {
    const { feed, listening } = await countedFeed();
    const catchUp: Feed["catchUp"] = async (cursor) => {
      const { head } = await feed.catchUp(cursor);
      return { head, frames: { next: () => Promise.reject(new Error("the log is gone")) } };
    };
    const socket = await readerOf(await served({ ...feed, catchUp }));
    const { events } = await readAll(socket).catch(() => ({ events: [] }));
    assert.ok(events.every(({ type }) => type === "hello"));
    assert.equal(listening(), 0);
  });
});
