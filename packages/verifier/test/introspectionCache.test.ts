import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { createVerifier, unchecked, type Verifier, type VerifierOptions } from "@cardea/verifier";
import { endpoints } from "@cardea/verifier/wire";
import { createIntrospectionCache } from "../src/introspectionCache.ts";
import { refused } from "../src/verdict.ts";
import { eventually } from "./support/eventually.ts";
import { type FakeIssuer, startFakeIssuer } from "./support/fakeIssuer.ts";
import { type FakeWorld, fakeWorld } from "./support/fakeWorld.ts";
import { sendJson } from "./support/loopback.ts";
import { accessToken, audience, claimsAt, verifyingKey } from "./support/tokens.ts";

let issuer: FakeIssuer;
let world: FakeWorld;
let verifier: Verifier;
const inactive = sendJson({ active: false });

beforeEach(async () => {
  issuer = await startFakeIssuer();
  world = fakeWorld();
  verifier = open("10s");
  answerActive();
});

afterEach(async () => {
  await verifier.close();
  await issuer.close();
});

function open(
  introspectionCache: NonNullable<VerifierOptions["introspectionCache"]>,
  revocation: VerifierOptions["revocation"] = unchecked,
): Verifier {
  return createVerifier({
    issuer: issuer.url,
    audience,
    keys: verifyingKey,
    credentials: { id: "svc", secret: "s3cret" },
    revocation,
    opaqueTokens: "introspect",
    introspectionCache,
    world: world.parts,
  });
}

function answerActive(change: object = {}): void {
  issuer.override.introspect = sendJson({
    active: true,
    token_type: "Bearer",
    ...claimsAt(world.wall),
    iss: issuer.url,
    ...change,
  });
}

async function judged(token = "opaque", judge: Pick<Verifier, "authenticate"> = verifier): Promise<string> {
  const verdict = await judge.authenticate(token);
  return verdict.ok ? `accepted, ${verdict.stalenessMs} ms old` : verdict.refusal.code;
}

const asked = (): number => issuer.seen.filter((line) => line.includes(endpoints.introspect)).length;

test("an answer serves again for as long as was said, tells its age, and not a moment more", async () => {
  assert.equal(await judged(), "accepted, 0 ms old");
  issuer.override.introspect = inactive;
  world.pass(9999);
  assert.deepEqual([await judged(), asked()], ["accepted, 9999 ms old", 1]);
  world.pass(1);
  assert.deepEqual([await judged(), asked()], ["inactive_token", 2]);
});

test("an answer's age counts from the question, so a slow answer is not younger", async () => {
  const slow = issuer.override.introspect;
  issuer.override.introspect = (request, response) => {
    world.pass(6000);
    slow?.(request, response);
  };
  await judged();
  world.pass(4000);
  await judged();
  assert.equal(asked(), 2);
});

test("an answer outlives no token", async () => {
  answerActive({ exp: world.wall / 1000 + 1 });
  await judged();
  world.pass(6000);
  assert.equal(await judged(), "expired");
});

test("a no is kept as well, and no answer is not", async () => {
  issuer.override.introspect = inactive;
  await judged();
  await judged();
  assert.equal(asked(), 1);
  issuer.override.introspect = (_, response) => response.writeHead(500).end();
  assert.equal(await judged("other"), "introspection_unavailable");
  answerActive();
  assert.equal(await judged("other"), "accepted, 0 ms old");
});

test("what says nothing of the token is no answer either", async () => {
  issuer.override.introspect = sendJson({ active: "yes" });
  assert.equal(await judged(), "introspection_unavailable");
  answerActive();
  assert.equal(await judged(), "accepted, 0 ms old");
});

/** A verifier with a live view, and one answer in its cache. */
async function openWithView(maxStaleness: "1s" | "1h", rvp?: number): Promise<void> {
  await verifier.close();
  answerActive({ rvp });
  verifier = open("60s", { maxStaleness });
  await verifier.ready();
  assert.equal(await judged(), "accepted, 0 ms old");
  issuer.override.introspect = inactive;
}

test("an answer that a revocation of the view may contradict does not serve again", async () => {
  await openWithView("1h", 0);
  issuer.revoke({ kind: "session", key: "another" });
  await eventually("the view has heard of it", () => verifier.revocation.position === 1);
  assert.deepEqual([await judged(), asked()], ["accepted, 0 ms old", 1], "another session's end is nothing to it");
  issuer.revoke({ kind: "session", key: "s" });
  await eventually("the view has heard of it", () => verifier.revocation.position === 2);
  assert.deepEqual([await judged(), asked()], ["inactive_token", 2]);
});

test("a token of a person whose older tokens were revoked is the issuer's to judge, each time", async () => {
  await openWithView("1h");
  answerActive({ rvp: undefined });
  issuer.revoke({ kind: "subject", key: "u" });
  await eventually("the view has heard of it", () => verifier.revocation.position === 1);
  for (const questions of [2, 3]) assert.deepEqual([await judged(), asked()], ["accepted, 0 ms old", questions]);
});

test("no answer serves again while the view is stale: what was revoked may have passed it by", async () => {
  await openWithView("1s");
  issuer.override.head = (_, response) => response.writeHead(500).end();
  world.pass(1000);
  assert.equal(verifier.revocation.state, "stale");
  assert.deepEqual([await judged(), asked()], ["inactive_token", 2]);
});

const boundless = { cacheMs: 10_000, clockToleranceMs: 0, stillHolds: () => true };

test("an answer that was long on its way replaces none to a later question", () => {
  const cache = createIntrospectionCache({ ...boundless, world });
  const later = refused("inactive_token");
  cache.keep("t", { verdict: later, askedAt: world.mono });
  cache.keep("t", { verdict: refused("wrong_audience"), askedAt: world.mono - 1 });
  assert.equal(cache.find("t"), later);
});

test("a fresh route takes no answer that was given before", async () => {
  await judged();
  issuer.override.introspect = inactive;
  assert.equal(await judged("opaque", verifier.route({ fresh: true })), "inactive_token");
  assert.equal(await judged(), "inactive_token", "and what it heard is news for everybody");
});

test("a fresh route asks again about a JWT that it asked about before", async () => {
  const route = verifier.route({ fresh: true });
  const jwt = accessToken(world.wall, { iss: issuer.url });
  assert.equal(await judged(jwt, route), "accepted, 0 ms old");
  issuer.override.introspect = inactive;
  assert.equal(await judged(jwt, route), "inactive_token");
});

test("each token has its own answer", async () => {
  await judged("one");
  issuer.override.introspect = inactive;
  assert.deepEqual([await judged("two"), await judged("one")], ["inactive_token", "accepted, 0 ms old"]);
});

test("a flood of tokens takes no more room than ten thousand answers", () => {
  const cache = createIntrospectionCache({ ...boundless, world });
  const answer = { verdict: refused("inactive_token"), askedAt: world.mono };
  for (let each = 0; each <= 10_000; each++) cache.keep(`t${each}`, answer);
  assert.equal(cache.find("t0"), undefined, "the oldest gave way");
  assert.ok(cache.find("t1") && cache.find("t10000"));
});

test("without a cache every question is asked", async () => {
  await verifier.close();
  verifier = open("0s");
  await judged();
  await judged();
  assert.equal(asked(), 2);
});
