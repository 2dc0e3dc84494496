import assert from "node:assert/strict";
import type { RequestListener } from "node:http";
import { afterEach, beforeEach, test } from "node:test";
import { createRevocationView, type RevocationView } from "@cardea/verifier/judge";
import { formatFeedEvent } from "@cardea/verifier/wire";
import { describeFault } from "../src/fetchText.ts";
import { createFeedClient, type FeedClient, type FeedClientConfig } from "../src/revocation/feedClient.ts";
import { eventually } from "./support/eventually.ts";
import { type FakeIssuer, openFeed, startFakeIssuer } from "./support/fakeIssuer.ts";

let issuer: FakeIssuer;
let view: RevocationView;
let client: FeedClient | undefined;
let faults: string[];
let told: string[];

beforeEach(async () => {
  issuer = await startFakeIssuer();
  view = createRevocationView({ now: () => 0 });
  faults = [];
  told = [];
});

afterEach(async () => {
  await client?.close();
  await issuer.close();
});

function follow(change: Partial<FeedClientConfig> = {}): FeedClient {
  client = createFeedClient({
    url: `${issuer.url}/revocation/feed`,
    authorization: "Basic c3ZjOnMzY3JldA==",
    view,
    world: { random: () => 0, fetch: (input, init) => fetch(input, init) },
    helloTimeoutMs: 20_000,
    format: "json",
    on: {
      applied: () => {},
      gap: async () => told.push("gap"),
      resync: () => told.push("resync"),
      fault: (fault) => faults.push(describeFault(fault)),
    },
    ...change,
  });
  return client;
}

const claims = { jti: "j", sub: "u", iat: 1, sid: "s", rvp: 0 };
const isRevoked = (): boolean => view.isRevoked(claims, "k");
const revokeSession = (): void => issuer.revoke({ kind: "session", key: "s" });

/** Follows until the view stands where the log does, with one revocation of somebody else in it. */
async function followToPositionOne(change: Partial<FeedClientConfig> = {}): Promise<FeedClient> {
  issuer.revoke({ kind: "session", key: "another" });
  const following = follow(change);
  await eventually("the view has caught up", () => view.position === 1);
  return following;
}

const hangUp = (): void => {
  for (const feed of issuer.feeds.keys()) feed.destroy();
};

test("joins what was revoked before and what is revoked now", async () => {
  await followToPositionOne();
  assert.equal(isRevoked(), false);
  revokeSession();
  await eventually("the revocation arrives", isRevoked);
  assert.deepEqual([view.epoch, view.position, view.entries], ["e1", 2, 2]);
  assert.deepEqual(issuer.authorizations, ["Basic c3ZjOnMzY3JldA=="]);
  assert.deepEqual(issuer.resumedFrom, [undefined]);
});

test("resumes with Last-Event-ID, so what happened in between is not lost", async () => {
  const following = await followToPositionOne();
  hangUp();
  revokeSession();
  await eventually("the revocation arrives", isRevoked);
  assert.deepEqual(issuer.resumedFrom.slice(0, 2), [undefined, "e1:1"]);
  assert.ok(following.reconnects >= 1);
  assert.match(faults[0] ?? "", /terminated|closed|ended|ECONNRESET/);
});

test("what is missing may be had elsewhere, and then the feed goes on", async () => {
  const gap = async (): Promise<void> => void view.apply(issuer.frameFrom(1));
  const on = { applied: () => {}, gap, resync: () => {}, fault: () => {} };
  const following = await followToPositionOne({ on });
  issuer.head += 1;
  issuer.entries.push({ kind: "session", key: "s", pos: issuer.head, expiresAt: Number.MAX_SAFE_INTEGER });
  issuer.revoke({ kind: "session", key: "third" });
  await eventually("both are there", () => view.position === 3);
  assert.deepEqual([isRevoked(), following.reconnects], [true, 0]);
});

test("comes back when the feed ends in order", async () => {
  await followToPositionOne();
  for (const feed of issuer.feeds.keys()) feed.end();
  await eventually("it is back", () => issuer.resumedFrom.length === 2);
  assert.match(faults[0] ?? "", /the feed ended/);
});

const lies: readonly (readonly [rule: string, text: string, fault: RegExp])[] = [
  ["skips a position", frame({ from: 4, to: 5 }), /frames are missing/],
  ["sends a frame of another epoch", frame({ epoch: "e2", from: 0, to: 5 }), /another epoch/],
  ["sends a frame without members", "event: r\ndata: {}\n\n", /malformed revocation frame/],
  ["sends half a frame", 'event: r\ndata: {"epoch":"s3cret\n\n', /the text is not JSON/],
  ["sends a heartbeat without a head", "event: hb\ndata: {}\n\n", /malformed feed event/],
  ["sends a bye without a wait", "event: bye\ndata: {}\n\n", /malformed feed event/],
  ["says hello in a format of the future", 'event: hello\ndata: {"format":"binary"}\n\n', /malformed feed event/],
  ["names an entry of an unknown kind", frame({ from: 1, to: 2 }, "device"), /malformed revocation frame/],
  ["stays behind the head that it announced", beat(7) + beat(7), /behind the head it announced/],
];

function frame(range: { epoch?: string; from: number; to: number }, kind = "session"): string {
  const entry = { kind, key: "s", pos: range.to, expires_at: 1 };
  return `event: r\ndata: ${JSON.stringify({ epoch: "e1", entries: [entry], ...range })}\n\n`;
}

function beat(head: number): string {
  return formatFeedEvent({ type: "heartbeat", head });
}

for (const [rule, text, fault] of lies) {
  test(`leaves a feed that ${rule}, takes nothing of it, and asks again from where it stands`, async () => {
    await followToPositionOne();
    issuer.sayRaw(text);
    await eventually("it is back", () => issuer.resumedFrom.length === 2);
    assert.match(faults[0] ?? "", fault);
    assert.doesNotMatch(faults.join(), /s3cret|c3ZjOnMzY3JldA/);
    assert.equal(issuer.resumedFrom[1], "e1:1");
    assert.equal(isRevoked(), false);
    revokeSession();
    await eventually("the revocation arrives", isRevoked);
  });
}

test("a feed that does not begin with hello is left before anything of it is taken", async () => {
  issuer.override.feed = (_, response) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.write(frame({ from: 0, to: 2 }));
  };
  follow();
  await eventually("it has been back", () => issuer.resumedFrom.length >= 2);
  assert.match(faults[0] ?? "", /did not begin with hello/);
  assert.deepEqual([view.position, view.entries], [0, 0]);
});

test("an event of a name that this version does not know is no reason to leave", async () => {
  const following = await followToPositionOne();
  issuer.sayRaw("event: c\ndata: {}\n\n: a comment\n\n");
  revokeSession();
  await eventually("the revocation arrives", isRevoked);
  assert.equal(following.reconnects, 0);
});

test("leaves a feed that is silent for two and a half heartbeats", async () => {
  await issuer.close();
  issuer = await startFakeIssuer(20);
  await followToPositionOne();
  await eventually("it is back", () => issuer.resumedFrom.includes("e1:1"));
  assert.match(faults[0] ?? "", /fell silent/);
});

test("leaves an issuer that takes the request and says nothing", async () => {
  issuer.override.feed = () => {};
  follow({ helloTimeoutMs: 20 });
  await eventually("it has been back", () => issuer.resumedFrom.length >= 2);
  assert.match(faults[0] ?? "", /fell silent/);
});

test("another epoch starts over at its beginning and keeps every entry", async () => {
  await followToPositionOne();
  revokeSession();
  await eventually("the revocation arrives", isRevoked);
  Object.assign(issuer, { epoch: "e2", head: 0, entries: [] });
  hangUp();
  await eventually("the epoch is adopted", () => view.epoch === "e2");
  assert.deepEqual([view.position, view.entries, isRevoked()], [0, 2, true]);
  assert.deepEqual(told, ["resync"]);
  issuer.revoke({ kind: "session", key: "third" });
  await eventually("the new log is followed", () => view.position === 1);
  assert.equal(isRevoked(), true);
});

test("a log of the same epoch that lost its tail is read from the beginning, and nothing is forgotten", async () => {
  await followToPositionOne();
  revokeSession();
  await eventually("the revocation arrives", isRevoked);
  issuer.head = 1;
  issuer.entries.pop();
  hangUp();
  await eventually("the view stands where the log does", () => view.position === 1);
  assert.equal(isRevoked(), true);
});

test("resync starts over at position 0 and forgets nothing", async () => {
  await followToPositionOne();
  revokeSession();
  await eventually("the revocation arrives", isRevoked);
  issuer.say({ type: "resync" });
  await eventually("it stands at the beginning", () => view.position === 0);
  assert.deepEqual(told, ["resync"]);
  assert.deepEqual([view.epoch, isRevoked()], ["e1", true]);
  issuer.say({ type: "frame", frame: issuer.frameFrom(0) });
  await eventually("it has caught up", () => view.position === 2);
});

test("goes at a bye, which is no fault, and comes back after the wait that was asked for", async () => {
  const following = await followToPositionOne();
  issuer.say({ type: "bye", retryMs: 60 });
  await eventually("it is back", () => issuer.resumedFrom.length === 2);
  assert.deepEqual([following.reconnects, faults], [1, []]);
});

test("can be called back out of its wait", async () => {
  const following = await followToPositionOne();
  issuer.say({ type: "bye", retryMs: Number.MAX_SAFE_INTEGER });
  await eventually("it has left", () => following.reconnects === 1);
  following.reconnect("somebody knows better");
  await eventually("it is back", () => issuer.resumedFrom.length === 2);
});

const strangers: readonly (readonly [rule: string, answer: RequestListener, fault: RegExp])[] = [
  ["refuses us", (_, response) => response.writeHead(401).end("s3cret"), /status is 401/],
  ["has nothing to say", (_, response) => response.writeHead(204).end(), /status is 204/],
  [
    "answers with a page",
    (_, response) => response.setHeader("content-type", "text/html").end("s3cret"),
    /not an event/,
  ],
  [
    "answers with a longer type",
    (_, response) => response.setHeader("content-type", "text/event-streams").end(),
    /not an event/,
  ],
  ["sends us elsewhere", (_, response) => response.writeHead(307, { location: "/elsewhere" }).end(), /redirect/],
  ["hangs up", (request) => request.socket.destroy(), /closed|ECONNRESET/],
];

for (const [rule, answer, fault] of strangers) {
  test(`comes back to an issuer that ${rule}`, async () => {
    issuer.override.feed = answer;
    follow();
    await eventually("the fault is told", () => faults.length > 0);
    assert.match(faults[0] ?? "", fault);
    assert.doesNotMatch(faults.join(), /s3cret|c3ZjOnMzY3JldA/);
    issuer.override.feed = (request, response) => openFeed(issuer, request, response);
    revokeSession();
    await eventually("the revocation arrives", isRevoked);
    assert.ok(
      issuer.seen.every((line) => line === "GET /revocation/feed"),
      "no redirect is followed",
    );
  });
}

test("close hangs up and resolves when nothing runs any more", async () => {
  const following = await followToPositionOne();
  await following.close();
  await eventually("the line is free", () => issuer.feeds.size === 0);
  const asked = issuer.seen.length;
  following.reconnect("too late");
  following.resync("too late");
  await following.close();
  assert.equal(issuer.seen.length, asked);
});
