import assert from "node:assert/strict";
import { test } from "node:test";
import { type TestAuth, testAuth } from "cardea/testing";

const modes = ["stateless", "stateful", "hybrid"] as const;

async function withTestAuth(
  options: Parameters<typeof testAuth>[0],
  work: (t: TestAuth) => Promise<void>,
): Promise<void> {
  const t = await testAuth(options);
  try {
    await work(t);
  } finally {
    await t.close();
  }
}

for (const mode of modes) {
  test(`${mode}: a user is real: the token is judged like any other, and has what was asked for`, () =>
    withTestAuth({ mode }, async (t) => {
      const alice = await t.user({ roles: ["admin"] });
      const verdict = await t.auth.verify(alice.token);
      assert.ok(verdict.ok);
      assert.deepEqual([verdict.claims.sub, verdict.claims.roles], [alice.id, ["admin"]]);
      assert.deepEqual(alice.headers({ accept: "text/plain" }), {
        accept: "text/plain",
        authorization: `Bearer ${alice.token}`,
      });
      const me = await t.auth.fetch(new Request("https://issuer.test/auth/me", { headers: alice.headers() }));
      assert.equal(me.status, 200);
    }));

  test(`${mode}: the clock moves when it is told to, and ends the token`, () =>
    withTestAuth({ mode }, async (t) => {
      const alice = await t.user();
      t.clock.advance("4m");
      assert.equal((await t.auth.verify(alice.token)).ok, true);
      t.clock.advance("1m");
      assert.equal((await t.auth.verify(alice.token)).ok, false);
      assert.throws(() => t.clock.advance(-1), TypeError);
    }));

  test(`${mode}: a revoked user is refused where sessions are looked at, and the others are not`, () =>
    withTestAuth({ mode }, async (t) => {
      const [alice, bob] = [await t.user(), await t.user()];
      await t.revoke(alice);
      assert.equal((await t.auth.verify(alice.token)).ok, mode === "stateless");
      assert.equal((await t.auth.verify(alice.token, { fresh: true })).ok, false);
      assert.equal((await t.auth.verify(bob.token)).ok, true);
      assert.ok(t.events.some(({ type }) => type === "session_ended"));
    }));
}

test("a changed token is refused, and only a JWT can be changed", () =>
  withTestAuth({ mode: "stateless" }, async (t) => {
    const { token } = await t.user();
    const forged = await t.auth.verify(t.tamper(token, { roles: ["root"] }));
    assert.equal(!forged.ok && forged.refusal.code, "bad_signature");
    assert.throws(() => t.tamper("at_opaque", {}), TypeError);
  }));

test("mails wait in the inbox", () =>
  withTestAuth({}, async (t) => {
    const { email } = await t.user();
    const body = JSON.stringify({ email });
    const headers = { "content-type": "application/json" };
    await t.auth.fetch(new Request("https://issuer.test/auth/password/forgot", { method: "POST", headers, body }));
    await t.auth.settled();
    assert.equal(t.inbox.last(email)?.kind, "reset_password");
  }));

test("ASVS-15.2.3: it refuses to load in production", async () => {
  await assert.rejects(testAuth({}, { NODE_ENV: "production" }), { name: "ConfigurationError" });
});

test("what a person is made of is checked", () =>
  withTestAuth({}, async (t) => {
    await assert.rejects(t.user({ email: "nobody" }), TypeError);
    await t.user({ email: "ada@example.com" });
    await assert.rejects(t.user({ email: "ada@example.com" }), /already a user/);
  }));
