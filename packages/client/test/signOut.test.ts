import assert from "node:assert/strict";
import { after, before, beforeEach, describe, test } from "node:test";
import { type Client, type ClientWorld, createClient, type StorageAdapter } from "@cardea/client";
import { ada, count, haveAccounts, type Issuer, liveSessions, startIssuer } from "./support/issuer.ts";

const away = { status: 503, body: '{"code":"temporarily_unavailable"}' };
const refused = { status: 401, headers: { "www-authenticate": "Bearer" }, body: '{"code":"invalid_token"}' };

describe("sign-out", () => {
  let issuer: Issuer;
  before(async () => {
    issuer = await startIssuer();
    await haveAccounts(issuer, ada);
  });
  after(() => issuer.close());
  beforeEach(() => {
    issuer.requests.length = 0;
    issuer.fates.clear();
  });

  async function signedIn(): Promise<Client> {
    const client = createClient({ baseUrl: issuer.url });
    await client.signIn(ada);
    return client;
  }

  test("with a token that is refused and cannot be replaced now: the session ends by its refresh token", async () => {
    const client = await signedIn();
    const sessions = await liveSessions(issuer);
    issuer.clock.advance(6 * 60_000);
    issuer.fates.set("/auth/refresh", [away]);
    const { data } = await client.signOut();
    assert.match(data?.position ?? "", /:\d+$/);
    assert.equal(await liveSessions(issuer), sessions - 1);
    assert.deepEqual([client.state.status, client.state.reason], ["signed_out", "signed_out"]);
    client.close();
  });

  test("that nothing can do now says so: tokens are forgotten, and the session may go on", async () => {
    const client = await signedIn();
    const sessions = await liveSessions(issuer);
    issuer.fates.set("/auth/sign-out", [refused]);
    issuer.fates.set("/auth/refresh", [away]);
    issuer.fates.set("/auth/revoke", [away]);
    assert.equal((await client.signOut()).error?.code, "temporarily_unavailable");
    assert.equal(await liveSessions(issuer), sessions);
    assert.equal(client.state.status, "signed_out");
    client.close();
  });

  test("of all sessions is no success while the others go on", async () => {
    const client = await signedIn();
    issuer.fates.set("/auth/sessions/revoke-all", [refused]);
    issuer.fates.set("/auth/refresh", [away]);
    assert.equal((await client.signOut({ everywhere: true })).error?.code, "invalid_token");
    assert.equal(client.state.status, "signed_out");
    client.close();
  });

  /** Answers of an issuer to a page that has cookies. */
  const cookieWorld = (answers: Readonly<Record<string, number>>, asked: string[]): Partial<ClientWorld> => ({
    storage: () => undefined,
    fetch: async (input) => {
      const { pathname } = new URL(String(input));
      asked.push(pathname);
      const status = answers[pathname] ?? 404;
      const code = status === 401 ? "missing_token" : "temporarily_unavailable";
      return status === 204 ? new Response(null, { status }) : Response.json({ code }, { status });
    },
  });
  for (const [what, status, expected] of [
    ["ends the session", 204, { data: { position: undefined } }],
    ["is done when there is none", 401, { data: {} }],
  ] as const) {
    test(`in cookies asks the issuer while nothing is known, and ${what}`, async () => {
      const asked: string[] = [];
      const world = cookieWorld({ "/auth/refresh": 503, "/auth/sign-out": status }, asked);
      const client = createClient({ baseUrl: "https://app.example.com/auth", storage: "cookie", world });
      assert.equal((await client.ready()).status, "loading");
      assert.deepEqual(await client.signOut(), expected);
      assert.deepEqual(asked, ["/auth/refresh", "/auth/sign-out"]);
      assert.equal(client.state.status, "signed_out");
      client.close();
    });
  }

  test("in cookies stays what it was when the issuer cannot tell", async () => {
    const asked: string[] = [];
    const world = cookieWorld({ "/auth/refresh": 503, "/auth/sign-out": 503 }, asked);
    const client = createClient({ baseUrl: "https://app.example.com/auth", storage: "cookie", world });
    assert.equal((await client.signOut()).error?.code, "temporarily_unavailable");
    assert.equal(client.state.status, "loading");
    client.close();
  });

  test("leaves nothing in a place that is full by then, and is an object of a class", async () => {
    class Place implements StorageAdapter {
      readonly texts = new Map<string, string>();
      isFull = false;
      get(key: string): string | undefined {
        return this.texts.get(key);
      }
      set(key: string, value: string): void {
        if (this.isFull) throw new Error("full");
        this.texts.set(key, value);
      }
      remove(key: string): void {
        this.texts.delete(key);
      }
    }
    const storage = new Place();
    const client = createClient({ baseUrl: issuer.url, storage });
    await client.signIn(ada);
    assert.equal(storage.texts.size, 1);
    storage.isFull = true;
    await client.signOut();
    assert.equal(storage.texts.size, 0);
    assert.equal(count(issuer, "POST /auth/sign-out"), 1);
    client.close();
  });
});
