import assert from "node:assert/strict";
import type { IncomingMessage, ServerResponse } from "node:http";
import { after, afterEach, before, beforeEach, describe, test } from "node:test";
import { type Client, createClient } from "@cardea/client";
import { ada, count, haveAccounts, type Issuer, startIssuer } from "./support/issuer.ts";

const refreshes = "POST /auth/refresh";

describe("fetch", () => {
  let issuer: Issuer;
  let api: Issuer;
  let foreign: Issuer;
  let client: Client;
  let seen: (string | undefined)[];

  const answering =
    (status: number, headers: Readonly<Record<string, string>> = {}) =>
    (request: IncomingMessage, response: ServerResponse): void => {
      seen.push(request.headers.authorization);
      request.resume().on("end", () => response.writeHead(status, headers).end("{}"));
    };

  before(async () => {
    [issuer, api, foreign] = await Promise.all([startIssuer(), startIssuer(), startIssuer()]);
    await haveAccounts(issuer, ada);
  });
  after(() => Promise.all([issuer.close(), api.close(), foreign.close()]));
  beforeEach(async () => {
    seen = [];
    for (const { others, requests } of [issuer, api, foreign]) {
      others.clear();
      requests.length = 0;
    }
    for (const server of [api, foreign]) server.others.set("/orders", answering(200));
    client = createClient({ baseUrl: issuer.url, attachTo: [api.origin] });
    await client.signIn(ada);
    issuer.requests.length = 0;
  });
  afterEach(() => client.close());

  test("sends the token to the issuer's origin and to those of the list", async () => {
    const token = await client.accessToken();
    await client.fetch(`${api.origin}/orders`);
    await client.fetch(new URL("/orders", api.origin));
    await client.fetch(new Request(`${api.origin}/orders`));
    assert.deepEqual(seen, [`Bearer ${token}`, `Bearer ${token}`, `Bearer ${token}`]);
    assert.equal((await client.fetch(`${issuer.url}/me`)).status, 200);
  });

  test("asks the address that it has looked at, though the URL object changes meanwhile", async () => {
    const token = await client.accessToken();
    for (const [first, then] of [
      [api, foreign],
      [foreign, api],
    ] as const) {
      const url = new URL("/orders", first.origin);
      const response = client.fetch(url);
      url.port = new URL(then.origin).port;
      await response;
    }
    assert.deepEqual(seen, [`Bearer ${token}`, undefined]);
    assert.deepEqual([count(api, "GET /orders"), count(foreign, "GET /orders")], [1, 1]);
  });

  test("sends it nowhere else, however much an address looks like a listed one", async () => {
    const { port } = new URL(api.origin);
    const { port: foreignPort } = new URL(foreign.origin);
    for (const address of [
      `${foreign.origin}/orders`,
      `http://localhost:${port}@localhost:${foreignPort}/orders`,
      `http://127.0.0.1:${foreignPort}/orders`,
      `http:\\\\localhost:${foreignPort}\\orders`,
    ]) {
      await client.fetch(address).catch(() => undefined);
    }
    assert.deepEqual(new Set(seen), new Set([undefined]));
  });

  test("follows no redirect with the token, to whatever origin", async () => {
    for (const [server, target] of [
      [foreign, `${foreign.origin}/orders`],
      [api, `${api.origin}/orders`],
    ] as const) {
      api.others.set("/moved", answering(302, { location: target }));
      server.requests.length = 0;
      await assert.rejects(client.fetch(`${api.origin}/moved`));
      assert.equal(count(server, "GET /orders"), 0);
    }
  });

  test("follows one when told to, and leaves the token behind where the platform does", async () => {
    api.others.set("/moved", answering(302, { location: `${foreign.origin}/orders` }));
    assert.equal((await client.fetch(`${api.origin}/moved`, { redirect: "follow" })).status, 200);
    assert.deepEqual(
      seen.map((sent) => sent !== undefined),
      [true, false],
    );
  });

  test("leaves a request alone that has its own authorization, or comes from nobody", async () => {
    await client.fetch(`${api.origin}/orders`, { headers: { Authorization: "Basic abc" } });
    await client.signOut();
    await client.fetch(`${api.origin}/orders`);
    assert.deepEqual(seen, ["Basic abc", undefined]);
  });

  test("keeps headers, method and body of the request", async () => {
    let body = "";
    api.others.set("/orders", (request, response) => {
      assert.deepEqual([request.method, request.headers["x-own"]], ["PUT", "1"]);
      assert.match(request.headers.authorization ?? "", /^Bearer /);
      request.setEncoding("utf8").on("data", (part: string) => {
        body += part;
      });
      request.on("end", () => response.end());
    });
    const init = { method: "PUT", headers: { "x-own": "1" }, body: "an order" };
    await client.fetch(`${api.origin}/orders`, init);
    await client.fetch(new Request(`${api.origin}/orders`, init));
    assert.equal(body, "an orderan order");
  });

  /** Refuses the first token that it sees, and takes the next. */
  const refusingOnce = (challenge: string | undefined): void => {
    let first: string | undefined;
    api.others.set("/orders", (request, response) => {
      first ??= request.headers.authorization;
      const isFirst = request.headers.authorization === first;
      answering(isFirst ? 401 : 200, isFirst && challenge ? { "www-authenticate": challenge } : {})(request, response);
    });
  };

  for (const [what, body] of [
    ["no body", undefined],
    ["a text", "an order"],
    ["bytes", new Uint8Array(9)],
    ["a form", new URLSearchParams({ a: "1" })],
  ] as const) {
    test(`tries once more with the next token, with ${what}`, async () => {
      refusingOnce('Bearer error="invalid_token"');
      const response = await client.fetch(`${api.origin}/orders`, { method: "POST", ...(body && { body }) });
      assert.equal(response.status, 200);
      assert.deepEqual([seen.length, count(issuer, refreshes)], [2, 1]);
    });
  }

  test("a stream is sent once, and the answer is the caller's", async () => {
    refusingOnce('Bearer error="invalid_token"');
    const init = { method: "POST", duplex: "half" } as const;
    const stream = (): ReadableStream => new Blob(["an order"]).stream();
    assert.equal((await client.fetch(`${api.origin}/orders`, { ...init, body: stream() })).status, 401);
    const request = new Request(`${api.origin}/orders`, { ...init, body: "an order" });
    assert.equal((await client.fetch(request)).status, 401);
    assert.deepEqual([seen.length, count(issuer, refreshes)], [2, 0]);
  });

  test("a token that is refused for ever is tried twice", async () => {
    api.others.set("/orders", answering(401, { "www-authenticate": 'Bearer error="invalid_token"' }));
    assert.equal((await client.fetch(`${api.origin}/orders`)).status, 401);
    assert.equal(seen.length, 2);
  });

  for (const [what, status, challenge] of [
    ["another scheme", 401, 'Basic realm="x"'],
    ["no challenge", 401, undefined],
    ["a proof that is asked for", 401, 'Bearer error="insufficient_user_authentication", max_age="60"'],
    ["a scope that is missing", 403, 'Bearer error="insufficient_scope"'],
  ] as const) {
    test(`does not refresh for ${what}, which no other token would change`, async () => {
      api.others.set("/orders", answering(status, challenge ? { "www-authenticate": challenge } : {}));
      assert.equal((await client.fetch(`${api.origin}/orders`)).status, status);
      assert.deepEqual([seen.length, count(issuer, refreshes)], [1, 0]);
    });
  }

  test("is a failure of the network where there is one", async () => {
    await assert.rejects(client.fetch("http://localhost:1/orders"), TypeError);
  });
});

describe("options", () => {
  const baseUrl = "https://app.example.com/auth";

  test("an unknown one is an error", () => {
    const options = { baseUrl, attachedTo: [] };
    assert.throws(() => createClient(options), /no option "attachedTo"/);
  });

  for (const origin of [
    "https://api.example.com/",
    "https://api.example.com/v1",
    "https://API.example.com",
    "https://*.example.com",
    "http://api.example.com",
    "http://localhost.example.com",
    "https://api.example.com:443",
    "null",
    "*",
    "",
    "data:text/plain,",
  ]) {
    test(`attachTo does not take ${JSON.stringify(origin)}`, () => {
      assert.throws(() => createClient({ baseUrl, attachTo: [origin] }), TypeError);
    });
  }

  for (const origin of [
    "https://api.example.com",
    "https://api.example.com:8443",
    "http://localhost:3000",
    "http://[::1]",
  ]) {
    test(`attachTo takes ${origin}`, () => {
      assert.equal(createClient({ baseUrl, attachTo: [origin] }).state.status, "loading");
    });
  }

  test("a relative URL needs a page, and asks nobody without one", async () => {
    const asked: string[] = [];
    const fetch = async (input: string | URL | Request): Promise<Response> => {
      asked.push(String(input));
      throw new TypeError("no network");
    };
    const onServer = createClient({ baseUrl: "/auth", world: { fetch, pageUrl: () => undefined } });
    assert.equal((await onServer.signIn(ada)).error?.code, "network_failure");
    const onPage = createClient({
      baseUrl: "/auth/",
      world: { fetch, pageUrl: () => "https://app.example.com/a/b?c" },
    });
    assert.equal((await onPage.signIn(ada)).error?.code, "network_failure");
    assert.deepEqual(asked, ["https://nowhere.invalid/auth/sign-in", "https://app.example.com/auth/sign-in"]);
    onServer.close();
    onPage.close();
  });
});
