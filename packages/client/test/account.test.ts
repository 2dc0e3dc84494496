import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, describe, test } from "node:test";
import { type Client, type ClientWorld, createClient, type StorageAdapter } from "@cardea/client";
import { eventually } from "./support/eventually.ts";
import { ada, count, haveAccounts, type Issuer, startIssuer } from "./support/issuer.ts";

const bob = { email: "bob@example.com", password: "quite another phrase of words" };
const minute = 60_000;

describe("another tab signs in as somebody else", () => {
  let issuer: Issuer;
  let client: Client;
  let other: Client;
  let clock: number;
  let seen: (string | undefined)[];
  /** Is done once, after the issuer has answered this path and before the client hears it. */
  let between: { readonly path: string; readonly work: () => Promise<unknown> } | undefined;

  before(async () => {
    issuer = await startIssuer();
    await haveAccounts(issuer, ada, bob);
  });
  after(() => issuer.close());
  beforeEach(async () => {
    clock = issuer.clock.now();
    seen = [];
    issuer.requests.length = 0;
    issuer.others.set("/orders", (request, response) => {
      seen.push(request.headers.authorization);
      response.writeHead(401, { "www-authenticate": "Bearer" }).end("{}");
    });
    const texts = new Map<string, string>();
    const storage: StorageAdapter = {
      get: (key) => texts.get(key),
      set: (key, value) => void texts.set(key, value),
      remove: (key) => void texts.delete(key),
    };
    const fetch: ClientWorld["fetch"] = async (input, init) => {
      const response = await globalThis.fetch(input, init);
      const { path, work } = between ?? {};
      if (path !== undefined && String(input).endsWith(path)) {
        between = undefined;
        await work?.();
      }
      return response;
    };
    const alone = { channel: () => undefined, onWake: () => undefined, now: () => clock };
    client = createClient({ baseUrl: issuer.url, storage, world: { ...alone, fetch } });
    other = createClient({ baseUrl: issuer.url, storage, world: alone });
    await client.signIn(ada);
    await other.ready();
  });
  afterEach(() => {
    between = undefined;
    client.close();
    other.close();
  });

  /** Bob takes the place, and this client hears of it. */
  const bobTakesOver = async (): Promise<void> => {
    await other.signIn(bob);
    await client.refresh();
  };

  test("before the first one's request is sent: it is not sent, and the caller hears why", async () => {
    await other.signIn(bob);
    clock += 6 * minute;
    await assert.rejects(client.fetch(`${issuer.origin}/orders`, { method: "POST" }), {
      name: "TypeError",
      message: /account changed/i,
    });
    assert.deepEqual(seen, []);
    assert.equal(client.state.user?.email, bob.email);
  });

  test("before the first one's request is repeated: the refusal is the caller's", async () => {
    between = { path: "/orders", work: () => other.signIn(bob) };
    const token = await client.accessToken();
    const response = await client.fetch(`${issuer.origin}/orders`, { method: "POST" });
    assert.equal(response.status, 401);
    assert.deepEqual(seen, [`Bearer ${token}`]);
    assert.equal(client.state.user?.email, bob.email);
  });

  test("before the answer to me() arrives: it takes nobody's place", async () => {
    between = { path: "/me", work: bobTakesOver };
    assert.equal((await client.me()).data?.user.email, ada.email);
    assert.equal(client.state.user?.email, bob.email);
    assert.equal((await client.me()).data?.user.email, bob.email);
  });

  test("nobody does, but the tokens are new by the time that me() asks: its answer is heard", async () => {
    const user = { ...client.state.user, roles: ["editor"] };
    issuer.fates.set("/auth/me", [{ status: 200, body: JSON.stringify({ user }) }]);
    clock += 6 * minute;
    await client.me();
    assert.equal(count(issuer, "POST /auth/refresh"), 1);
    assert.deepEqual(client.state.user, user);
  });

  test("in one tab, after the first one's access token has expired: that session ends all the same", async () => {
    const account = await issuer.auth.accounts.find(ada.email);
    assert.ok(account);
    const live = async (): Promise<number> => (await issuer.auth.sessions.list(account.id)).length;
    const sessions = await live();
    issuer.clock.advance(6 * minute);
    assert.ok((await client.signIn(bob)).data);
    await eventually("it has ended", () => count(issuer, "POST /auth/revoke") === 1);
    await eventually("there is one less", async () => (await live()) === sessions - 1);
  });
});
