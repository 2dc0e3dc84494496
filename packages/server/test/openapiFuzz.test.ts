import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import fc from "fast-check";
import { serviceScopes } from "../src/store/ports.ts";
import { fromPage } from "./support/browser.ts";
import { type CheckedIssuer, startCheckedIssuer } from "./support/checkedIssuer.ts";
import { newPerson, newService } from "./support/issuer.ts";
import { type Schema, valuesOf } from "./support/schemaValues.ts";

/** So that what is behind the limits is reached. */
const wide = {
  address: { failures: 100_000 },
  network: { failures: 100_000 },
  signUp: { perAddress: 100_000, perNetwork: 100_000 },
  mail: { perAddress: 100_000 },
  links: { failures: 100_000 },
};

let issuer: CheckedIssuer;
let service: string;
before(async () => {
  issuer = await startCheckedIssuer({ development: true, throttle: wide });
  service = await newService(issuer.auth, serviceScopes);
});
after(() => issuer.close());

type Operation = { readonly operationId: string; readonly security: readonly object[]; readonly requestBody?: unknown };

/** The operations of the served document that take a body. */
async function operations(): Promise<
  readonly (Operation & { path: string; method: string; type: string; schema: Schema })[]
> {
  const { paths } = (await issuer.get("/openapi.json")).body;
  return Object.entries(Object(paths)).flatMap(([path, item]) =>
    Object.entries(Object(item)).flatMap(([method, operation]) => {
      const { requestBody, ...rest } = operation as Operation;
      const [[type, content] = []] = Object.entries(Object(Object(requestBody).content));
      return type === undefined
        ? []
        : [{ ...rest, path, method: method.toUpperCase(), type, schema: Object(content).schema }];
    }),
  );
}

/** A body as its type has it. A form's fields are texts. */
function written(value: unknown, type: string): string {
  if (type === "application/json") return JSON.stringify(value) ?? "";
  const form = new URLSearchParams();
  for (const [name, one] of Object.entries(Object(value))) {
    form.append(name.toWellFormed(), String(JSON.stringify(one)).toWellFormed());
  }
  return form.toString();
}

test("ASVS-2.2.1, ASVS-2.2.2, ASVS-15.3.5: whatever fits the document, nearly fits it or does not, no route answers with a fault or outside of its row", async () => {
  const table = await operations();
  assert.equal(table.length, 14);
  const own = fromPage(new URL(issuer.url).origin, "same-origin");
  const statuses = new Map<string, Set<number>>();
  for (const { path, method, type, schema, security, operationId } of table) {
    const needsPerson = security.some((one) => "bearer" in one);
    const { bearer } = needsPerson ? await newPerson(issuer) : { bearer: service };
    const seen = new Set<number>();
    statuses.set(operationId, seen);
    await fc.assert(
      fc.asyncProperty(valuesOf(schema), async (value) => {
        const headers = { "content-type": type, authorization: bearer, ...own };
        const answer = await issuer.send(path, { method, headers, body: written(value, type) });
        seen.add(answer.status);
        assert.ok(answer.status < 500, `${operationId} ${answer.status} ${answer.text}`);
      }),
      { numRuns: 60, endOnFailure: true },
    );
  }
  assert.deepEqual(
    issuer.events.filter(({ type }) => type === "fault"),
    [],
  );
  for (const [operationId, seen] of statuses) assert.ok(seen.has(400), operationId);
  assert.ok([...statuses.values()].some((seen) => seen.has(201) || seen.has(202)));
});

test("ASVS-15.3.6: no body, parameter or header has touched the prototype of all objects", async () => {
  await issuer.get("/me/activity?__proto__[role]=admin&constructor.prototype.role=admin");
  for (const name of ["role", "id", "admin", "fields"]) assert.equal(Reflect.get({}, name), undefined);
  assert.deepEqual(Object.keys(Object.prototype), []);
});

test("ASVS-15.3.7: a parameter that is given twice is refused where it is known, and ignored where it is not", async () => {
  const { bearer } = await newPerson(issuer);
  const statusOf = async (query: string): Promise<number> => (await issuer.get(`/me/activity?${query}`, bearer)).status;
  assert.deepEqual(
    await Promise.all(
      ["limit=1&limit=1", "before=a&before=b", "limit=1&x=1&x=2", "x=1", "limit=101", "limit=1e2", "limit="].map(
        statusOf,
      ),
    ),
    [400, 400, 200, 200, 400, 400, 400],
  );
});

test("ASVS-15.3.3, ASVS-8.2.3, A-03: nobody sets what is not theirs to set", async () => {
  const person = await newPerson(issuer);
  const before = (await issuer.get("/me", person.bearer)).body.user;
  const theirs = { role: "admin", roles: ["admin"], email_verified: true, id: "x", passwordHash: "x", disabledAt: 0 };
  for (const body of [
    theirs,
    { fields: {}, ...theirs },
    { fields: {}, "fields.roles": [] },
    [{ op: "add", path: "/roles" }],
  ]) {
    const headers = { "content-type": "application/json", authorization: person.bearer };
    const answer = await issuer.send("/me", { method: "PATCH", headers, body: JSON.stringify(body) });
    assert.deepEqual([answer.status, answer.body.code], [400, "invalid_request"]);
  }
  const { email: _taken, ...rest } = person;
  const signUp = await issuer.post("/sign-up", { email: "mass@example.com", password: rest.password, ...theirs });
  assert.equal(signUp.status, 400);
  assert.equal(await issuer.store.people.findByEmail("mass@example.com"), undefined);
  assert.deepEqual((await issuer.get("/me", person.bearer)).body.user, before);
});
