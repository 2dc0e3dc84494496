import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { Route } from "../src/http/route.ts";
import { type CookiePerson, fromPage, newCookiePerson } from "./support/browser.ts";
import { type Answer, type Issuer, startIssuer } from "./support/issuer.ts";

let issuer: Issuer;
let own: string;
let person: CookiePerson;
before(async () => {
  issuer = await startIssuer({ development: true, trustProxy: 0 });
  own = new URL(issuer.url).origin;
  person = await newCookiePerson(issuer);
});
after(() => issuer.close());

/** Method, path, guard and CSRF class of every page; a new one is added here with both. */
const table = [
  "GET /pages/sign-in public safe",
  "POST /pages/sign-in public same-origin",
  "GET /pages/sign-up public safe",
  "POST /pages/sign-up public same-origin",
  "POST /pages/sign-out public same-origin",
  "GET /pages/signed-out public safe",
  "GET /pages/check-email public safe",
  "GET /pages/forgot public safe",
  "POST /pages/forgot public same-origin",
  "GET /pages/reset public safe",
  "GET /pages/verify public safe",
  "GET /pages/change-email public safe",
  "POST /pages/reset public same-origin",
  "POST /pages/verify public same-origin",
  "POST /pages/change-email public same-origin",
  "GET /pages/account bearer safe",
  "POST /pages/account bearer same-origin",
  "POST /pages/account/verify-email bearer same-origin",
  "GET /pages/account/password bearer safe",
  "POST /pages/account/password bearer same-origin",
  "GET /pages/account/email bearer safe",
  "POST /pages/account/email bearer same-origin",
  "GET /pages/account/sessions bearer safe",
  "POST /pages/account/sessions/end bearer same-origin",
  "POST /pages/account/sessions/end-others bearer same-origin",
  "GET /pages/account/activity bearer safe",
  "GET /pages/account/data bearer safe",
  "GET /pages/account/data/export.json bearer safe",
  "POST /pages/account/data/delete bearer same-origin",
  "GET /pages/account/confirm bearer safe",
  "POST /pages/account/confirm bearer same-origin",
  "GET /pages/style.css public safe",
  "GET /pages/script.js public safe",
  "GET /sign-in public safe",
  "GET /sign-up public safe",
  "GET /account public safe",
  "GET /.well-known/change-password public safe",
];

test("ASVS-8.2.1: the table of pages is the one these tests know, and none of them is in the document for programs", () => {
  const rows = issuer.auth.pages.map(({ method, path, guard, csrf }) => `${method} ${path} ${guard} ${csrf}`);
  assert.deepEqual(rows, table);
  const programs = issuer.auth.routes.map(({ method, path }) => `${method} ${path}`);
  assert.ok(issuer.auth.pages.every(({ method, path }) => !programs.includes(`${method} ${path}`)));
});

describe("each row says what it takes and what it answers", () => {
  test("it has a name of its own among all routes, and a summary", () => {
    const names = [...issuer.auth.routes, ...issuer.auth.pages].map(({ operationId }) => operationId);
    assert.equal(new Set(names).size, names.length);
    for (const { operationId, summary } of issuer.auth.pages) assert.match(summary, /^[A-Z].{8,150}\.$/, operationId);
  });

  test("ASVS-2.1.1: a form has a schema of texts, and an example that fits", () => {
    for (const { operationId, body } of issuer.auth.pages) {
      if (body === "none") continue;
      assert.equal(body.type, "application/x-www-form-urlencoded", operationId);
      assert.ok(body.schema.safeParse(body.example).success, operationId);
      const [name = ""] = Object.keys(Object(body.example));
      if (name !== "") assert.ok(!body.schema.safeParse({ [name]: ["a", "b"] }).success, operationId);
    }
  });

  test("what asks for a fresh sign-in is what asks for it over the routes for programs", () => {
    const fresh = issuer.auth.pages.filter((page) => page.fresh !== undefined);
    assert.deepEqual(
      fresh.map(({ method, path, fresh }) => `${method} ${path} ${fresh}`),
      ["GET /pages/account/email 600", "POST /pages/account/email 600", "POST /pages/account/data/delete 600"],
    );
  });
});

/** A post of a form to a page, as a browser of somebody signed in does it, or a forger. */
const post = (page: Route, headers: Readonly<Record<string, string>>, body?: string): Promise<Answer> =>
  issuer.send(page.path, {
    method: "POST",
    redirect: "manual",
    headers: { "content-type": "application/x-www-form-urlencoded", ...headers },
    body: body ?? new URLSearchParams(Object(page.body === "none" ? {} : page.body.example)).toString(),
  });

const posts = (): readonly Route[] => issuer.auth.pages.filter(({ method }) => method === "POST");
const cookie = (): string => [...person.browser.cookies].map((pair) => pair.join("=")).join("; ");

/** What a forged request must not move. */
const state = async (): Promise<unknown> => ({
  people: await issuer.store.people.list(100),
  done: issuer.events.filter(({ type }) => !/refused/.test(type)).length,
  sessions: (await person.browser.get("/sessions")).body.sessions,
});

describe("CSRF", () => {
  const forged = (): Readonly<Record<string, Readonly<Record<string, string>>>> => ({
    "another site": fromPage("https://evil.example", "cross-site"),
    "another site without an origin": { "sec-fetch-site": "cross-site" },
    "a sibling domain": fromPage("https://evil.example.com", "same-site"),
    "an origin that is hidden": fromPage("null", "cross-site"),
    "the own origin, hidden": fromPage("null", "same-origin"),
    "a foreign origin alone": { origin: "https://evil.example" },
    "no page at all": { "sec-fetch-site": "none" },
    "nothing said": {},
    "a referrer alone": { referer: `${own}/auth/pages/sign-in` },
  });

  test("S-05, L-28, ASVS-3.5.1, CS-CS1: a form that no page of ours sent is refused with a page that says so, and does nothing", async () => {
    const before = await state();
    for (const page of posts()) {
      for (const [name, headers] of Object.entries(forged())) {
        for (const credential of [{}, { cookie: cookie() }]) {
          const { status, text, headers: got } = await post(page, { ...headers, ...credential });
          assert.equal(status, 403, `${page.path} ${name}`);
          assert.match(text, /came from another website/);
          assert.deepEqual(got.getSetCookie(), []);
        }
      }
    }
    assert.deepEqual(await state(), before);
    assert.ok(issuer.events.some(({ type }) => type === "csrf_refused"));
  });

  test("CS-CS2: none but the type of a form is read, not even from a page of ours", async () => {
    const before = await state();
    const page = fromPage(own, "same-origin");
    for (const type of ["application/json", "text/plain", "multipart/form-data; boundary=x"]) {
      for (const route of posts().filter(({ body }) => body !== "none")) {
        const answer = await post(route, { ...page, cookie: cookie(), "content-type": type });
        assert.equal(answer.status, 415, `${route.path} ${type}`);
        assert.match(answer.headers.get("content-type") ?? "", /^text\/html/);
      }
    }
    assert.deepEqual(await state(), before);
  });

  test("H-03, H-01: a form that is too large, broken, or names a field twice is refused with a page and a number to ask for help with", async () => {
    const page = fromPage(own, "same-origin");
    const signIn = posts().find(({ path }) => path === "/pages/sign-in") ?? assert.fail();
    for (const [body, expected] of [
      [`email=${"x".repeat(20_000)}`, 413],
      [`email=${"x".repeat(5000)}`, 400],
      ["email=a%40example.com&email=b%40example.com&password=x", 400],
    ] as const) {
      const { status, text, headers } = await post(signIn, page, body);
      assert.equal(status, expected);
      assert.ok(text.includes(`<code>${headers.get("x-request-id")}</code>`));
      assert.ok(!text.includes("xxxx"));
    }
  });
});

describe("without leave", () => {
  test("a page of the account leads to sign-in and back, and tells nothing", async () => {
    for (const { method, path, guard } of issuer.auth.pages) {
      if (guard !== "bearer") continue;
      const answer = await issuer.send(path, {
        method,
        redirect: "manual",
        headers: { ...fromPage(own, "same-origin"), "content-type": "application/x-www-form-urlencoded" },
        ...(method === "POST" ? { body: "" } : {}),
      });
      assert.equal(answer.status, 303, path);
      assert.match(answer.headers.get("location") ?? "", /^\/auth\/pages\/sign-in\?returnTo=%2Fauth%2Fpages%2Faccount/);
      assert.equal(answer.text, "");
    }
  });

  test("a token in the header is no visitor: pages go by cookies alone", async () => {
    const { body } = await issuer.post("/sign-in", { email: person.email, password: person.password });
    const authorization = `Bearer ${body.access_token}`;
    const answer = await issuer.send("/pages/account", { redirect: "manual", headers: { authorization } });
    assert.equal(answer.status, 303);
  });
});

describe("every answer", () => {
  test("R-08, ASVS-3.4.3, ASVS-3.4.5, OA-10: allows nothing from elsewhere, is kept by no cache, framed by nobody and hands no address on", async () => {
    for (const { method, path, atRoot } of issuer.auth.pages) {
      if (method !== "GET") continue;
      const init = { redirect: "manual", headers: { cookie: cookie() } } as const;
      const { headers } = atRoot ? await fetch(own + path, init) : await issuer.send(path, init);
      const policy = headers.get("content-security-policy") ?? "";
      assert.match(policy, /^default-src 'none'/, path);
      assert.match(policy, /frame-ancestors 'none'$/);
      assert.doesNotMatch(policy, /unsafe|\*|https?:|data:/);
      assert.match(headers.get("referrer-policy") ?? "", /^(?:no-referrer|strict-origin)$/);
      for (const [name, value] of [
        ["cache-control", "no-store"],
        ["x-content-type-options", "nosniff"],
        ["cross-origin-opener-policy", "same-origin"],
        ["cross-origin-resource-policy", "same-origin"],
      ] as const)
        assert.equal(headers.get(name), value, `${path} ${name}`);
      assert.match(headers.get("permissions-policy") ?? "", /camera=\(\)/);
      assert.match(headers.get("x-request-id") ?? "", /^[\w-]{16}$/);
    }
  });

  test("H-13: HSTS, once the issuer is reached over https", async () => {
    const secure = await startIssuer({ issuer: "https://auth.example.com/auth" });
    const { headers } = await secure.auth.fetch(new Request("https://auth.example.com/auth/pages/sign-in"));
    assert.match(headers.get("strict-transport-security") ?? "", /max-age=31536000/);
    await secure.close();
  });

  test("R-18: what leads elsewhere is 303, so that no browser sends a form twice", async () => {
    const locations = new Map<string, string | null>();
    for (const { method, path, answers, atRoot } of issuer.auth.pages) {
      for (const { status } of answers) assert.ok(status < 300 || status === 303 || status === 422, path);
      if (method !== "GET" || path.startsWith("/pages/")) continue;
      const asked = { redirect: "manual" } as const;
      const answer = atRoot ? await fetch(own + path, asked) : await fetch(issuer.url + path, asked);
      assert.equal(answer.status, 303);
      locations.set(path, answer.headers.get("location"));
    }
    assert.deepEqual(Object.fromEntries(locations), {
      "/sign-in": "/auth/pages/sign-in",
      "/sign-up": "/auth/pages/sign-up",
      "/account": "/auth/pages/account",
      "/.well-known/change-password": "/auth/pages/account/password",
    });
  });
});
