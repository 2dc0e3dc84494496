import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { createPrinter, formatFeedEvent, type NamedKey } from "@cardea/verifier/wire";
import { followRevocations, type RevocationFollower } from "../src/revocation/followRevocations.ts";
import { eventually } from "./support/eventually.ts";
import { type FakeIssuer, sendSnapshot, startFakeIssuer } from "./support/fakeIssuer.ts";
import { type FakeWorld, fakeWorld } from "./support/fakeWorld.ts";

let issuer: FakeIssuer;
let world: FakeWorld;
let follower: RevocationFollower | undefined;

beforeEach(async () => {
  issuer = await startFakeIssuer();
  issuer.key = keys.k1;
  world = fakeWorld();
});

afterEach(async () => {
  await follower?.close();
  await issuer.close();
});

const keys = { k1: { id: "k1", key: [1, 2] }, k2: { id: "k2", key: [3, 4] } } satisfies Record<string, NamedKey>;

function follow(): RevocationFollower {
  follower = followRevocations({
    issuer: issuer.url,
    authorization: "Basic c3ZjOnMzY3JldA==",
    verifierId: "svc.abc",
    maxStalenessMs: 5000,
    clockToleranceMs: 5000,
    world,
    onChange: () => {},
  });
  return follower;
}

const isLive = (): boolean => follower?.status().state === "live";
const isRevoked = (sid: string): boolean | undefined =>
  follower?.view.isRevoked({ jti: "j", sub: "u", iat: 1, sid, rvp: 0 }, "k");
const asked = (path: string): number => issuer.seen.filter((line) => line.startsWith(`GET ${path}`)).length;

/** So many sessions end, and nobody is told. */
function grow(count: number): void {
  for (let at = 0; at < count; at++) {
    issuer.head += 1;
    issuer.entries.push({ kind: "session", key: `s${issuer.head}`, pos: issuer.head, expiresAt: 2_000_000_000_000 });
  }
}

test("asks for fingerprints, and enforces what comes so, in the past and from then on", async () => {
  grow(3);
  const { view } = follow();
  await eventually("it is live", isLive);
  assert.deepEqual([view.keyId, view.entries, isRevoked("s1"), isRevoked("s4")], ["k1", 3, true, false]);
  issuer.revoke({ kind: "session", key: "s4" });
  issuer.revoke({ kind: "tenant", key: "t" });
  await eventually("the news arrive", () => view.position === 5);
  assert.equal(isRevoked("s4"), true);
  assert.equal(view.isRevoked({ jti: "j", sub: "u", iat: 1, tid: "t", rvp: 0 }, "k"), true);
  assert.equal(asked("/revocation/snapshot"), 0);
});

test("an issuer that knows no fingerprints is followed by name", async () => {
  issuer.key = undefined;
  grow(20_000);
  const { view } = follow();
  await eventually("it is live", isLive);
  assert.deepEqual([view.keyId, view.entries, isRevoked("s1")], [undefined, 20_000, true]);
  assert.equal(asked("/revocation/snapshot"), 0);
});

test("a long past comes by a snapshot, and the feed goes on from its position", async () => {
  grow(20_000);
  const { view, status } = follow();
  await eventually("it is live", isLive);
  assert.deepEqual([view.position, view.entries], [20_000, 20_000]);
  assert.ok(["s1", "s10000", "s20000"].every(isRevoked));
  await eventually("the feed goes on", () => issuer.feeds.size === 1 && issuer.resumedFrom.length > 1);
  assert.deepEqual(issuer.resumedFrom, [undefined, "e1:20000"]);
  issuer.revoke({ kind: "session", key: "news" });
  await eventually("the news arrive", () => isRevoked("news") === true);
  assert.deepEqual([asked("/revocation/snapshot"), asked("/revocation/entries"), status().gaps], [1, 0, 0]);
});

test("another epoch with a long past is fetched as one, and what was held stays", async () => {
  grow(5);
  const { view, status } = follow();
  await eventually("it is live", isLive);
  issuer.epoch = "e2";
  issuer.key = keys.k2;
  issuer.entries = [];
  issuer.head = 1_048_576;
  grow(20_000);
  for (const feed of issuer.feeds.keys()) feed.destroy();
  await eventually("the new log is followed", () => view.epoch === "e2" && view.position === issuer.head);
  await eventually("it is live", isLive);
  assert.deepEqual([view.keyId, view.entries, asked("/revocation/snapshot")], ["k2", 20_005, 1]);
  assert.ok(["s1", "s5", "s1048577", "s1068576"].every(isRevoked));
  assert.equal(status().resyncs, 1);
});

const broken: readonly (readonly [what: string, answer: (whole: Buffer) => Buffer])[] = [
  ["that is cut short", (whole) => whole.subarray(0, -1)],
  ["that was changed on its way", (whole) => Buffer.from(whole).fill(0, 1000, 1001)],
  ["that is a page", () => Buffer.from("<html>s3cret</html>")],
];

for (const [what, answer] of broken) {
  test(`a snapshot ${what} is refused whole, and the feed brings everything`, async () => {
    grow(20_000);
    issuer.override.snapshot = async (_, response) => {
      delete issuer.override.snapshot;
      const whole = await fetch(`${issuer.url}/revocation/snapshot`);
      response.end(answer(Buffer.from(await whole.arrayBuffer())));
    };
    issuer.override.head = (_, response) => response.writeHead(500).end();
    const { view, status } = follow();
    await eventually("the feed has brought everything", () => view.position === 20_000);
    assert.equal(view.entries, 20_000);
    assert.deepEqual(issuer.resumedFrom, [undefined]);
    assert.ok(["s1", "s20000"].every(isRevoked));
    assert.doesNotMatch(String(status().fault), /s3cret/);
  });
}

test("an issuer that refuses a snapshot is followed by its feed", async () => {
  grow(20_000);
  issuer.override.snapshot = (_, response) => response.writeHead(503).end();
  const { view } = follow();
  await eventually("it is live", isLive);
  assert.deepEqual([view.entries, isRevoked("s1")], [20_000, true]);
});

test("of a frame under another key the entries are asked for by name, and the next feed begins with that key", async () => {
  grow(3);
  const { view, status } = follow();
  await eventually("it is live", isLive);
  issuer.key = keys.k2;
  grow(1);
  const frame = { type: "frame", frame: issuer.frameFrom(3) } as const;
  issuer.sayRaw(formatFeedEvent(frame, createPrinter(keys.k2)));
  await eventually("the entry is enforced", () => isRevoked("s4") === true);
  assert.equal(view.position, 4);
  assert.equal(asked("/revocation/entries"), 1);
  await eventually("the feed was left for one under that key", () => view.keyId === "k2");
  assert.ok(["s1", "s2", "s3", "s4"].every(isRevoked));
  assert.deepEqual([status().gaps, issuer.resumedFrom.at(-1)], [1, "e1:4"]);
});

test("a snapshot that came under another key than the feed's is not joined, and the feed brings everything", async () => {
  grow(20_000);
  issuer.override.snapshot = (request, response) => sendSnapshot({ ...issuer, key: keys.k2 })(request, response);
  const { view } = follow();
  await eventually("it is live", isLive);
  assert.deepEqual([view.keyId, view.entries], ["k1", 20_000]);
});
