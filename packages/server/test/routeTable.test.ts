import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import {
  type Answer,
  basic,
  formPost,
  type Issuer,
  newPerson,
  newService,
  type Person,
  startIssuer,
} from "./support/issuer.ts";

let issuer: Issuer;
let ada: Person;
let service: string;
before(async () => {
  issuer = await startIssuer();
  ada = await newPerson(issuer);
  service = await newService(issuer.auth);
});
after(() => issuer.close());

/** Method, path and guard of every row; a new route is added here with its guard. */
const table = [
  "POST /sign-up public",
  "POST /sign-in public",
  "POST /refresh public",
  "POST /sign-out bearer",
  "GET /me bearer",
  "GET /sessions bearer",
  "DELETE /sessions/:id bearer",
  "POST /sessions/revoke-others bearer",
  "POST /introspect service",
  "GET /revocation/feed service",
  "GET /revocation/head service",
  "GET /.well-known/jwks.json public",
  "GET /.well-known/oauth-authorization-server/auth public",
];

const rows = table.map((row) => {
  const [method = "", path = "", guard = ""] = row.split(" ");
  return { method, path: path.replace(":id", "x"), guard, atRoot: path.includes("oauth") };
});

test("the table of routes is the one these tests know", () => {
  assert.deepEqual(
    issuer.auth.routes.map(({ method, path, guard }) => `${method} ${path} ${guard}`),
    table,
  );
});

/** By the route's full path, without a socket. */
const call = async (path: string, init: RequestInit, atRoot = false): Promise<Answer> => {
  const origin = new URL(issuer.url).origin;
  const response = await issuer.auth.fetch(new Request(atRoot ? origin + path : issuer.url + path, init));
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, body: text === "" ? {} : JSON.parse(text) };
};

describe("methods", () => {
  for (const { method, path, atRoot } of rows) {
    // An id may be any text, so deleting the session "revoke-others" is a request like any other.
    const allowed = path === "/sessions/revoke-others" ? ["DELETE", method] : [method];
    const wrong = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PROPFIND"].filter(
      (one) => !allowed.includes(one),
    );
    test(`${path} takes ${allowed.join(" and ")} and names it to all others`, async () => {
      const named = (method === "GET" ? ["GET", "HEAD"] : allowed).join(", ");
      for (const other of wrong) {
        const { status, headers, body } = await call(path, { method: other }, atRoot);
        assert.deepEqual([status, headers.get("allow"), body.code], [405, named, "method_not_allowed"], other);
      }
    });
  }

  test("HEAD is GET without a body", async () => {
    for (const { method, path, guard, atRoot } of rows) {
      if (method !== "GET" || path === "/revocation/feed") continue;
      const headers = { authorization: guard === "bearer" ? ada.bearer : service };
      const head = await call(path, { method: "HEAD", headers }, atRoot);
      const get = await call(path, { method: "GET", headers }, atRoot);
      assert.deepEqual([head.status, head.text], [200, ""], path);
      assert.equal(head.headers.get("cache-control"), get.headers.get("cache-control"));
    }
  });

  test("there is nothing at any other path", async () => {
    for (const path of [
      "/",
      "/sign-in/x",
      "/signin",
      "/sessions/a/b",
      "/__proto__",
      "/.well-known/openid-configuration",
    ]) {
      const { status, headers, body } = await call(path, { method: "GET" });
      assert.deepEqual([status, body.code], [404, "not_found"]);
      assert.equal(headers.get("content-type"), "application/problem+json");
    }
  });
});

describe("without leave", () => {
  const noToken: Readonly<Record<string, string | undefined>> = {
    "no credential": undefined,
    "another scheme": basic("svc_x", "cs_y"),
  };
  const badToken = (): Readonly<Record<string, string>> => ({
    "no JWT": "Bearer x",
    "alg none": `Bearer ${btoa('{"alg":"none"}').replaceAll("=", "")}.e30.`,
    "another signature": `${ada.bearer.slice(0, -8)}AAAAAAAA`,
    "two parts": ada.bearer.split(".").slice(0, 2).join("."),
    "ten thousand characters": `Bearer ${"a.".repeat(5000)}a`,
    "an opaque token": `Bearer at_${"A".repeat(43)}`,
    "a refresh token": `Bearer ${ada.refresh}`,
  });

  for (const { method, path } of rows.filter(({ guard }) => guard === "bearer")) {
    test(`${method} ${path} answers 401 with a challenge and no error when there is no token`, async () => {
      for (const [name, authorization] of Object.entries(noToken)) {
        const answer = await call(path, { method, headers: authorization === undefined ? {} : { authorization } });
        assert.deepEqual([answer.status, answer.body.code], [401, "missing_token"], name);
        assert.equal(answer.headers.get("www-authenticate"), "Bearer");
        assert.equal(answer.headers.get("cache-control"), "no-store");
      }
    });

    test(`${method} ${path} answers 401 invalid_token for whatever is wrong with a token`, async () => {
      const texts = new Set<string>();
      for (const [name, authorization] of Object.entries(badToken())) {
        const answer = await call(path, { method, headers: { authorization } });
        assert.equal(answer.status, 401, name);
        assert.match(
          answer.headers.get("www-authenticate") ?? "",
          /^Bearer error="invalid_token", error_description="[^"]+"$/,
        );
        assert.doesNotMatch(answer.text, new RegExp(authorization.slice(7, 80)));
        texts.add(answer.text);
      }
      assert.equal(texts.size, 1);
    });
  }

  for (const { method, path } of rows.filter(({ guard }) => guard === "service")) {
    test(`${method} ${path} answers 401 with Basic's challenge to anything but a service`, async () => {
      const [id = "", secret = ""] = atob(service.slice(6)).split(":");
      const wrong = [
        undefined,
        "Basic",
        "Basic !!!",
        `Basic ${btoa("no colon")}`,
        basic(id, ""),
        basic(id, `${secret}x`),
        basic(id, secret.slice(0, -1)),
        basic("svc_unknown", secret),
        basic("", ""),
        basic("__proto__", ""),
        basic("' OR 1=1--", secret),
        ada.bearer,
        `Bearer ${service.slice(6)}`,
        `${service}, ${service}`,
      ];
      const texts = new Set<string>();
      for (const authorization of wrong) {
        const init =
          method === "POST"
            ? formPost("token=x", authorization)
            : { headers: authorization === undefined ? {} : { authorization } };
        const answer = await call(path, { method, ...init });
        assert.deepEqual([answer.status, answer.body.code], [401, "invalid_client"], authorization ?? "none");
        assert.equal(answer.headers.get("www-authenticate"), 'Basic realm="cardea", charset="UTF-8"');
        texts.add(answer.text);
      }
      assert.equal(texts.size, 1);
    });
  }

  test("the cause of a refusal is told in development only", async () => {
    const developing = await startIssuer({ development: true });
    const { body } = await developing.get("/me", "Bearer x");
    assert.deepEqual([body.code, body.cause], ["invalid_token", "malformed_token"]);
    await developing.close();
    assert.equal((await issuer.get("/me", "Bearer x")).body.cause, undefined);
  });
});

test("every answer that holds a token or a person is kept from caches, frames and guesses of type", async () => {
  const { email, password, refresh, bearer } = ada;
  const answers = [
    await issuer.post("/sign-up", { email: "cache@example.com", password }),
    await issuer.post("/sign-in", { email, password }),
    await issuer.post("/sign-in", { email, password: "another phrase of words" }),
    await issuer.post("/refresh", { refresh_token: refresh }),
    await issuer.get("/me", bearer),
    await issuer.get("/sessions", bearer),
    await issuer.post("/sessions/revoke-others", undefined, bearer),
    await issuer.send("/introspect", formPost(`token=${ada.access}`, service)),
    await issuer.get("/revocation/head", service),
    await issuer.get("/nowhere"),
  ];
  for (const { headers, status } of answers) {
    assert.equal(headers.get("cache-control"), "no-store", String(status));
    assert.equal(headers.get("etag"), null);
    assert.equal(headers.get("set-cookie"), null);
    assert.equal(headers.get("x-content-type-options"), "nosniff");
    assert.match(headers.get("content-security-policy") ?? "", /default-src 'none'; frame-ancestors 'none'/);
    assert.equal(headers.get("referrer-policy"), "no-referrer");
    assert.match(headers.get("content-type") ?? "application/json", /^application\/(problem\+)?json/);
  }
});
