import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { z } from "zod";
import { refusalsOf } from "../src/http/refusalsOf.ts";
import type { Route } from "../src/http/route.ts";
import { openBrowser } from "./support/browser.ts";
import { type CheckedIssuer, startCheckedIssuer } from "./support/checkedIssuer.ts";
import { type Answer, formPost, newPerson, newService } from "./support/issuer.ts";

let issuer: CheckedIssuer;
before(async () => {
  issuer = await startCheckedIssuer({ development: true });
});
after(() => issuer.close());

/** Only a development server has these. */
const developmentOnly = /^GET \/dev\/inbox/;

const routes = (): readonly Route[] =>
  issuer.auth.routes.filter(({ method, path }) => !developmentOnly.test(`${method} ${path}`));

describe("each row says what it takes and what it answers", () => {
  test("it has a name of its own, and a summary", () => {
    const names = routes().map(({ operationId }) => operationId);
    assert.equal(new Set(names).size, names.length);
    for (const { operationId, summary } of routes()) {
      assert.match(operationId, /^[a-z][A-Za-z]+$/);
      assert.match(summary, /^[A-Z].{10,150}\.$/, operationId);
    }
  });

  test("ASVS-2.1.1: a body has a schema that takes no unknown field, and an example that fits; or it is said that there is none", () => {
    for (const { operationId, body } of routes()) {
      if (body === "none") continue;
      const fitting = body.schema.safeParse(body.example);
      assert.ok(fitting.success, `${operationId}: ${fitting.error?.message}`);
      const unknown = body.schema.safeParse({ ...(body.example as object), role: "admin" });
      // OAuth's endpoints ignore what they do not know.
      assert.equal(unknown.success, body.type !== "application/json", operationId);
    }
  });

  test("ASVS-2.1.1: every answer has a description and, unless it is empty, a schema with an example that fits", () => {
    for (const { operationId, answers } of routes()) {
      assert.ok(answers.length > 0, operationId);
      for (const { status, description, content } of answers) {
        assert.ok(description.length > 3, operationId);
        assert.equal(content === undefined, status === 204, operationId);
        const fitting = content?.schema.safeParse(content.example);
        assert.ok(fitting?.success !== false, `${operationId} ${status}: ${fitting?.error?.message}`);
      }
    }
  });

  test("ASVS-15.3.1: an answer's form is exact, but for claims, the application's own fields and documents of other standards", () => {
    const open = new Map<string, string[]>();
    for (const { operationId, answers } of routes()) {
      for (const { content } of answers) {
        if (content) open.set(operationId, openObjects(z.toJSONSchema(content.schema)));
      }
    }
    const found = [...new Set([...open].flatMap(([name, paths]) => paths.map((path) => `${name} ${path}`)))];
    assert.deepEqual(
      found.filter((one) => !/(?:User|user)\.fields$/.test(one)),
      ["getMe Me.claims", "introspect ActiveToken", "getOpenApi OpenApi"],
    );
  });

  test("ASVS-3.5.3: whatever changes something is of the class same-origin, and no GET is", () => {
    for (const { method, csrf, operationId } of routes()) {
      if (operationId !== "introspect") assert.equal(csrf, method === "GET" ? "safe" : "same-origin", operationId);
    }
  });

  test("what asks for a fresh sign-in is for people, and refuses with the code that says so", () => {
    const fresh = routes().filter((route) => route.fresh !== undefined);
    assert.deepEqual(
      fresh.map(({ operationId, fresh }) => [operationId, fresh]),
      [
        ["deleteMe", 600],
        ["changeEmail", 600],
      ],
    );
    for (const route of fresh) assert.ok(refusalsOf(route).includes("reauthentication_required"));
  });
});

/** Where in a JSON Schema an object may have members that are not named, by the name of the definition. */
function openObjects(schema: unknown, at = ""): string[] {
  if (typeof schema !== "object" || schema === null) return [];
  const { $defs = {}, properties = {}, type, additionalProperties, ...rest } = Object(schema);
  const own = type === "object" && additionalProperties !== false ? [at] : [];
  const below = (members: unknown, prefix: string): string[] =>
    Object.entries(Object(members)).flatMap(([name, one]) =>
      openObjects(one, prefix === "" ? name : `${prefix}.${name}`),
    );
  const alternatives = [rest.anyOf, rest.oneOf, rest.allOf, rest.items].flat();
  return [
    ...own,
    ...below($defs, ""),
    ...below(properties, at),
    ...alternatives.flatMap((one) => openObjects(one, at)),
  ];
}

test("ASVS-14.3.2, ASVS-3.2.1, ASVS-3.4.4, ASVS-3.5.8, ASVS-4.1.1, H-13: every route gives the answers that the table declares, in exactly that form", async () => {
  const patch = (path: string, body: unknown, authorization: string): Promise<Answer> =>
    issuer.send(path, {
      method: "PATCH",
      headers: { "content-type": "application/json", authorization },
      body: JSON.stringify(body),
    });
  const remove = (path: string, authorization: string): Promise<Answer> =>
    issuer.send(path, { method: "DELETE", headers: { authorization } });
  const mailed = async (to: string): Promise<string> => {
    await issuer.auth.settled();
    return /token=([\w-]+)/.exec(issuer.auth.inbox?.last(to)?.text ?? "")?.[1] ?? "";
  };

  const ada = await newPerson(issuer);
  const service = await newService(issuer.auth);
  const person = await newPerson(issuer);
  const { email, password, bearer } = person;
  const link = await mailed(email);
  await issuer.post("/email/verify/send", undefined, bearer);
  assert.equal((await issuer.post("/email/verify", { token: link, password })).body.code, "invalid_link");
  await issuer.post("/email/verify", { token: await mailed(email), password });
  await issuer.post("/email/change", { email: "new@example.org" }, bearer);
  await issuer.post("/email/confirm", { token: await mailed("new@example.org") });
  await issuer.post("/password/forgot", { email: "new@example.org" });
  const next = "another phrase of words";
  await issuer.post("/password/reset", { token: await mailed("new@example.org"), password: next });
  assert.equal((await issuer.post("/sign-in", { email, password })).status, 401);

  const browser = openBrowser(issuer);
  const credentials = { email: "new@example.org", password: next };
  await browser.post("/sign-in", { ...credentials, transport: "cookie" });
  await browser.post("/refresh");
  for (const path of ["/me", "/me/export", "/me/activity?limit=3", "/sessions"]) {
    assert.equal((await browser.get(path)).status, 200, path);
  }
  assert.equal((await browser.get("/me/activity?limit=0")).status, 400);
  assert.equal((await browser.get("/me/activity?limit=3&limit=4")).status, 400);
  await browser.post("/reauthenticate", { password: next });
  await browser.post("/sessions/revoke-others");
  await browser.post("/sign-out");

  const again = (await issuer.post("/sign-in", credentials)).body;
  const held = `Bearer ${again.access_token}`;
  const changed = await issuer.post(
    "/password/change",
    { current_password: next, password: "a third phrase of words" },
    held,
  );
  const owner = `Bearer ${changed.body.access_token}`;
  await patch("/me", { fields: {} }, owner);
  await remove("/sessions/unknown", owner);
  await issuer.post("/refresh", { refresh_token: "rt_x" });
  const other = (await issuer.post("/sign-in", { ...credentials, password: "a third phrase of words" })).body;
  const listed = (await issuer.get("/sessions", owner)).body.sessions as readonly { id: string; current: boolean }[];
  await remove(`/sessions/${listed.find(({ current }) => !current)?.id}`, owner);
  assert.equal((await issuer.get("/me", `Bearer ${other.access_token}`)).status, 401);
  await remove("/me", owner);
  const last = await newPerson(issuer);
  await issuer.post("/sessions/revoke-all", undefined, last.bearer);

  await issuer.send("/introspect", formPost(`token=${ada.access}`, service));
  await issuer.send("/introspect", formPost("token=x", service));
  await issuer.get("/revocation/head", service);
  await issuer.get("/revocation/entries", service);
  await issuer.get("/revocation/snapshot", service);
  await issuer.post(
    "/revocation",
    { kind: "tenant", key: "acme" },
    await newService(issuer.auth, ["revocation:write"]),
  );
  await issuer.send("/revoke", formPost(`token=${ada.access}`));
  for (const path of ["/.well-known/jwks.json", "/health/live", "/health/ready", "/openapi.json"]) {
    await issuer.get(path);
  }
  await issuer.get("/nowhere");

  const declared = routes()
    .filter(({ atRoot, operationId }) => !atRoot && operationId !== "readRevocationFeed")
    .flatMap(({ operationId, answers }) => answers.map(({ status }) => `${operationId} ${status}`));
  assert.deepEqual(
    declared.filter((one) => !issuer.seen.has(one)),
    [],
  );
});
