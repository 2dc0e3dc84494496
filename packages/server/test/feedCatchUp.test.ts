import assert from "node:assert/strict";
import { test } from "node:test";
import { createEventParser, readFeedEvent } from "@cardea/verifier/wire";
import { memory, realWorld, type Store } from "cardea";
import { feedStream } from "../src/http/feedStream.ts";
import { openFeed } from "../src/revoke/feed.ts";

const settings = { heartbeatMs: 60_000, maxTtlSeconds: 300 };

type Log = Store["revocations"];

/** A log of 20,000 entries, whose reads are counted once it is open, and fail when told to. */
async function longLog() {
  const { revocations } = await memory().open(realWorld);
  const expiresAt = Date.now() + 600_000;
  await revocations.append(
    Array.from({ length: 20_000 }, (_, at) => ({ kind: "session" as const, key: `s${at}`, expiresAt })),
  );
  let reads = 0;
  let isGone = false;
  const read: Log["read"] = (...asked) => {
    reads += 1;
    return isGone ? Promise.reject(new Error("the log is gone")) : revocations.read(...asked);
  };
  const store: Log = { ...revocations, read };
  const onEvent = (): void => undefined;
  const feed = await openFeed({ store, world: realWorld, cautiousNow: realWorld.now, keyOf: () => undefined, onEvent });
  reads = 0;
  return {
    feed,
    reads: () => reads,
    lose: () => {
      isGone = true;
    },
  };
}

test("a long past is read from the store as its reader takes it", async () => {
  const { feed, reads } = await longLog();
  const stream = await feedStream(feed, settings, {
    cursor: undefined,
    format: "json",
    signal: new AbortController().signal,
  });
  const reader = stream.getReader();
  const parser = createEventParser();
  const taken: string[] = [];
  for (let piece = 0; piece < 3; piece++) {
    for (const event of parser.push((await reader.read()).value ?? new Uint8Array())) {
      const said = readFeedEvent(event);
      taken.push(said?.type === "frame" ? `${said.frame.from}-${said.frame.to}` : String(said?.type));
    }
  }
  assert.deepEqual(taken, ["hello", "0-1000", "1000-2000"]);
  assert.ok(reads() <= 3, `${reads()} reads`);
  await reader.cancel();
  feed.close();
});

test("F-05: a log that is lost on the way ends the stream, so that its reader asks again from where it is", async () => {
  const { feed, lose } = await longLog();
  const stream = await feedStream(feed, settings, {
    cursor: undefined,
    format: "json",
    signal: new AbortController().signal,
  });
  const reader = stream.getReader();
  for (let piece = 0; piece < 2; piece++) await reader.read();
  lose();
  await assert.rejects(async () => {
    for (let piece = 0; piece < 3; piece++) await reader.read();
  }, /the log is gone/);
  feed.close();
});
