import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { type Accepted, createVerifier, unchecked, type Verifier, type VerifierOptions } from "@cardea/verifier";
import { eventually } from "./support/eventually.ts";
import { type FakeIssuer, startFakeIssuer } from "./support/fakeIssuer.ts";
import { type FakeWorld, fakeWorld } from "./support/fakeWorld.ts";
import { accessToken, audience } from "./support/tokens.ts";

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

async function accepted(change: object = {}): Promise<Accepted> {
  const verdict = await verifier.authenticate(accessToken(world.wall, { iss: issuer.url, rvp: 0, ...change }));
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
