import assert from "node:assert/strict";
import type { Server } from "node:http";
import { after, before, describe, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { createVerifier, unchecked, type Verifier, type VerifierOptions } from "@cardea/verifier";
import { type Auth, createAuth, memory } from "cardea";
import express5 from "express";
import express4 from "express4";
import { createOrders } from "../src/orders.ts";
import { answerWith, listen, stop } from "../src/serve.ts";
import { createShop, type MakeExpress, type Place } from "../src/shop.ts";

const person = { email: "ada@example.com", password: "a phrase of several words" };
const places: readonly Place[] = ["before express.json()", "after express.json()", "after express.json(), under /auth"];

for (const [version, express] of [
  ["Express 4", express4],
  ["Express 5", express5],
] as const) {
  for (const place of places) describe(`${version}, the issuer ${place}`, () => tellTheStory(express, place));
}

test("these are two versions of Express", () => {
  assert.deepEqual(["query" in express4, "query" in express5], [true, false]);
});

function tellTheStory(express: MakeExpress, place: Place): void {
  const servers: Server[] = [];
  let auth: Auth;
  let verifier: Verifier;
  let shop = "";
  let orders = "";

  before(async () => {
    const shopServer = await listen();
    shop = shopServer.origin;
    auth = await createAuth({ issuer: `${shop}/auth`, store: memory(), access: { audience: ["orders"] } });
    answerWith(shopServer.server, createShop(express, auth, place));
    servers.push(shopServer.server);
    const { service, secret } = await auth.services.create("orders");
    verifier = openVerifier({ credentials: { id: service.id, secret }, revocation: { maxStaleness: "5s" } });
    await verifier.ready();
    orders = await serveOrders(verifier);
  });

  after(async () => {
    await verifier.close();
    await Promise.all(servers.map(stop));
    await auth.close();
  });

  const openVerifier = (options: Pick<VerifierOptions, "credentials" | "revocation" | "world">): Verifier =>
    createVerifier({ issuer: `${shop}/auth`, audience: "orders", ...options });

  async function serveOrders(guarding: Verifier): Promise<string> {
    const { server, origin } = await listen();
    answerWith(server, createOrders(express, guarding));
    servers.push(server);
    return `${origin}/orders`;
  }

  async function signIn(): Promise<string> {
    assert.equal((await post(`${shop}/auth/sign-up`, person)).status, 201);
    const { status, body } = await post(`${shop}/auth/sign-in`, person);
    assert.equal(status, 200);
    return String(body.access_token);
  }

  test("signs up and in through the mounted issuer", async () => {
    assert.match(await signIn(), /^[\w-]+\.[\w-]+\.[\w-]+$/);
    const wrong = await post(`${shop}/auth/sign-in`, { ...person, password: "another phrase of words" });
    assert.deepEqual([wrong.status, wrong.body.code], [401, "invalid_credentials"]);
  });

  test("leaves the application's own routes alone", async () => {
    assert.deepEqual((await get(`${shop}/`)).body, { shop: "open" });
    assert.deepEqual((await post(`${shop}/echo`, { a: 1 })).body, { a: 1 });
    assert.equal((await get(`${shop}/authority`)).status, 404);
  });

  test("answers 401 without a token, and names no error, as there was none", async () => {
    const { status, body, headers } = await get(orders);
    assert.deepEqual([status, body.code], [401, "missing_token"]);
    assert.match(headers.get("www-authenticate") ?? "", /^Bearer realm="[^"]*"$/);
  });

  test("lets a good token in, and the route knows whose it is", async () => {
    const { status, body } = await get(orders, await signIn());
    assert.deepEqual([status, body.checked], [200, "view"]);
    assert.match(String(body.customer), /./);
  });

  test("refuses a token that somebody changed", async () => {
    const [header = "", payload = "", signature = ""] = (await signIn()).split(".");
    const claims = { ...JSON.parse(Buffer.from(payload, "base64url").toString()), roles: ["admin"] };
    const changed = Buffer.from(JSON.stringify(claims)).toString("base64url");
    const { status, body, headers } = await get(orders, [header, changed, signature].join("."));
    assert.deepEqual([status, body.code], [401, "invalid_token"]);
    assert.match(headers.get("www-authenticate") ?? "", /error="invalid_token"/);
  });

  test("refuses a token soon after its session signed out", async () => {
    const token = await signIn();
    assert.equal((await get(orders, token)).status, 200);
    assert.equal((await post(`${shop}/auth/sign-out`, {}, token)).status, 204);
    for (let tries = 0; (await get(orders, token)).status === 200; tries++) {
      assert.ok(tries < 500, "sign-out did not arrive");
      await delay(10);
    }
    assert.equal((await get(orders, token)).body.code, "invalid_token");
  });

  test("an exception inside the guard goes to the error handler, never to the route", async () => {
    const now = (): never => {
      throw new Error("the clock is broken");
    };
    const broken = openVerifier({ revocation: unchecked, world: { now } });
    await broken.ready();
    const { status, body } = await get(await serveOrders(broken), await signIn());
    await broken.close();
    assert.deepEqual([status, body], [500, { code: "internal_error" }]);
  });
}

type Answer = { readonly status: number; readonly headers: Headers; readonly body: Readonly<Record<string, unknown>> };

const get = (url: string, token?: string): Promise<Answer> => send(url, {}, token);

const post = (url: string, body: object, token?: string): Promise<Answer> =>
  send(url, { method: "POST", body: JSON.stringify(body), headers: { "content-type": "application/json" } }, token);

async function send(url: string, init: RequestInit, token: string | undefined): Promise<Answer> {
  const headers = new Headers(init.headers);
  if (token !== undefined) headers.set("authorization", `Bearer ${token}`);
  const response = await fetch(url, { ...init, headers });
  const isJson = /json/.test(response.headers.get("content-type") ?? "");
  return {
    status: response.status,
    headers: response.headers,
    body: isJson ? ((await response.json()) as Answer["body"]) : {},
  };
}
