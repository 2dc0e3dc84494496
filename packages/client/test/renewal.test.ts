import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, describe, test } from "node:test";
import { type Client, createClient, type State } from "@cardea/client";
import { eventually } from "./support/eventually.ts";
import { ada, count, type Issuer, liveSessions, startIssuer } from "./support/issuer.ts";
import { type OwnedWorld, ownedWorld } from "./support/ownedWorld.ts";

const minute = 60_000;
const refreshes = "POST /auth/refresh";

describe("a session goes on", () => {
  let issuer: Issuer;
  let owned: OwnedWorld;
  let client: Client;
  let heard: State[];
  before(async () => {
    issuer = await startIssuer();
  });
  after(() => issuer.close());
  beforeEach(async () => {
    issuer.requests.length = 0;
    issuer.fates.clear();
    owned = ownedWorld(issuer.clock.now());
    client = createClient({ baseUrl: issuer.url, world: owned.world });
    heard = [];
    client.onChange((state) => heard.push(state));
    await client.signUp(ada);
    await client.signIn(ada);
  });
  afterEach(() => client.close());

  /** Time passes, for both. */
  const pass = (ms: number): void => {
    issuer.clock.advance(ms);
    owned.pass(ms);
  };
  const reasons = (): readonly unknown[] => heard.map(({ reason }) => reason);
  const refreshed = (times: number): Promise<void> =>
    eventually(
      `it is refreshed ${times} times`,
      () => reasons().filter((reason) => reason === "refreshed").length === times,
    );

  test("by the next tokens, when four fifths of the life of the last ones are over", async () => {
    pass(4 * minute - 1);
    assert.equal(count(issuer, refreshes), 0);
    pass(1);
    await refreshed(1);
    pass(4 * minute);
    await refreshed(2);
    assert.equal((await liveSessions(issuer)) > 0, true);
  });

  test("not while nobody sees the page, but as soon as somebody does", async () => {
    owned.hide(true);
    pass(60 * minute);
    await globalThis.fetch(`${issuer.url}/health/live`);
    assert.deepEqual([count(issuer, refreshes), owned.planned()], [0, []]);
    owned.hide(false);
    owned.wake();
    await refreshed(1);
    owned.wake();
    assert.equal(count(issuer, refreshes), 1, "nothing is due");
  });

  test("by one refresh, however many need it at once", async () => {
    owned.hide(true);
    pass(6 * minute);
    const answers = await Promise.all(Array.from({ length: 20 }, () => client.fetch(`${issuer.url}/me`)));
    assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([200]));
    assert.equal(count(issuer, refreshes), 1);
  });

  test("after an answer that was lost: the same token is sent again, and no second family begins", async () => {
    const sessions = await liveSessions(issuer);
    issuer.fates.set("/auth/refresh", ["lost", "lost"]);
    const done = client.refresh();
    for (const wait of [500, 2000]) {
      await eventually("the next try is planned", () => owned.planned().includes(wait));
      pass(wait);
    }
    assert.equal((await done).data?.status, "signed_in");
    assert.equal(count(issuer, refreshes), 3);
    assert.equal(await liveSessions(issuer), sessions);
    assert.equal((await client.refresh()).data?.status, "signed_in");
    assert.ok(!issuer.events.some(({ type }) => type === "refresh_reused"));
  });

  test("while the issuer is away: nobody is signed out, and waits grow until it is back", async () => {
    await issuer.leave();
    const waits: number[] = [];
    for (let failure = 1; failure <= 3; failure++) {
      const done = client.refresh();
      for (const wait of [500, 2000]) {
        await eventually("the next try is planned", () => owned.planned().includes(wait));
        owned.pass(wait);
      }
      assert.equal((await done).error?.code, "network_failure");
      waits.push(...owned.planned());
    }
    assert.deepEqual(waits, [2000, 4000, 8000]);
    await eventually("it is told once", () => reasons().filter((reason) => reason === "offline").length === 1);
    assert.equal(client.state.status, "signed_in");
    await issuer.comeBack();
    owned.wake();
    await refreshed(1);
  });

  for (const [status, code] of [
    [503, "temporarily_unavailable"],
    [429, "rate_limited"],
    [500, "internal_error"],
  ] as const) {
    test(`after ${status}: nobody is signed out, and it is tried again when the issuer says`, async () => {
      const body = JSON.stringify({ code });
      issuer.fates.set("/auth/refresh", [{ status, headers: { "retry-after": "77" }, body }]);
      const { error } = await client.refresh();
      assert.deepEqual([error?.code, error?.retryAfterSeconds], [code, 77]);
      assert.deepEqual(owned.planned(), [77_000]);
      pass(77_000);
      await refreshed(1);
    });
  }

  for (const [what, body] of [
    ["a page of the network", "<html>Sign in to the hotel</html>"],
    ["no tokens", "{}"],
    ["JSON of somebody else", "[7]"],
  ] as const) {
    test(`after ${what} in the issuer's place: nobody is signed out`, async () => {
      issuer.fates.set("/auth/refresh", [{ status: 200, body }]);
      assert.equal((await client.refresh()).error?.code, "unexpected_answer");
      assert.equal(client.state.status, "signed_in");
      assert.equal((await client.refresh()).data?.status, "signed_in");
    });
  }

  test("until the session is revoked: only then tokens are forgotten", async () => {
    const { data } = await client.me();
    assert.ok(data?.session);
    const other = createClient({ baseUrl: issuer.url, world: owned.world });
    await other.signIn(ada);
    await other.sessions.revoke(data.session.id);
    other.close();
    assert.equal((await client.me()).error?.code, "invalid_token");
    await eventually("it is told", () => reasons().includes("revoked"));
    assert.equal(await client.accessToken(), undefined);
    const before = count(issuer, refreshes);
    owned.wake();
    pass(10 * minute);
    assert.equal(count(issuer, refreshes), before, "nothing is left to refresh");
  });

  test("until it has expired, which has another name", async () => {
    owned.hide(true);
    pass(15 * 24 * 60 * minute);
    owned.hide(false);
    owned.wake();
    await eventually("it is told", () => reasons().includes("expired"));
  });

  test("until a stolen token is used: the theft comes to light, and the session is over for both", async () => {
    const stolen: string[] = [];
    const fetch = async (input: string | URL | Request, init?: RequestInit): Promise<Response> => {
      stolen.push(JSON.parse(String(init?.body ?? "{}")).refresh_token);
      return globalThis.fetch(input, init);
    };
    const victim = createClient({ baseUrl: issuer.url, world: { ...owned.world, fetch } });
    await victim.signIn(ada);
    await victim.refresh();
    issuer.clock.advance(31_000);
    const headers = { "content-type": "application/json" };
    const body = JSON.stringify({ refresh_token: stolen.at(-1) });
    assert.equal((await globalThis.fetch(`${issuer.url}/refresh`, { method: "POST", headers, body })).status, 401);
    await victim.refresh();
    assert.deepEqual([victim.state.status, victim.state.reason], ["signed_out", "revoked"]);
    assert.equal(issuer.events.filter(({ type }) => type === "refresh_reused").length, 1);
    victim.close();
  });

  for (const [whose, ms] of [
    ["five hours ahead", 5 * 60 * minute],
    ["five hours behind", -5 * 60 * minute],
  ] as const) {
    test(`with a clock that is ${whose}: lives are counted, not compared`, async () => {
      const skewed = ownedWorld(issuer.clock.now() + ms);
      const other = createClient({ baseUrl: issuer.url, world: skewed.world });
      await other.signIn(ada);
      assert.deepEqual(skewed.planned(), [4 * minute]);
      issuer.requests.length = 0;
      await other.fetch(`${issuer.url}/me`);
      assert.equal(count(issuer, refreshes), 0);
      assert.ok(Math.abs(other.issuerTime() - Date.now()) < 10 * minute, "the issuer's time is known");
      other.close();
    });
  }

  test("after somebody has set the clock back: a token that is refused is replaced", async () => {
    owned.hide(true);
    owned.setClockBy(-60 * minute);
    pass(6 * minute);
    const response = await client.fetch(`${issuer.url}/me`);
    assert.equal(response.status, 200);
    assert.equal(count(issuer, refreshes), 1);
  });
});
