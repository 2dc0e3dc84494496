import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import {
  type FollowerConfig,
  followRevocations,
  type RevocationFollower,
} from "../src/revocation/followRevocations.ts";
import { eventually } from "./support/eventually.ts";
import { type FakeIssuer, startFakeIssuer } from "./support/fakeIssuer.ts";
import { type FakeWorld, fakeWorld } from "./support/fakeWorld.ts";
import { sendJson } from "./support/loopback.ts";

let issuer: FakeIssuer;
let world: FakeWorld;
let follower: RevocationFollower | undefined;

beforeEach(async () => {
  issuer = await startFakeIssuer();
  world = fakeWorld();
});

afterEach(async () => {
  await follower?.close();
  await issuer.close();
});

function follow(change: Partial<FollowerConfig> = {}): RevocationFollower {
  follower = followRevocations({
    issuer: issuer.url,
    authorization: "Basic c3ZjOnMzY3JldA==",
    verifierId: "svc.abc",
    maxStalenessMs: 100,
    clockToleranceMs: 5000,
    world,
    onChange: () => {},
    ...change,
  });
  return follower;
}

const isLive = (): boolean => follower?.status().state === "live";
const claims = { jti: "j", sub: "u", iat: 1, sid: "s", rvp: 0 };

test("is live once the head that a store confirmed is reached", async () => {
  issuer.revoke({ kind: "session", key: "s" });
  const { view, status } = follow();
  assert.deepEqual([status().state, status().stalenessMs], ["starting", Number.POSITIVE_INFINITY]);
  await eventually("it is live", isLive);
  assert.equal(view.isRevoked(claims, "k"), true);
  assert.deepEqual(status(), {
    state: "live",
    stalenessMs: 0,
    epoch: "e1",
    position: 1,
    entries: 1,
    reconnects: 0,
    gaps: 0,
    repairs: 0,
    resyncs: 0,
    positionWaits: { reached: 0, missed: 0 },
    fault: undefined,
  });
});

test("tells the issuer who asks and how far the view is", async () => {
  follow();
  await eventually("it is live", isLive);
  issuer.revoke({ kind: "session", key: "s" });
  const said = "GET /revocation/head?verifier=svc.abc&stale=100&applied=e1%3A1";
  await eventually("the position is told", () => issuer.seen.includes(said));
  assert.ok(issuer.authorizations.every((header) => header === "Basic c3ZjOnMzY3JldA=="));
});

test("is never live by a feed alone", async () => {
  issuer.override.head = (_, response) => response.writeHead(500).end("s3cret");
  const { view, status } = follow();
  await eventually("the feed is followed", () => view.epoch === "e1" && status().fault !== undefined);
  assert.equal(status().state, "syncing");
  assert.match(status().fault ?? "", /revocation\/head.*status is 500/);
  issuer.override.head = sendJson({ epoch: "e1", head: "s3cret" });
  await eventually("the next fault is told", () => /malformed feed event: head/.test(status().fault ?? ""));
  assert.doesNotMatch(status().fault ?? "", /s3cret|c3ZjOnMzY3JldA/);
});

test("is never live by a head alone, and asks a feed that stays behind again", async () => {
  issuer.override.head = sendJson({ epoch: "e1", head: 1 });
  const { status } = follow();
  await eventually("the feed was left", () => status().reconnects > 0);
  assert.equal(status().state, "syncing");
  issuer.revoke({ kind: "session", key: "s" });
  await eventually("it is live", isLive);
});

test("is stale after maxStaleness without a confirmation, and live again after the next", async () => {
  const { status } = follow();
  await eventually("it is live", isLive);
  issuer.override.head = (_, response) => response.writeHead(500).end();
  await eventually("the fault is told", () => status().fault !== undefined);
  assert.equal(status().state, "live");
  world.pass(100);
  assert.equal(status().state, "stale");
  delete issuer.override.head;
  await eventually("it is live", isLive);
  assert.equal(status().fault, undefined);
});

test("a log that became shorter has everything asked for again, and nothing is forgotten", async () => {
  issuer.revoke({ kind: "session", key: "s" });
  const { view } = follow();
  await eventually("it is live", isLive);
  Object.assign(issuer, { head: 0, entries: [] });
  await eventually("the feed is asked again", () => issuer.resumedFrom.length > 1);
  assert.equal(issuer.resumedFrom[1], undefined, "from the beginning");
  assert.equal(view.isRevoked(claims, "k"), true);
  await eventually("it stands where the log does", () => view.position === 0 && isLive());
});

test("another log is adopted as soon as its head is known, and nothing is forgotten", async () => {
  issuer.revoke({ kind: "session", key: "s" });
  const { view } = follow();
  await eventually("it is live", isLive);
  Object.assign(issuer, { epoch: "e2", head: 0, entries: [] });
  world.pass(100);
  assert.equal(isLive(), false);
  await eventually("it is live", isLive);
  assert.deepEqual([view.epoch, view.isRevoked(claims, "k")], ["e2", true]);
});

test("an entry is kept as much longer as tokens are accepted longer", async () => {
  const { view } = follow();
  await eventually("it is live", isLive);
  issuer.entries.push({ kind: "session", key: "s", pos: 1, expiresAt: world.wall });
  issuer.head = 1;
  issuer.say({ type: "frame", frame: issuer.frameFrom(0) });
  world.wall += 5000;
  world.mono += 5000;
  issuer.revoke({ kind: "session", key: "another" });
  await eventually("the next frame is there", () => view.position === 2);
  assert.equal(view.isRevoked(claims, "k"), true);
  world.pass(1);
  for (let each = 0; each < 2; each++) issuer.revoke({ kind: "session", key: "another" });
  await eventually("the last frame is there", () => view.position === 4);
  assert.equal(view.isRevoked(claims, "k"), false);
});

test("a clock that goes a day ahead for a while makes nothing forgotten", async () => {
  issuer.entries.push({ kind: "session", key: "s", pos: 1, expiresAt: world.wall + 3_600_000 });
  issuer.head = 1;
  const { view } = follow();
  await eventually("it is live", isLive);
  world.wall += 86_400_000;
  for (let each = 0; each < 3; each++) issuer.revoke({ kind: "session", key: "another" });
  await eventually("the frames are there", () => view.position === 4);
  assert.equal(view.isRevoked(claims, "k"), true);
});

test("close ends feed, lease and questions", async () => {
  const { close, lease, status } = follow();
  await eventually("it is live", isLive);
  await close();
  await eventually("the line is free", () => issuer.feeds.size === 0);
  assert.deepEqual([status().state, lease.read().live], ["draining", true]);
  world.pass(100);
  assert.deepEqual([status().state, lease.read().live], ["draining", false]);
});

test("close tells the issuer once that this verifier asks no more, and waits for no issuer that does not answer", async () => {
  const { close } = follow();
  await eventually("it is live", isLive);
  const goodbyes = (): number => issuer.seen.filter((url) => url.includes("leaving=true")).length;
  assert.equal(goodbyes(), 0);
  await Promise.all([close(), close()]);
  await close();
  assert.equal(goodbyes(), 1);

  const other = follow();
  await eventually("it is live", isLive);
  issuer.override.head = () => undefined;
  await other.close();
  await eventually("it was told", () => goodbyes() === 2);
});
