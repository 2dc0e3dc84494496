import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { exportSecretJwk, importSecretJwk } from "@cardea/jwt";
import { type Accepted, createVerifier, unchecked, type Verifier, type VerifierOptions } from "@cardea/verifier";
import { eventually } from "./support/eventually.ts";
import { type FakeIssuer, startFakeIssuer } from "./support/fakeIssuer.ts";
import { type FakeWorld, fakeWorld } from "./support/fakeWorld.ts";
import { sendJson } from "./support/loopback.ts";
import { accessToken, audience, claimsAt, signingKey } from "./support/tokens.ts";

let issuer: FakeIssuer;
let world: FakeWorld;
let verifier: Verifier;
let ended: string[];

beforeEach(async () => {
  issuer = await startFakeIssuer();
  world = fakeWorld();
  ended = [];
});

afterEach(async () => {
  await verifier.close();
  await issuer.close();
});

async function open(change: Partial<VerifierOptions> = {}): Promise<void> {
  const credentials = { id: "svc", secret: "s3cret" };
  verifier = createVerifier({
    issuer: issuer.url,
    audience,
    credentials,
    revocation: { maxStaleness: "1h" },
    world: world.parts,
    ...change,
  });
  await verifier.ready();
}

async function accepted(change: object = {}, route: Pick<Verifier, "authenticate"> = verifier): Promise<Accepted> {
  const verdict = await route.authenticate(accessToken(world.wall, { iss: issuer.url, rvp: 0, ...change }));
  assert.ok(verdict.ok);
  return verdict;
}

const watch = (name: string, token: Accepted): (() => void) =>
  verifier.watch(token, ({ code }) => ended.push(`${name}: ${code}`));

test("a token that is revoked ends, once, and no other with it", async () => {
  await open();
  watch("ada", await accepted({ sid: "s1" }));
  watch("bob", await accepted({ sid: "s2" }));
  issuer.revoke({ kind: "session", key: "s1" });
  await eventually("it has ended", () => ended.length > 0);
  issuer.revoke({ kind: "session", key: "s1" });
  issuer.revoke({ kind: "subject", key: "nobody" });
  await eventually("the view has moved on", () => verifier.revocation.position === 3);
  assert.deepEqual(ended, ["ada: revoked"]);
});

test("a token of a revoked key ends", async () => {
  await open();
  watch("ada", await accepted());
  issuer.revoke({ kind: "key", key: "k1" });
  await eventually("it has ended", () => ended.length > 0);
  assert.deepEqual(ended, ["ada: revoked"]);
});

test("a token that does not name the revoked key that signed it ends, also where the issuer was asked", async () => {
  await open();
  const { kid: _, ...nameless } = exportSecretJwk(signingKey);
  const key = importSecretJwk(nameless);
  assert.ok(key.kind === "private" && key.kid === undefined);
  const token = accessToken(world.wall, { iss: issuer.url, rvp: 0 }, { key });
  issuer.override.introspect = sendJson({ active: true, ...claimsAt(world.wall), iss: issuer.url });
  for (const [name, route] of [
    ["ada", verifier],
    ["bob", verifier.route({ fresh: true })],
  ] as const) {
    const verdict = await route.authenticate(token);
    assert.ok(verdict.ok);
    watch(name, verdict);
  }
  issuer.revoke({ kind: "key", key: "k1" });
  await eventually("both have ended", () => ended.length === 2);
  assert.deepEqual(ended, ["ada: revoked", "bob: revoked"]);
});

test("a token ends when the view learns of its revocation later, at a position where it has been before", async () => {
  await open();
  watch("ada", await accepted({ sid: "s1" }));
  issuer.head = 1;
  const frame = { epoch: issuer.epoch, from: 0, to: 1 };
  issuer.say({ type: "frame", frame: { ...frame, entries: [] } });
  await eventually("the view has moved", () => verifier.revocation.position === 1);
  world.pass(1000);
  watch("end", await accepted({ exp: world.wall / 1000 + 1 }));
  world.pass(6000);
  await eventually("all were looked at", () => ended.length > 0);
  const entry = { kind: "session", key: "s1", pos: 1, expiresAt: Number.MAX_SAFE_INTEGER } as const;
  issuer.say({ type: "frame", frame: { ...frame, entries: [entry] } });
  await eventually("it has ended", () => ended.length > 1);
  assert.deepEqual(ended, ["end: expired", "ada: revoked"]);
});

test("what was revoked between the verdict and the watch ends as well", async () => {
  await open();
  const token = await accepted();
  issuer.revoke({ kind: "token", key: "j" });
  await eventually("the view knows", () => verifier.revocation.position === 1);
  watch("ada", token);
  await eventually("it has ended", () => ended.length > 0);
  assert.deepEqual(ended, ["ada: revoked"]);
});

test("a token that expires ends, with the tolerance that every check has", async () => {
  await open({ revocation: unchecked });
  watch("ada", await accepted());
  watch("bob", await accepted({ exp: world.wall / 1000 + 600 }));
  world.pass(305_000);
  await eventually("it has ended", () => ended.length > 0);
  assert.deepEqual(ended, ["ada: expired"]);
});

test("a view that becomes stale ends every token where it denies them, and none where it allows them", async () => {
  for (const [whenStale, expected] of [
    ["deny", ["ada: stale_view"]],
    ["allow", []],
  ] as const) {
    ended = [];
    await open({ revocation: { maxStaleness: "5s", whenStale } });
    watch("ada", await accepted());
    watch("end", await accepted({ exp: world.wall / 1000 + 10 }));
    issuer.override.head = (_, response) => response.writeHead(500).end();
    world.pass(whenStale === "deny" ? 5000 : 20_000);
    await eventually("something has ended", () => ended.length > 0);
    assert.deepEqual(
      ended.filter((name) => name.startsWith("ada")),
      expected,
    );
    delete issuer.override.head;
    await verifier.close();
  }
});

test("whether a stale view ends a token is said by the route that accepted it", async () => {
  for (const whenStale of ["deny", "allow"] as const) {
    ended = [];
    await open({ revocation: { maxStaleness: "5s", whenStale } });
    for (const rules of [{ whenStale: "allow" }, { whenStale: "deny" }] as const) {
      watch(rules.whenStale, await accepted({}, verifier.route(rules)));
    }
    issuer.override.head = (_, response) => response.writeHead(500).end();
    world.pass(5000);
    await eventually("something has ended", () => ended.length > 0);
    assert.deepEqual(ended, ["deny: stale_view"]);
    delete issuer.override.head;
    await verifier.close();
  }
});

test("who stops watching hears nothing more", async () => {
  await open();
  const stop = watch("ada", await accepted());
  watch("bob", await accepted());
  stop();
  issuer.revoke({ kind: "all", key: "" });
  await eventually("the other has ended", () => ended.length > 0);
  assert.deepEqual(ended, ["bob: revoked"]);
});

test("who is stopped by another's end hears nothing more, even if both end at once", async () => {
  await open();
  verifier.watch(await accepted(), ({ code }) => {
    ended.push(`ada: ${code}`);
    stopBob();
  });
  const stopBob = watch("bob", await accepted());
  watch("cleo", await accepted());
  issuer.revoke({ kind: "all", key: "" });
  await eventually("the last has ended", () => ended.includes("cleo: revoked"));
  assert.deepEqual(ended, ["ada: revoked", "cleo: revoked"]);
});

test("only what this verifier accepted can be watched", async () => {
  await open();
  const { ok, claims, checked } = await accepted();
  assert.throws(
    () => watch("copy", { ok, claims, checked, stalenessMs: 0 }),
    /what authenticate\(\) or a guard accepted/,
  );
});
