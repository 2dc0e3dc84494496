import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { fromPage } from "./support/browser.ts";
import { type CheckedIssuer, startCheckedIssuer } from "./support/checkedIssuer.ts";
import { newPerson, type Person } from "./support/issuer.ts";

const app = "https://app.example.com";
let issuer: CheckedIssuer;
let ada: Person;
before(async () => {
  issuer = await startCheckedIssuer({ origins: [app, "http://localhost:5173"] });
  ada = await newPerson(issuer);
});
after(() => issuer.close());

const corsHeaders = (headers: Headers): readonly string[] =>
  [...headers.keys()].filter((name) => name.startsWith("access-control-"));

describe("which pages may read answers is a fixed list", () => {
  const others: Readonly<Record<string, string>> = {
    "no page": "null",
    "a foreign page": "https://evil.example",
    "a page whose host ends alike": "https://evil-app.example.com",
    "a page whose host begins alike": "https://app.example.com.evil.example",
    "a page below": "https://x.app.example.com",
    "the page over http": "http://app.example.com",
    "another port": "https://app.example.com:8443",
    "the usual port, written out": "https://app.example.com:443",
    "another case": "https://APP.example.com",
    "a trailing slash": "https://app.example.com/",
    "two origins": `${app}, https://evil.example`,
    "a trailing dot": "https://app.example.com.",
    "a wildcard": "*",
  };
  for (const [name, origin] of Object.entries(others)) {
    test(`ASVS-3.4.2: ${name} is told nothing`, async () => {
      const read = await issuer.send("/me", { headers: { origin, authorization: ada.bearer } });
      assert.deepEqual([read.status, corsHeaders(read.headers)], [200, []]);
      const asked = await issuer.send("/sign-in", {
        method: "OPTIONS",
        headers: { origin, "access-control-request-method": "POST" },
      });
      assert.deepEqual([asked.status, corsHeaders(asked.headers)], [405, []]);
      const changed = await issuer.send("/sessions/revoke-others", {
        method: "POST",
        headers: { origin, authorization: ada.bearer },
      });
      assert.deepEqual([changed.status, corsHeaders(changed.headers)], [403, []]);
    });
  }

  test("ASVS-3.4.2: a listed page may read answers and refusals, with credentials", async () => {
    for (const origin of [app, "http://localhost:5173"]) {
      const sent = { headers: { ...fromPage(origin, "cross-site"), authorization: ada.bearer } };
      for (const [path, status] of [
        ["/me", 200],
        ["/nowhere", 404],
        ["/refresh", 405],
      ] as const) {
        const { headers, ...answer } = await issuer.send(path, sent);
        assert.equal(answer.status, status);
        assert.equal(headers.get("access-control-allow-origin"), origin);
        assert.equal(headers.get("access-control-allow-credentials"), "true");
        assert.match(headers.get("access-control-expose-headers") ?? "", /^Date, .*Retry-After.*WWW-Authenticate/);
        assert.match(headers.get("vary") ?? "", /Origin/);
      }
    }
  });

  test("ASVS-3.4.2: a listed page may ask beforehand, for what the path takes and nothing else", async () => {
    const headers = {
      origin: app,
      "access-control-request-method": "PATCH",
      "access-control-request-headers": "authorization,content-type,x-evil",
    };
    const answer = await issuer.send("/me", { method: "OPTIONS", headers });
    assert.deepEqual([answer.status, answer.text], [204, ""]);
    assert.equal(answer.headers.get("access-control-allow-origin"), app);
    assert.equal(answer.headers.get("access-control-allow-credentials"), "true");
    assert.equal(answer.headers.get("access-control-allow-methods"), "GET, HEAD, PATCH, DELETE");
    assert.equal(answer.headers.get("access-control-allow-headers"), "Authorization, Content-Type");
    assert.equal(answer.headers.get("access-control-max-age"), "600");
    assert.match(answer.headers.get("vary") ?? "", /Access-Control-Request-Headers.*Origin/);
    assert.equal((await issuer.send("/nowhere", { method: "OPTIONS", headers })).status, 404);
  });

  test("an OPTIONS that asks nothing beforehand is a method like any other", async () => {
    const answer = await issuer.send("/me", { method: "OPTIONS", headers: { origin: app } });
    assert.equal(answer.status, 405);
  });

  test("OA-13: public documents are for every page, without credentials", async () => {
    for (const path of ["/.well-known/jwks.json", "/openapi.json"]) {
      const { headers } = await issuer.send(path, { headers: { origin: "https://evil.example", cookie: "a=b" } });
      assert.deepEqual(corsHeaders(headers), ["access-control-allow-origin"]);
      assert.equal(headers.get("access-control-allow-origin"), "*");
      assert.equal(headers.get("set-cookie"), null);
    }
  });

  test("ASVS-3.5.6, ASVS-3.5.7: nothing is wrapped into a script", async () => {
    const { text, headers } = await issuer.get("/me?callback=steal&jsonp=steal", ada.bearer);
    assert.ok(text.startsWith("{") && !text.includes("steal"));
    assert.match(headers.get("content-type") ?? "", /^application\/json/);
  });
});

test("ASVS-3.4.1, NIST-S3: an issuer over https tells browsers to stay there, in every answer; one over http does not", async () => {
  const secure = await startCheckedIssuer({ issuer: "https://app.example.com/auth" });
  const person = await newPerson(secure);
  const statuses = [
    (await secure.get("/me", person.bearer)).status,
    (await secure.get("/me")).status,
    (await secure.get("/nowhere")).status,
    (await secure.send("/me", { method: "PUT" })).status,
    (await secure.get("/.well-known/jwks.json")).status,
    (await secure.post("/sign-in", {})).status,
    (await secure.post("/sign-in", { email: person.email, password: "not the phrase" })).status,
  ];
  assert.deepEqual(statuses, [200, 401, 404, 405, 200, 400, 401]);
  const noUrl = "GET /auth/me HTTP/1.1\r\nHost: evil example\r\nConnection: close\r\n\r\n";
  assert.match(
    await secure.raw(noUrl),
    /^HTTP\/1\.1 400 [\s\S]*strict-transport-security: max-age=31536000; includeSubDomains/i,
  );
  assert.doesNotMatch(await issuer.raw(noUrl), /strict-transport-security/i);
  await secure.close();
});
