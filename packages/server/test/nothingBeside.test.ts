import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { type CheckedIssuer, startCheckedIssuer } from "./support/checkedIssuer.ts";
import { jsonPost, newPerson, type Person, startIssuer } from "./support/issuer.ts";

const wordsOfPeople = { email: "ada@example.com", password: "a phrase of several words" };

let issuer: CheckedIssuer;
let ada: Person;
before(async () => {
  issuer = await startCheckedIssuer();
  ada = await newPerson(issuer);
});
after(() => issuer.close());

test("ASVS-6.3.2: a new installation has no accounts and no services, and nobody's usual password opens it", async () => {
  const own = await startIssuer();
  try {
    assert.deepEqual([await own.auth.accounts.list(10), await own.auth.services.list()], [[], []]);
    for (const email of ["admin@example.com", "root@localhost.localdomain", "administrator@example.com"]) {
      for (const password of ["password", "changeme", "cardea-admin"]) {
        assert.equal((await own.post("/sign-in", { email, password })).body.code, "invalid_credentials");
      }
    }
  } finally {
    await own.close();
  }
});

test("ASVS-6.4.2, NIST-P7: an account has no hint and no secret question, and none is taken", async () => {
  for (const name of ["hint", "password_hint", "security_question", "secret_answer", "recovery_question"]) {
    const { status, body } = await issuer.post("/sign-up", { ...wordsOfPeople, [name]: "the name of my dog" });
    assert.deepEqual([status, body.code], [400, "invalid_request"], name);
  }
  const [account] = await issuer.auth.accounts.list(1);
  assert.deepEqual(Object.keys(account ?? {}).toSorted(), [
    "createdAt",
    "disabledAt",
    "email",
    "emailVerifiedAt",
    "fields",
    "id",
    "passwordChangedAt",
    "passwordHash",
    "roles",
  ]);
});

describe("a session buys what it was made for", () => {
  const wishes = [
    ["another audience", { audience: "billing" }],
    ["another resource", { resource: "https://billing.example.com" }],
    ["another client", { client_id: "somebody" }],
    ["more scope", { scope: "admin" }],
    ["roles", { roles: ["admin"] }],
  ] as const;
  for (const [wish, members] of wishes) {
    test(`S-21, OA-1, ASVS-9.2.4: ${wish} is refused at sign-in and at refresh, and the next token is like the first`, async () => {
      const person = await newPerson(issuer);
      for (const [path, body] of [
        ["/sign-in", { email: person.email, password: person.password }],
        ["/refresh", { refresh_token: person.refresh }],
      ] as const) {
        const { status, body: problem } = await issuer.post(path, { ...body, ...members });
        assert.deepEqual([status, problem.code], [400, "invalid_request"]);
      }
      const { body } = await issuer.post("/refresh", { refresh_token: person.refresh });
      const [first, next] = [await issuer.auth.verify(person.access), await issuer.auth.verify(`${body.access_token}`)];
      assert.ok(first.ok && next.ok);
      for (const claim of ["aud", "client_id", "sub", "sid", "roles"]) {
        assert.deepEqual(next.claims[claim], first.claims[claim], claim);
      }
    });
  }
});

describe("no answer sends a browser anywhere", () => {
  test("R-15, R-18, OA-7, OA-8: no route for programs redirects, whatever address it is given", async () => {
    const declared = issuer.auth.routes.flatMap(({ answers }) => answers.map(({ status }) => status));
    assert.deepEqual(
      declared.filter((status) => status >= 300),
      [],
    );
    for (const address of ["//evil.example", "/\\evil.example", "https://evil.example", "javascript:alert(1)"]) {
      const asked = new URLSearchParams({ returnTo: address, redirect_uri: address, next: address, url: address });
      const answers = [
        await issuer.send(`/sign-in?${asked}`, jsonPost({ email: ada.email, password: ada.password })),
        await issuer.get(`/me?${asked}`, ada.bearer),
        await issuer.get(`/pages/sign-in?${asked}`),
      ];
      for (const { status, headers, text } of answers) {
        assert.deepEqual([status, headers.get("location"), headers.get("refresh")], [200, null, null]);
        assert.ok(!text.includes("evil.example") && !text.includes("javascript:"));
      }
    }
  });

  test("H-15: who asks for a page gets a refusal in JSON, whatever the refused thing says", async () => {
    const markup = "<script>alert(1)</script>@example.com";
    const headers = { accept: "text/html", "content-type": "application/json" };
    const body = JSON.stringify({ email: markup, password: "a phrase of several words" });
    const answer = await issuer.send("/sign-in", { method: "POST", headers, body });
    assert.ok(answer.status >= 400);
    assert.equal(answer.headers.get("content-type"), "application/problem+json");
    assert.equal(answer.headers.get("x-content-type-options"), "nosniff");
    assert.ok(!answer.text.includes("<"));
  });

  test("H-20: nothing is compressed, so no length tells what stands beside a secret", async () => {
    const headers = { authorization: ada.bearer, "accept-encoding": "gzip, deflate, br, zstd" };
    for (const path of ["/me", "/sessions", "/openapi.json", "/.well-known/jwks.json"]) {
      const answer = await issuer.send(path, { headers });
      assert.deepEqual([answer.status, answer.headers.get("content-encoding")], [200, null], path);
    }
  });

  test("H-23: there are no metrics and nothing to debug with, and health says no more than that", async () => {
    for (const path of ["/metrics", "/debug", "/debug/pprof", "/status", "/env", "/dev/inbox", "/health"]) {
      assert.equal((await issuer.get(path)).status, 404, path);
    }
    for (const path of ["/health/live", "/health/ready"]) {
      assert.equal((await issuer.get(path)).text, '{"status":"ok"}');
    }
  });
});
