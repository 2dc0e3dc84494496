import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { Route } from "../src/http/route.ts";
import { type CheckedIssuer, startCheckedIssuer } from "./support/checkedIssuer.ts";
import { assertDeclared } from "./support/declaredAnswers.ts";
import { type Answer, basic, formPost, newPerson, newService, type Person } from "./support/issuer.ts";

let issuer: CheckedIssuer;
let ada: Person;
let service: string;
before(async () => {
  issuer = await startCheckedIssuer({ development: true });
  ada = await newPerson(issuer);
  service = await newService(issuer.auth);
});
after(() => issuer.close());

/** Method, path, guard and CSRF class of every row; a new route is added here with both. */
const table = [
  "POST /sign-up public same-origin",
  "POST /sign-in public same-origin",
  "POST /refresh public same-origin",
  "POST /sign-out bearer same-origin",
  "POST /reauthenticate bearer same-origin",
  "GET /me bearer safe",
  "PATCH /me bearer same-origin",
  "DELETE /me bearer same-origin",
  "GET /me/export bearer safe",
  "GET /me/activity bearer safe",
  "GET /sessions bearer safe",
  "DELETE /sessions/:id bearer same-origin",
  "POST /sessions/revoke-others bearer same-origin",
  "POST /sessions/revoke-all bearer same-origin",
  "POST /password/forgot public same-origin",
  "POST /password/reset public same-origin",
  "POST /password/change bearer same-origin",
  "POST /email/verify public same-origin",
  "POST /email/verify/send bearer same-origin",
  "POST /email/change bearer same-origin",
  "POST /email/confirm public same-origin",
  "POST /introspect service safe",
  "GET /revocation/feed service safe",
  "GET /revocation/head service safe",
  "GET /revocation/entries service safe",
  "GET /revocation/snapshot service safe",
  "POST /revocation service same-origin",
  "POST /revoke public same-origin",
  "GET /.well-known/jwks.json public safe",
  "GET /.well-known/oauth-authorization-server/auth public safe",
  "GET /health/live public safe",
  "GET /health/ready public safe",
  "GET /openapi.json public safe",
];

/** Only a development server has these. */
const developmentOnly = /^GET \/dev\/inbox/;

const rows = table.map((row) => {
  const [method = "", path = "", guard = ""] = row.split(" ");
  return { method, path: path.replace(":id", "x"), guard, atRoot: path.includes("oauth") };
});

/** Short addresses of hosted pages that share their path with a route for programs. */
const doors = ["/sign-in", "/sign-up"].map((path) => ({ method: "GET", path }));

const routes = (): readonly Route[] =>
  issuer.auth.routes.filter(({ method, path }) => !developmentOnly.test(`${method} ${path}`));

test("ASVS-8.2.1: the table of routes is the one these tests know", () => {
  assert.deepEqual(
    routes().map(({ method, path, guard, csrf }) => `${method} ${path} ${guard} ${csrf}`),
    table,
  );
});

/** By the route's full path, without a socket, and held against the table. */
const call = async (path: string, init: RequestInit, atRoot = false): Promise<Answer> => {
  const origin = new URL(issuer.url).origin;
  const url = atRoot ? origin + path : issuer.url + path;
  const response = await issuer.auth.fetch(new Request(url, init));
  const text = await response.text();
  const isJson = text !== "" && /json/.test(response.headers.get("content-type") ?? "");
  const answer = { status: response.status, headers: response.headers, text, body: isJson ? JSON.parse(text) : {} };
  assertDeclared(issuer.auth, issuer.url, { method: init.method ?? "GET", path: new URL(url).pathname }, answer);
  return answer;
};

describe("methods", () => {
  const methodsOf = (path: string): string[] =>
    [...rows, ...doors]
      .filter((row) => row.path === path || (path.startsWith("/sessions/") && row.path === "/sessions/x"))
      .flatMap(({ method }) => (method === "GET" ? ["GET", "HEAD"] : [method]));
  for (const { path, atRoot } of rows) {
    // An id may be any text, so deleting the session "revoke-others" is a request like any other.
    const allowed = methodsOf(path);
    const wrong = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PROPFIND"].filter(
      (one) => !allowed.includes(one),
    );
    test(`ASVS-4.1.4: ${path} takes ${allowed.join(" and ")} and names it to all others`, async () => {
      for (const other of wrong) {
        const { status, headers, body } = await call(path, { method: other }, atRoot);
        assert.deepEqual([status, body.code], [405, "method_not_allowed"], other);
        assert.deepEqual(headers.get("allow")?.split(", ").toSorted(), allowed.toSorted(), other);
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
    "nothing behind the scheme": "Bearer",
    "two tokens": `${ada.bearer} ${ada.access}`,
    "a list of tokens": `${ada.bearer},${ada.access}`,
    "a signature in JSON": 'Bearer {"payload":"e30","signatures":[{"protected":"e30","signature":"AA"}]}',
    "alg none": `Bearer ${btoa('{"alg":"none"}').replaceAll("=", "")}.e30.`,
    "another signature": `${ada.bearer.slice(0, -8)}AAAAAAAA`,
    "one part": `Bearer ${ada.access.split(".")[0]}`,
    "two parts": ada.bearer.split(".").slice(0, 2).join("."),
    "four parts": `${ada.bearer}.AA`,
    "five parts": `${ada.bearer}.AA.AA`,
    "empty parts": "Bearer ..",
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
      }
    });

    test(`J-26, ASVS-7.2.1, ASVS-8.3.1, ASVS-11.2.5: ${method} ${path} answers 401 invalid_token for whatever is wrong with a token`, async () => {
      const told = new Set<unknown>();
      for (const [name, authorization] of Object.entries(badToken())) {
        const answer = await call(path, { method, headers: { authorization } });
        assert.equal(answer.status, 401, name);
        assert.match(
          answer.headers.get("www-authenticate") ?? "",
          /^Bearer error="invalid_token", error_description="[^"]+"$/,
        );
        const token = authorization.slice(7, 80);
        if (token !== "") assert.ok(!answer.text.includes(token));
        const { cause: _cause, detail: _detail, ...rest } = answer.body;
        told.add(JSON.stringify(rest));
      }
      assert.equal(told.size, 1);
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
    const { body } = await issuer.get("/me", "Bearer x.y");
    assert.deepEqual([body.code, body.cause], ["invalid_token", "malformed_token"]);
    const serving = await startCheckedIssuer();
    assert.equal((await serving.get("/me", "Bearer x.y")).body.cause, undefined);
    await serving.close();
  });
});
