import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { problemBody, problems } from "@cardea/verifier/wire";
import { Validator } from "@seriousme/openapi-schema-validator";
import { refusalsOf } from "../src/http/refusalsOf.ts";
import { type CheckedIssuer, startCheckedIssuer } from "./support/checkedIssuer.ts";
import type { Json } from "./support/issuer.ts";

let issuer: CheckedIssuer;
let document: Json;
before(async () => {
  issuer = await startCheckedIssuer();
  document = (await issuer.get("/openapi.json")).body;
});
after(() => issuer.close());

type Members = Readonly<Record<string, unknown>>;
const members = (value: unknown): Members => Object(value);
const at = (value: unknown, ...steps: readonly string[]): unknown =>
  steps.reduce((found: unknown, step) => members(found)[step], value);

/** Every operation with its path and method. */
const operations = (): readonly (readonly [path: string, method: string, operation: Members])[] =>
  Object.entries(members(document.paths)).flatMap(([path, item]) =>
    Object.entries(members(item)).flatMap(([method, operation]) =>
      method === "servers" ? [] : [[path, method, members(operation)] as const],
    ),
  );

/** Every object in the document, with the keys that lead to it. */
function* objectsOf(value: unknown, path: readonly string[] = []): Generator<readonly [readonly string[], Members]> {
  if (typeof value !== "object" || value === null) return;
  if (!Array.isArray(value)) yield [path, members(value)];
  for (const [key, below] of Object.entries(value)) yield* objectsOf(below, [...path, key]);
}

test("it is a document of OpenAPI 3.1, by the schema of the standard", async () => {
  const { valid, errors } = await new Validator().validate(structuredClone(document));
  assert.equal(valid, true, JSON.stringify(errors));
  const { paths: _, ...broken } = structuredClone(document);
  const refused = await new Validator().validate({ ...broken, info: {} });
  assert.equal(refused.valid, false);
});

test("the document is the route table, row by row, under its stable names", () => {
  const described = operations().map(([path, method, { operationId }]) => `${method} ${path} ${operationId}`);
  const rows = issuer.auth.routes.map(
    ({ method, path, operationId }) => `${method.toLowerCase()} ${path.replace(":id", "{id}")} ${operationId}`,
  );
  assert.deepEqual(described.toSorted(), rows.toSorted());
  assert.equal(document.openapi, "3.1.1");
  assert.deepEqual(document.servers, [{ url: issuer.url }]);
  assert.match(String(at(document, "info", "version")), /^\d+\.\d+\.\d+/);
  const metadata = at(document, "paths", "/.well-known/oauth-authorization-server/auth", "servers");
  assert.deepEqual(metadata, [{ url: new URL(issuer.url).origin }]);
});

describe("it says of each operation", () => {
  test("ASVS-8.1.1: who may call it, and what keeps other sites from it", () => {
    const schemes = { public: [], bearer: [{ bearer: [] }, { cookie: [] }], service: [{ service: [] }] };
    for (const route of issuer.auth.routes) {
      const path = route.path.replace(":id", "{id}");
      const operation = at(document, "paths", path, route.method.toLowerCase());
      assert.deepEqual(at(operation, "security"), schemes[route.guard], route.operationId);
      assert.equal(at(operation, "x-csrf"), route.csrf);
      assert.equal(at(operation, "x-fresh-seconds"), route.fresh);
      assert.equal(at(operation, "requestBody") === undefined, route.body === "none");
    }
    assert.equal(at(document, "components", "securitySchemes", "cookie", "name"), "__Host-cardea-access");
  });

  test("what it takes, with an example", () => {
    for (const [path, method, { requestBody, parameters }] of operations()) {
      for (const content of Object.values(members(at(requestBody, "content")))) {
        assert.deepEqual(Object.keys(members(content)), ["schema", "example"], `${method} ${path}`);
      }
      const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      const inPath = (Array.isArray(parameters) ? parameters : []).filter((one) => one.in === "path");
      assert.deepEqual(
        inPath.map(({ name }) => name),
        named,
        path,
      );
    }
    const { parameters } = members(at(document, "paths", "/me/activity", "get"));
    assert.deepEqual(
      (parameters as readonly Members[]).map(({ name, required }) => [name, required]),
      [
        ["limit", false],
        ["before", false],
      ],
    );
  });

  test("what it answers and refuses, each with an example", () => {
    for (const route of issuer.auth.routes) {
      const operation = at(document, "paths", route.path.replace(":id", "{id}"), route.method.toLowerCase());
      const codes = new Set<unknown>();
      for (const [status, response] of Object.entries(members(at(operation, "responses")))) {
        assert.ok(at(response, "description"), route.operationId);
        for (const [type, content] of Object.entries(members(at(response, "content")))) {
          if (type !== "application/problem+json") {
            assert.deepEqual(Object.keys(members(content)), ["schema", "example"], `${route.operationId} ${status}`);
            continue;
          }
          for (const code of Object.keys(members(at(content, "examples")))) {
            assert.equal(problems[code as keyof typeof problems].status, Number(status), code);
            codes.add(code);
          }
        }
      }
      assert.deepEqual([...codes].toSorted(), refusalsOf(route).toSorted(), route.operationId);
    }
    for (const [code, example] of Object.entries(members(at(document, "components", "examples")))) {
      assert.deepEqual(at(example, "value"), problemBody(code as keyof typeof problems));
    }
  });
});

describe("it is one that tools can read", () => {
  test("each reference leads somewhere, and each named schema is referred to", () => {
    const referred = new Set<string>();
    for (const [path, { $ref: reference }] of objectsOf(document)) {
      if (reference === undefined) continue;
      assert.match(String(reference), /^#\/components\/(?:schemas|examples)\/\w+$/, path.join("/"));
      assert.ok(at(document, ...String(reference).slice(2).split("/")), String(reference));
      referred.add(String(reference));
    }
    for (const name of Object.keys(members(at(document, "components", "schemas")))) {
      assert.ok(referred.has(`#/components/schemas/${name}`), name);
    }
    assert.ok(referred.size > 20);
  });

  test("no dialect, identifier or definition is left inside a schema", () => {
    for (const [path, object] of objectsOf(document)) {
      for (const word of ["$schema", "$id", "$defs", "~standard"])
        assert.ok(!Object.hasOwn(object, word), path.join("/"));
    }
  });

  test("ASVS-8.1.2: objects of requests and answers say which members they have and which they need", () => {
    for (const [path, object] of objectsOf(at(document, "components", "schemas"))) {
      if (object.type !== "object" || path.includes("examples") || !object.properties) continue;
      for (const name of (object.required as readonly string[] | undefined) ?? []) {
        assert.ok(Object.hasOwn(members(object.properties), name), `${path.join("/")} ${name}`);
      }
    }
  });

  test("it holds no secret of the issuer, and the same text each time", async () => {
    const first = await issuer.get("/openapi.json");
    assert.equal((await issuer.get("/openapi.json")).text, first.text);
    assert.doesNotMatch(first.text, /"d":|BEGIN|secretHash|passwordHash/);
    assert.ok(first.text.length < 150_000, String(first.text.length));
  });
});
