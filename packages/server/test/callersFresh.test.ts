import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { openBrowser } from "./support/browser.ts";
import { type CheckedIssuer, startCheckedIssuer } from "./support/checkedIssuer.ts";
import { type Answer, newPerson } from "./support/issuer.ts";
import { worldAt } from "./support/mailbox.ts";

const modes = ["stateless", "stateful", "hybrid"] as const;

const changeEmail = (issuer: CheckedIssuer, bearer: string): Promise<Answer> =>
  issuer.post("/email/change", { email: "new@example.org" }, bearer);

for (const mode of modes) {
  describe(`${mode}: what asks for a fresh sign-in`, () => {
    test("ASVS-7.5.1: is refused once the person proved too long ago who they are, and says how long it may be (RFC 9470)", async () => {
      const clock = { ms: 1_800_000_000_000 };
      const issuer = await startCheckedIssuer({ mode, world: worldAt(clock), access: { ttl: "1h" } });
      const { bearer } = await newPerson(issuer);
      clock.ms += 600_000;
      assert.equal((await changeEmail(issuer, bearer)).status, 202);
      clock.ms += 1000;
      const answers = [
        await changeEmail(issuer, bearer),
        await issuer.send("/me", { method: "DELETE", headers: { authorization: bearer } }),
      ];
      for (const { status, body, headers } of answers) {
        assert.deepEqual([status, body.code, body.max_age], [401, "reauthentication_required", 600]);
        assert.match(
          headers.get("www-authenticate") ?? "",
          /^Bearer error="insufficient_user_authentication", error_description="[^"]+", max_age="600"$/,
        );
      }
      assert.equal((await issuer.get("/me", bearer)).status, 200);
      const told = issuer.events.filter((event) => event.type === "access_refused");
      assert.deepEqual(
        told.map((event) => event.type === "access_refused" && event.reason),
        ["reauthentication_required", "reauthentication_required"],
      );
      await issuer.close();
    });

    test("NIST-S7, CS-AU4: refreshing does not make it fresh; the password does, with another session and another token", async () => {
      const clock = { ms: 1_800_000_000_000 };
      const issuer = await startCheckedIssuer({ mode, world: worldAt(clock), access: { ttl: "1h" } });
      const { refresh, password } = await newPerson(issuer);
      clock.ms += 700_000;
      const refreshed = `Bearer ${(await issuer.post("/refresh", { refresh_token: refresh })).body.access_token}`;
      assert.equal((await changeEmail(issuer, refreshed)).body.code, "reauthentication_required");
      const wrong = await issuer.post("/reauthenticate", { password: "not the phrase" }, refreshed);
      assert.deepEqual([wrong.status, wrong.body.code], [401, "invalid_credentials"]);
      const proven = await issuer.post("/reauthenticate", { password }, refreshed);
      assert.equal(proven.status, 200);
      const bearer = `Bearer ${proven.body.access_token}`;
      assert.equal((await changeEmail(issuer, bearer)).status, 202);
      const [before, now] = [await issuer.get("/me", refreshed), await issuer.get("/me", bearer)];
      assert.notEqual(Object(now.body.claims).sid, Object(before.body.claims).sid);
      assert.equal(before.status, mode === "stateless" ? 200 : 401);
      await issuer.close();
    });

    test("asks the store: a token whose session has ended is refused there in every mode", async () => {
      const issuer = await startCheckedIssuer({ mode });
      const { bearer } = await newPerson(issuer);
      await issuer.post("/sign-out", undefined, bearer);
      const answer = await changeEmail(issuer, bearer);
      assert.deepEqual([answer.status, answer.body.code], [401, "invalid_token"]);
      assert.ok(issuer.events.some(({ type }) => type === "token_refused"));
      await issuer.close();
    });
  });
}

describe("a caller's address and program", () => {
  test("ASVS-15.3.4, ASVS-4.1.3: are told to the audit trail from the socket, not from what the caller claims", async () => {
    const issuer = await startCheckedIssuer({ trustProxy: 0 });
    const { email, password } = await newPerson(issuer);
    const headers = {
      "content-type": "application/json",
      "user-agent": "Mozilla/5.0 (X11; Linux x86_64; rv:125.0) Gecko/20100101 Firefox/125.0",
      "x-forwarded-for": "203.0.113.9",
      forwarded: "for=203.0.113.9",
      "x-real-ip": "203.0.113.9",
      "x-request-id": "chosen-by-caller",
    };
    const { body } = await issuer.send("/sign-in", {
      method: "POST",
      headers,
      body: JSON.stringify({ email, password }),
    });
    const { sessions } = (await issuer.get("/sessions", `Bearer ${body.access_token}`)).body;
    const own = (sessions as readonly Record<string, unknown>[]).find(({ current }) => current);
    assert.equal(own?.device, "Firefox on Linux");
    assert.match(String(own?.address), /^(?:127\.0\.0\.1|::1)$/);
    const { activity } = (await issuer.get("/me/activity", `Bearer ${body.access_token}`)).body;
    const [signedIn] = activity as readonly Record<string, unknown>[];
    assert.deepEqual([signedIn?.type, signedIn?.device, signedIn?.outcome], ["signed_in", "Firefox on Linux", "done"]);
    assert.ok(!JSON.stringify([sessions, activity]).includes("203.0.113.9"));
    await issuer.close();
  });

  test("whatever a framework passes beside the request, only a text is an address", async () => {
    const issuer = await startCheckedIssuer();
    for (const connection of [
      undefined,
      {},
      { address: { address: "203.0.113.9" } },
      { address: 1 },
      { incoming: {} },
    ]) {
      const request = new Request(`${issuer.url}/health/live`);
      const response = await Reflect.apply(issuer.auth.fetch, undefined, [request, connection]);
      assert.equal(response.status, 200);
    }
    await issuer.close();
  });

  test("each answer has an identifier of its own, which the caller cannot choose", async () => {
    const issuer = await startCheckedIssuer();
    const ids = new Set<string | null>();
    for (let at = 0; at < 20; at += 1) {
      const { headers } = await issuer.send("/me", { headers: { "x-request-id": "chosen" } });
      ids.add(headers.get("x-request-id"));
    }
    assert.equal(ids.size, 20);
    assert.ok(!ids.has("chosen"));
    await issuer.close();
  });
});

test("too many attempts are a 429 that says when to come back, for bearer and cookie clients alike", async () => {
  const issuer = await startCheckedIssuer();
  const { email } = await newPerson(issuer);
  const attempt = { email, password: "not the phrase at all" };
  let last = await issuer.post("/sign-in", attempt);
  for (let at = 0; at < 40 && last.status === 401; at += 1) last = await issuer.post("/sign-in", attempt);
  assert.deepEqual([last.status, last.body.code], [429, "rate_limited"]);
  assert.match(last.headers.get("retry-after") ?? "", /^[1-9]\d*$/);
  assert.match(last.headers.get("ratelimit-policy") ?? "", /^"\w+";q=\d+;w=\d+$/);
  const byCookie = await openBrowser(issuer).post("/sign-in", { ...attempt, transport: "cookie" });
  assert.deepEqual([byCookie.status, byCookie.headers.getSetCookie()], [429, []]);
  await issuer.close();
});
