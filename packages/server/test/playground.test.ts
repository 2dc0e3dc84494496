import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, request as nodeRequest } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, test } from "node:test";
import { type Auth, createAuth, memory } from "cardea";
import { withPlayground } from "../src/cli/withPlayground.ts";
import { checkOptions } from "../src/config/options.ts";
import { createBudget } from "../src/playground/budget.ts";
import { openIssuing } from "../src/playground/issuing.ts";
import { createSandboxes } from "../src/playground/sandboxes.ts";

const server = createServer();
let origin = "";
let auth: Auth;
let close = async (): Promise<void> => undefined;

/** The server as `cardea serve` has it, in development or not. */
async function serving(development: boolean) {
  const one = development ? server : createServer();
  one.listen(0, "localhost");
  await once(one, "listening");
  const at = `http://localhost:${(one.address() as AddressInfo).port}`;
  const options = { issuer: `${at}/auth`, store: memory(), development };
  const opened = await createAuth(options);
  const served = withPlayground(opened, { server: one, issuer: options.issuer, options: checkOptions(options) });
  one.on("request", served.listener);
  return { at, opened, served, one };
}

before(async () => {
  const { at, opened, served } = await serving(true);
  origin = at;
  auth = opened;
  close = served.close;
});
after(async () => {
  await close();
  server.closeAllConnections();
  server.close();
});

const pageHeaders = (): Record<string, string> => ({
  "content-type": "application/json",
  origin,
  "sec-fetch-site": "same-origin",
});

const call = (name: string, body: object, headers: Record<string, string> = pageHeaders()): Promise<Response> =>
  fetch(`${origin}/playground/api/${name}`, { method: "POST", headers, body: JSON.stringify(body) });

const check = { mode: "hybrid", alg: "ES256", policy: "deny" };

/** `fetch` never sends another Host. */
async function withHost(host: string, path: string, method = "GET", headers: Record<string, string> = {}) {
  const { port } = new URL(origin);
  const asked = nodeRequest({ port, path, method, headers: { ...headers, host } });
  asked.end(method === "POST" ? JSON.stringify(check) : undefined);
  const [answer] = await once(asked, "response");
  answer.resume();
  return { status: answer.statusCode, location: answer.headers.location };
}

test("without development there is nothing of it", async () => {
  const { at, served, one } = await serving(false);
  for (const path of [
    "/",
    "/playground",
    "/playground/script.js",
    "/playground/issuers/hybrid-ES256/.well-known/jwks.json",
  ]) {
    assert.equal((await fetch(at + path)).status, 404, path);
  }
  const headers = { ...pageHeaders(), origin: at };
  const asked = await fetch(`${at}/playground/api/check`, { method: "POST", headers, body: JSON.stringify(check) });
  assert.equal(asked.status, 404);
  await served.close();
  one.close();
});

test("only a page of the server's own may call the API", async () => {
  assert.equal((await call("check", check)).status, 200);
  const refused: readonly Record<string, string>[] = [
    { "content-type": "application/json" },
    { ...pageHeaders(), origin: "https://evil.example" },
    { ...pageHeaders(), origin: "null" },
    { ...pageHeaders(), "sec-fetch-site": "cross-site" },
    { ...pageHeaders(), "sec-fetch-site": "same-site" },
  ];
  for (const headers of refused)
    assert.equal((await call("check", check, headers)).status, 403, JSON.stringify(headers));
  const { "content-type": _, ...untyped } = pageHeaders();
  assert.equal((await call("check", check, { ...untyped, "content-type": "text/plain" })).status, 415);
  assert.equal((await fetch(`${origin}/playground/api/check`)).status, 405);
});

test("a name that somebody else points at this machine reaches neither the API nor a sandbox", async () => {
  const headers = { ...pageHeaders(), origin: "http://evil.example" };
  assert.equal((await withHost("evil.example", "/playground/api/check", "POST", headers)).status, 404);
  assert.equal((await withHost("evil.example", "/playground/issuers/hybrid-ES256/me")).status, 404);
  assert.equal((await withHost("evil.example", "/playground/script.js")).status, 404);
  const page = await withHost("127.0.0.1:1", "/");
  assert.deepEqual(page, { status: 307, location: `${origin}/` });
});

test("a body is exactly what the API takes", async () => {
  const bad: readonly object[] = [
    {},
    { ...check, mode: "none" },
    { ...check, alg: "none" },
    { ...check, policy: "yes" },
    { ...check, token: 1 },
    { ...check, token: "x".repeat(12_001) },
    { ...check, more: 1 },
  ];
  for (const body of bad) assert.equal((await call("check", body)).status, 400, JSON.stringify(body).slice(0, 80));
  assert.equal((await call("check", { ...check, token: "x".repeat(20_000) })).status, 413);
  assert.equal((await call("act", { mode: "hybrid", alg: "ES256", act: "drop_everything" })).status, 400);
  assert.equal((await call("travel", { id: 999 })).status, 404);
});

test("a sandbox answers to what the page needs, and to nothing that sends mails", async () => {
  const issuer = `${origin}/playground/issuers/hybrid-ES256`;
  for (const path of [
    "/dev/inbox",
    "/password/forgot",
    "/email/verify",
    "/revocation",
    "/pages/sign-in",
    "/nothing",
    "",
  ]) {
    assert.equal((await fetch(issuer + path)).status, 404, path);
    assert.equal((await fetch(issuer + path, { method: "POST" })).status, 404, path);
  }
  assert.equal((await fetch(`${origin}/playground/issuers/hybrid-ES512/.well-known/jwks.json`)).status, 404);
  assert.equal((await fetch(`${issuer}/.well-known/jwks.json`)).status, 200);
});

test("a sandbox has keys and people of its own", async () => {
  const kidsOf = async (issuer: string): Promise<readonly string[]> => {
    const { keys } = (await (await fetch(`${issuer}/.well-known/jwks.json`)).json()) as { keys: { kid: string }[] };
    return keys.map(({ kid }) => kid);
  };
  const own = await kidsOf(`${origin}/auth`);
  const sandbox = await kidsOf(`${origin}/playground/issuers/hybrid-ES256`);
  assert.ok(own.length > 0 && sandbox.length > 0);
  assert.ok(!own.some((kid) => sandbox.includes(kid)));

  const body = JSON.stringify({ email: "ada@example.com", password: "a phrase of several words" });
  const headers = { "content-type": "application/json" };
  await fetch(`${origin}/playground/issuers/hybrid-ES256/sign-up`, { method: "POST", headers, body });
  const there = await fetch(`${origin}/playground/issuers/hybrid-ES256/sign-in`, { method: "POST", headers, body });
  assert.equal(there.status, 200);
  assert.equal((await fetch(`${origin}/auth/sign-in`, { method: "POST", headers, body })).status, 401);
  const { access_token: token } = (await there.json()) as { access_token: string };
  assert.equal((await auth.verify(token)).ok, false);
});

test("no more than so many accounts are made in a sandbox", async () => {
  const issuing = await openIssuing({ mode: "stateless", alg: "ES256" }, origin, 2);
  const signUp = async (email: string): Promise<number> => {
    const body = JSON.stringify({ email, password: "a phrase of several words" });
    const headers = { "content-type": "application/json" };
    return (await issuing.serve(new Request(`${issuing.issuer}/sign-up`, { method: "POST", headers, body }))).status;
  };
  assert.deepEqual(
    [await signUp("a@example.com"), await signUp("b@example.com"), await signUp("c@example.com")],
    [201, 201, 429],
  );
  await issuing.close();
});

test("a sandbox that nobody uses for half an hour is closed, and begins anew", async () => {
  let now = 0;
  const sandboxes = createSandboxes({ origin, reachedAt: origin, world: { monotonic: () => now } });
  const name = { mode: "stateless", alg: "ES256" } as const;
  const first = await sandboxes.sandbox(name);
  now = 29 * 60_000;
  await sandboxes.sweep();
  assert.equal(await sandboxes.sandbox(name), first);
  now += 30 * 60_000;
  await sandboxes.sweep();
  assert.notEqual(await sandboxes.sandbox(name), first);
  await sandboxes.close();
});

test("requests have a budget, which comes back with time", () => {
  let now = 0;
  const budget = createBudget({ most: 2, perSecond: 1, monotonic: () => now });
  assert.deepEqual([budget(), budget(), budget()], [true, true, false]);
  now = 1000;
  assert.deepEqual([budget(), budget()], [true, false]);
  now = 60_000;
  assert.deepEqual([budget(), budget(), budget()], [true, true, false]);
});
