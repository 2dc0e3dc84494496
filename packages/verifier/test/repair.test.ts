import assert from "node:assert/strict";
import type { RequestListener } from "node:http";
import { afterEach, beforeEach, test } from "node:test";
import { endpoints } from "@cardea/verifier/wire";
import type { RevocationFollower } from "../src/revocation/followRevocations.ts";
import { eventually } from "./support/eventually.ts";
import { type FakeIssuer, startFakeIssuer } from "./support/fakeIssuer.ts";
import { fakeWorld } from "./support/fakeWorld.ts";
import { followed } from "./support/followed.ts";
import { sendJson } from "./support/loopback.ts";

let issuer: FakeIssuer;
let follower: RevocationFollower;

beforeEach(async () => {
  issuer = await startFakeIssuer();
  follower = await followed(issuer, fakeWorld());
});

afterEach(async () => {
  await follower.close();
  await issuer.close();
});

const broken: RequestListener = (_, response) => response.writeHead(500).end("s3cret");
const isRevoked = (sid: string): boolean =>
  follower.view.isRevoked({ jti: "j", sub: "u", iat: 1, sid, rvp: 0 }, undefined);

/** Appends to the log, and the feed says nothing of it. */
function revokeUnheard(...keys: readonly string[]): void {
  for (const key of keys) {
    issuer.head += 1;
    issuer.entries.push({ kind: "session", key, pos: issuer.head, expiresAt: Number.MAX_SAFE_INTEGER });
  }
}

test("what the feed leaves out is fetched beside it, on the same connection", async () => {
  revokeUnheard("lost");
  issuer.revoke({ kind: "session", key: "heard" });
  await eventually("both are known", () => isRevoked("lost") && isRevoked("heard"));
  const { gaps, repairs, reconnects } = follower.status();
  assert.deepEqual([gaps >= 1, repairs >= 1, reconnects], [true, true, 0]);
  issuer.revoke({ kind: "session", key: "next" });
  await eventually("the feed goes on", () => isRevoked("next"));
  assert.equal(issuer.resumedFrom.length, 1);
});

test("what cannot be fetched is asked of a new feed", async () => {
  issuer.revoke({ kind: "session", key: "before" });
  await eventually("it is known", () => isRevoked("before"));
  issuer.override.entries = broken;
  revokeUnheard("lost");
  issuer.revoke({ kind: "session", key: "heard" });
  await eventually("both are known", () => isRevoked("lost") && isRevoked("heard"));
  assert.equal(issuer.resumedFrom[1], "e1:1");
  assert.equal(follower.status().repairs, 0);
});

test("a log that is ahead of a feed that says nothing is fetched, a thousand entries at once", async () => {
  revokeUnheard(...Array.from({ length: 2500 }, (_, at) => `s${at}`));
  await eventually("it has caught up", () => follower.view.position === 2500);
  assert.ok(isRevoked("s0") && isRevoked("s1000") && isRevoked("s2499"));
  assert.deepEqual(
    issuer.seen.filter((line) => line.includes(endpoints.entries)),
    [0, 1000, 2000].map((from) => `GET ${endpoints.entries}?after=e1%3A${from}`),
  );
  const { gaps, repairs, reconnects } = follower.status();
  assert.deepEqual([gaps, repairs, reconnects], [0, 1, 0]);
  await eventually("it is live", () => follower.status().state === "live");
});

test("a feed that says nothing time and again is left for a new one", async () => {
  for (let each = 1; each <= 4; each++) {
    revokeUnheard(`s${each}`);
    await eventually("it is known", () => isRevoked(`s${each}`));
  }
  assert.deepEqual([follower.status().repairs >= 3, issuer.resumedFrom[1]], [true, "e1:3"]);
});

const useless: readonly (readonly [rule: string, answer: RequestListener])[] = [
  ["is of another log", sendJson({ epoch: "e2", head: 1, from: 0, to: 1, entries: [] })],
  ["leaves something out", sendJson({ epoch: "e1", head: 9, from: 8, to: 9, entries: [] })],
  ["is behind what it holds", sendJson({ epoch: "e1", head: 0, from: 0, to: 1, entries: [] })],
  ["is no page", sendJson({ epoch: "s3cret" })],
  ["never ends", sendJson({ epoch: "e1", head: 9, from: 0, to: 0, entries: [] })],
];

for (const [rule, answer] of useless) {
  test(`a page that ${rule} is not used, and the feed is asked anew`, async () => {
    issuer.override.entries = answer;
    revokeUnheard("lost");
    await eventually("it is known", () => isRevoked("lost"));
    assert.deepEqual([follower.view.epoch, follower.view.position], ["e1", 1]);
    assert.ok(issuer.resumedFrom.length >= 2);
    assert.doesNotMatch(JSON.stringify(follower.status()), /s3cret/);
  });
}

test("while everything is fetched anew the lease holds, and the state says so", async () => {
  issuer.revoke({ kind: "session", key: "s" });
  await eventually("it is known", () => isRevoked("s"));
  issuer.revoke({ kind: "session", key: "another" });
  await eventually("another is known", () => isRevoked("another"));
  Object.assign(issuer.override, { feed: () => {}, entries: broken });
  Object.assign(issuer, { head: 1, entries: issuer.entries.slice(1) });
  await eventually("it is asked for", () => follower.status().state === "resync");
  assert.deepEqual([follower.lease.read().live, follower.status().resyncs], [true, 1]);
  assert.ok(isRevoked("s"), "nothing is forgotten");
});

test("another log counts as asking for everything again", async () => {
  Object.assign(issuer, { epoch: "e2" });
  await eventually("it is adopted", () => follower.view.epoch === "e2" && follower.status().state === "live");
  assert.equal(follower.status().resyncs, 1);
});
