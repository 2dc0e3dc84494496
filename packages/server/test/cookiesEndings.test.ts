import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { type CookiePerson, fromPage, newCookiePerson, openBrowser } from "./support/browser.ts";
import { type CheckedIssuer, startCheckedIssuer } from "./support/checkedIssuer.ts";
import type { Answer } from "./support/issuer.ts";

const access = "__Host-cardea-access";
const refresh = "__Host-cardea-refresh";

let issuer: CheckedIssuer;
before(async () => {
  issuer = await startCheckedIssuer();
});
after(() => issuer.close());

const own = (): Readonly<Record<string, string>> => fromPage(new URL(issuer.url).origin, "same-origin");

/** A request of the own page with exactly this `Cookie` header. */
const withCookie = (path: string, cookie: string, method = "GET"): Promise<Answer> =>
  issuer.send(path, { method, headers: { ...own(), cookie } });

const kept = ({ browser }: CookiePerson, name: string): string => browser.cookies.get(name) ?? "";

const attributesOf = (answer: Answer, name: string): string =>
  answer.headers
    .getSetCookie()
    .find((cookie) => cookie.startsWith(`${name}=`))
    ?.replace(/^[^;]*; /, "") ?? "";

describe("refreshing by cookie", () => {
  test("sets both anew, with no body asked for or with an empty object", async () => {
    const person = await newCookiePerson(issuer);
    const first = new Map(person.browser.cookies);
    assert.equal((await person.browser.post("/refresh")).status, 200);
    for (const name of [access, refresh]) assert.notEqual(person.browser.cookies.get(name), first.get(name));
    assert.equal((await person.browser.post("/refresh", {})).status, 200);
    assert.equal((await person.browser.get("/me")).status, 200);
  });

  test("of a session that is over removes the cookies", async () => {
    const person = await newCookiePerson(issuer);
    const both = `${access}=x; ${refresh}=${kept(person, refresh)}`;
    await person.browser.post("/sign-out");
    const answer = await withCookie("/refresh", both, "POST");
    assert.deepEqual([answer.status, answer.body.code], [401, "invalid_grant"]);
    assert.match(attributesOf(answer, access), /^Max-Age=0; Path=\/; HttpOnly; Secure; SameSite=Lax$/);
    assert.match(attributesOf(answer, refresh), /^Max-Age=0; Path=\/; HttpOnly; Secure; SameSite=Strict$/);
  });

  test("without a token anywhere is a bad request", async () => {
    for (const body of [undefined, {}]) {
      const answer = await openBrowser(issuer).post("/refresh", body);
      assert.deepEqual([answer.status, answer.body.code], [400, "invalid_request"]);
    }
  });
});

describe("signing out", () => {
  test("CS-SM4, ASVS-14.3.1: ends the session, removes the cookies and clears what the browser cached", async () => {
    const person = await newCookiePerson(issuer);
    const both = `${access}=${kept(person, access)}; ${refresh}=${kept(person, refresh)}`;
    const answer = await person.browser.post("/sign-out");
    assert.equal(answer.status, 204);
    assert.equal(answer.headers.get("clear-site-data"), '"cache"');
    assert.match(answer.headers.get("revocation-position") ?? "", /^[\w-]+:\d+$/);
    assert.deepEqual([...person.browser.cookies.keys()], ["__Host-cardea-device"]);
    assert.equal((await withCookie("/me", both)).status, 401);
    assert.equal((await withCookie("/refresh", both, "POST")).status, 401);
  });

  test("works with the refresh token alone, when the access token has expired or is gone", async () => {
    for (const accessLeft of [[], [`${access}=expired`]]) {
      const person = await newCookiePerson(issuer);
      const held = kept(person, refresh);
      const answer = await withCookie("/sign-out", [...accessLeft, `${refresh}=${held}`].join("; "), "POST");
      assert.equal(answer.status, 204);
      assert.match(attributesOf(answer, refresh), /^Max-Age=0/);
      assert.equal((await person.browser.get("/me")).status, 401);
    }
  });

  test("with a token in the header never ends the session of a cookie beside it", async () => {
    const person = await newCookiePerson(issuer);
    const headers = { ...own(), authorization: "Bearer x.y.z", cookie: `${refresh}=${kept(person, refresh)}` };
    assert.equal((await issuer.send("/sign-out", { method: "POST", headers })).status, 401);
    assert.equal((await person.browser.get("/me")).status, 200);
  });

  test("with a dead access cookie alone is a 401 that removes it", async () => {
    const answer = await withCookie("/sign-out", `${access}=dead`, "POST");
    assert.deepEqual([answer.status, answer.body.code], [401, "invalid_token"]);
    assert.match(attributesOf(answer, access), /^Max-Age=0/);
  });

  test("CS-SM4: everywhere, from the session itself, and by deleting the account, does the same", async () => {
    for (const leave of ["/sessions/revoke-all", "/sessions/", "/me"]) {
      const person = await newCookiePerson(issuer);
      const session = Object((await person.browser.get("/me")).body.session);
      const path = leave === "/sessions/" ? leave + session.id : leave;
      const answer = await person.browser.send(path, { method: leave === "/sessions/revoke-all" ? "POST" : "DELETE" });
      assert.ok(answer.status < 300, answer.text);
      assert.equal(answer.headers.get("clear-site-data"), '"cache"');
      assert.deepEqual([...person.browser.cookies.keys()], ["__Host-cardea-device"]);
      assert.equal((await person.browser.get("/me")).status, 401);
    }
  });

  test("clears what the configuration lists", async () => {
    for (const [clearSiteData, header] of [
      [[], null],
      [["cache", "cookies", "storage"], '"cache", "cookies", "storage"'],
    ] as const) {
      const clearing = await startCheckedIssuer({ cookies: { clearSiteData } });
      const { browser } = await newCookiePerson(clearing);
      assert.equal((await browser.post("/sign-out")).headers.get("clear-site-data"), header);
      await clearing.close();
    }
  });
});
