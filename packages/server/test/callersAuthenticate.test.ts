import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { type CookiePerson, fromPage, newCookiePerson } from "./support/browser.ts";
import { type CheckedIssuer, startCheckedIssuer } from "./support/checkedIssuer.ts";
import { authorizing, newPerson, type Person } from "./support/issuer.ts";
import { worldAt } from "./support/mailbox.ts";

let issuer: CheckedIssuer;
let ada: Person;
let visitor: CookiePerson;
let own: Readonly<Record<string, string>>;
before(async () => {
  issuer = await startCheckedIssuer({ origins: ["https://app.example.com"] });
  ada = await newPerson(issuer);
  visitor = await newCookiePerson(issuer);
  own = fromPage(new URL(issuer.url).origin, "same-origin");
});
after(() => issuer.close());

const cookieOf = (): string => [...visitor.browser.cookies].map((pair) => pair.join("=")).join("; ");

/** A request to a route of the application's own. */
const order = (method: string, headers: Readonly<Record<string, string>>): Request =>
  new Request("https://app.example.com/orders", { method, headers });

describe("a route of the application's own", () => {
  test("knows who sent a request, by a token in the header or by the cookie", async () => {
    const byHeader = await issuer.auth.authenticate(order("POST", authorizing(ada.bearer)));
    assert.ok(byHeader.ok);
    assert.deepEqual([byHeader.via, byHeader.claims.email, byHeader.checked], ["bearer", ada.email, "view"]);
    const byCookie = await issuer.auth.authenticate(order("GET", { cookie: cookieOf() }));
    assert.ok(byCookie.ok);
    assert.deepEqual([byCookie.via, byCookie.claims.email], ["cookie", visitor.email]);
  });

  const refusals: Readonly<Record<string, readonly [() => Request, number, string]>> = {
    "no credential": [() => order("GET", {}), 401, "missing_token"],
    "a bad token": [() => order("GET", { authorization: "Bearer x.y.z" }), 401, "invalid_token"],
    "two persons": [
      () => order("GET", { ...authorizing(ada.bearer), cookie: cookieOf() }),
      400,
      "conflicting_credentials",
    ],
    "a change by cookie from another site": [
      () => order("POST", { ...fromPage("https://evil.example", "cross-site"), cookie: cookieOf() }),
      403,
      "csrf_refused",
    ],
    "a change by cookie from nowhere": [() => order("DELETE", { cookie: cookieOf() }), 403, "csrf_refused"],
  };
  for (const [name, [request, status, code]] of Object.entries(refusals)) {
    test(`CS-CS1: refuses ${name}, with the whole answer ready`, async () => {
      const refused = await issuer.auth.authenticate(request());
      assert.ok(!refused.ok);
      assert.equal(refused.code, code);
      const response = refused.toResponse();
      assert.deepEqual([response.status, Object(await response.json()).code], [status, code]);
      assert.equal(response.headers.get("cache-control"), "no-store");
      assert.equal(response.headers.has("www-authenticate"), status !== 403);
    });
  }

  test("takes a change by cookie from the own page and from a listed one", async () => {
    for (const headers of [own, fromPage("https://app.example.com", "same-site")]) {
      assert.ok((await issuer.auth.authenticate(order("PUT", { ...headers, cookie: cookieOf() }))).ok);
    }
  });

  test("may ask the store, and for a sign-in of late", async () => {
    const stateless = await startCheckedIssuer({ mode: "stateless" });
    const gone = await newPerson(stateless);
    await stateless.post("/sign-out", undefined, gone.bearer);
    const request = (): Request => order("GET", authorizing(gone.bearer));
    assert.ok((await stateless.auth.authenticate(request())).ok);
    const fresh = await stateless.auth.authenticate(request(), { fresh: true });
    assert.ok(!fresh.ok && fresh.code === "invalid_token");
    await stateless.close();
  });

  test("may ask for a sign-in of late (RFC 9470)", async () => {
    const clock = { ms: 1_800_000_000_000 };
    const aging = await startCheckedIssuer({ world: worldAt(clock) });
    const { bearer } = await newPerson(aging);
    const ask = () => aging.auth.authenticate(order("GET", authorizing(bearer)), { maxAgeSeconds: 60 });
    clock.ms += 60_000;
    assert.ok((await ask()).ok);
    clock.ms += 1000;
    const tooOld = await ask();
    assert.ok(!tooOld.ok && tooOld.code === "reauthentication_required");
    assert.match(tooOld.toResponse().headers.get("www-authenticate") ?? "", /max_age="60"/);
    await aging.close();
  });
});
