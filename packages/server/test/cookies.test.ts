import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { createAuth, memory } from "cardea";
import { type CookiePerson, fromPage, newCookiePerson, openBrowser } from "./support/browser.ts";
import { type CheckedIssuer, startCheckedIssuer } from "./support/checkedIssuer.ts";
import { type Answer, newPerson } from "./support/issuer.ts";
import { worldAt } from "./support/mailbox.ts";

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

describe("tokens of a cookie client are in cookies and nowhere else", () => {
  test("ASVS-3.3.1, ASVS-3.3.2, ASVS-3.3.3, NIST-S5: sign-in sets them for this host alone, over https, unreadable to scripts, each for its purpose", async () => {
    const { email, password } = await newCookiePerson(issuer);
    const answer = await openBrowser(issuer).post("/sign-in", { email, password, transport: "cookie" });
    assert.equal(answer.status, 200);
    assert.equal(attributesOf(answer, access), "Max-Age=300; Path=/; HttpOnly; Secure; SameSite=Lax");
    assert.match(
      attributesOf(answer, refresh),
      /^Max-Age=12096\d\d; Path=\/; HttpOnly; Secure; SameSite=Strict$|^Max-Age=1209599; Path=\/; HttpOnly; Secure; SameSite=Strict$/,
    );
    assert.deepEqual(Object.keys(answer.body), ["transport", "expires_in", "user"]);
    assert.doesNotMatch(answer.text, /ey[A-Za-z0-9_-]{20}|rt_|at_|dt_/);
  });

  test("ASVS-10.1.1, ASVS-3.3.4: no answer of the session holds one in its body", async () => {
    const { browser, password } = await newCookiePerson(issuer);
    const answers = [
      await browser.post("/refresh"),
      await browser.get("/me"),
      await browser.get("/sessions"),
      await browser.get("/me/export"),
      await browser.post("/reauthenticate", { password }),
      await browser.post("/password/change", { current_password: password, password: "another phrase of words" }),
    ];
    for (const { status, text } of answers) {
      assert.equal(status, 200, text);
      for (const secret of browser.cookies.values()) assert.ok(!text.includes(secret));
      assert.doesNotMatch(text, /"(?:access|refresh|device)_token"/);
    }
  });

  test("CB-2: cookies live no longer than the session, and never longer than 400 days", async () => {
    const short = await startCheckedIssuer({ session: { idle: "2m", absolute: "3m" }, access: { ttl: "10m" } });
    const { email, password } = await newCookiePerson(short);
    const answer = await openBrowser(short).post("/sign-in", { email, password, transport: "cookie" });
    for (const name of [access, refresh]) {
      const seconds = Number(/^Max-Age=(\d+)/.exec(attributesOf(answer, name))?.[1]);
      assert.ok(seconds <= 120 && seconds > 60, name);
    }
    await short.close();
    const long = await startCheckedIssuer({ session: { idle: "365d", absolute: "400d" } });
    await newCookiePerson(long);
    await long.close();
  });

  test("NIST-S5: the server ends a session by its own clock, whatever a browser keeps", async () => {
    const clock = { ms: 1_800_000_000_000 };
    const aging = await startCheckedIssuer({ world: worldAt(clock), mode: "stateful" });
    const { browser } = await newCookiePerson(aging);
    clock.ms += 299_000;
    assert.equal((await browser.get("/me")).status, 200);
    clock.ms += 2_000;
    assert.equal((await browser.get("/me")).status, 401);
    clock.ms += 14 * 86_400_000;
    assert.equal((await browser.post("/refresh")).body.code, "invalid_grant");
    await aging.close();
  });

  test("two issuers on one host keep their cookies apart by name", async () => {
    const named = await startCheckedIssuer({ cookies: { name: "id" } });
    const { browser } = await newCookiePerson(named);
    assert.deepEqual([...browser.cookies.keys()].toSorted(), [
      "__Host-id-access",
      "__Host-id-device",
      "__Host-id-refresh",
    ]);
    assert.equal((await browser.get("/me")).status, 200);
    await named.close();
    for (const name of ["", "a b", "a;b", "a=b", "é", "x".repeat(33)]) {
      const options = { issuer: "http://localhost:1/auth", store: memory(), cookies: { name } };
      await assert.rejects(createAuth(options), /cookies\.name: Use 1 to 32 of/);
    }
  });
});

describe("only the exact name is read", () => {
  const others: Readonly<Record<string, (value: string) => string>> = {
    "without the prefix": (value) => `cardea-access=${value}`,
    "in lower case": (value) => `__host-cardea-access=${value}`,
    "in upper case": (value) => `__HOST-CARDEA-ACCESS=${value}`,
    "with the weaker prefix": (value) => `__Secure-cardea-access=${value}`,
    "with a space before it": (value) => `a=b;  ${access}=${value}`,
    "with a tab before it": (value) => `a=b;\t${access}=${value}`,
    "with a wide space before it": (value) => `a=b; \u00a0${access}=${value}`,
    "with a space behind it": (value) => `${access} =${value}`,
    encoded: (value) => `__Host%2Dcardea-access=${value}`,
    "as a value without a name": (value) => `=${access}=${value}`,
    "as the value of another": (value) => `x=${access}=${value}`,
    "joined by a comma": (value) => `a=b, ${access}=${value}`,
    "as the refresh token": (value) => `${refresh}=${value}`,
    "in quotes": (value) => `${access}="${value}"`,
    "cut short": (value) => `${access}=${value.slice(0, -1)}`,
    empty: () => `${access}=`,
  };
  for (const [name, cookie] of Object.entries(others)) {
    test(`S-03: ${name} it is another cookie, or no token`, async () => {
      const person = await newCookiePerson(issuer);
      const value = kept(person, access);
      assert.equal((await withCookie("/me", `${access}=${value}`)).status, 200);
      assert.equal((await withCookie("/me", `first=1; ${access}=${value};last=2`)).status, 200);
      assert.equal((await withCookie("/me", cookie(value))).status, 401);
    });
  }

  test("ASVS-15.3.7: two of one name are refused, even if they are equal, at every route that reads them", async () => {
    const person = await newCookiePerson(issuer);
    const twice = (name: string): string => `${name}=${kept(person, name)}`.concat(`; ${name}=${kept(person, name)}`);
    for (const [path, method, name] of [
      ["/me", "GET", access],
      ["/sign-out", "POST", access],
      ["/refresh", "POST", refresh],
    ] as const) {
      const answer = await withCookie(path, twice(name), method);
      assert.deepEqual([answer.status, answer.body.code], [400, "conflicting_credentials"], path);
    }
    assert.equal((await person.browser.get("/me")).status, 200);
  });
});

describe("a cookie that was planted beforehand opens nothing", () => {
  test("S-01, CS-SM2: sign-in answers with another session, and the planted values stay worth nothing", async () => {
    const { email, password } = await newCookiePerson(issuer);
    const browser = openBrowser(issuer);
    const planted = { [access]: "attacker", [refresh]: "rt_attacker" };
    for (const [name, value] of Object.entries(planted)) browser.cookies.set(name, value);
    assert.equal((await browser.get("/me")).status, 401);
    await browser.post("/sign-in", { email, password, transport: "cookie" });
    assert.equal((await browser.get("/me")).status, 200);
    for (const [name, value] of Object.entries(planted)) assert.notEqual(browser.cookies.get(name), value);
    assert.equal((await withCookie("/me", `${access}=attacker`)).status, 401);
  });

  test("ASVS-7.2.4: signing in again ends the session that the browser had", async () => {
    const person = await newCookiePerson(issuer);
    const { browser, email, password } = person;
    const earlier = kept(person, access);
    await browser.post("/sign-in", { email, password, transport: "cookie" });
    assert.equal((await withCookie("/me", `${access}=${earlier}`)).status, 401);
    const { sessions } = (await browser.get("/sessions")).body;
    assert.equal(Array.isArray(sessions) && sessions.length, 1);
  });
});

describe("a token stays where it was put", () => {
  test("S-20: a cookie's refresh token is refused in a body, and a body's in a cookie; neither ends the session", async () => {
    const person = await newCookiePerson(issuer);
    const inBody = await issuer.post("/refresh", { refresh_token: kept(person, refresh) });
    assert.deepEqual([inBody.status, inBody.body.code], [401, "invalid_grant"]);
    assert.equal((await person.browser.post("/refresh")).status, 200);

    const ada = await newPerson(issuer);
    const inCookie = await withCookie("/refresh", `${refresh}=${ada.refresh}`, "POST");
    assert.deepEqual([inCookie.status, inCookie.body.code], [401, "invalid_grant"]);
    assert.equal((await issuer.post("/refresh", { refresh_token: ada.refresh })).status, 200);
  });

  test("J-53, ASVS-2.2.3: one in each place is two credentials", async () => {
    const person = await newCookiePerson(issuer);
    const ada = await newPerson(issuer);
    const answer = await person.browser.post("/refresh", { refresh_token: ada.refresh });
    assert.deepEqual([answer.status, answer.body.code], [400, "conflicting_credentials"]);
  });

  test("S-20: an access token does not refresh, a refresh token gives no access", async () => {
    const person = await newCookiePerson(issuer);
    assert.equal((await withCookie("/refresh", `${refresh}=${kept(person, access)}`, "POST")).status, 401);
    assert.equal((await withCookie("/me", `${access}=${kept(person, refresh)}`)).status, 401);
  });
});

describe("a token that no browser would keep", () => {
  const phrase = "a phrase of several words";
  const claims = (bytes: number) => () => ({ note: "x".repeat(bytes) });

  test("ASVS-3.3.5, ASVS-4.2.5: fails the sign-in aloud, leaves no session, and says what to do; a bearer client gets it", async () => {
    const fat = await startCheckedIssuer({ claims: claims(3500) });
    const credentials = { email: "ada@example.com", password: "a phrase of several words" };
    await fat.post("/sign-up", credentials);
    const browser = openBrowser(fat);
    const answer = await browser.post("/sign-in", { ...credentials, transport: "cookie" });
    assert.deepEqual([answer.status, answer.body.code, browser.cookies.size], [500, "internal_error", 0]);
    const fault = fat.events.find((event) => event.type === "fault");
    assert.match(
      String(fault?.type === "fault" && fault.error),
      /__Host-cardea-access would have \d+ bytes.*4096.*fewer claims/,
    );
    const signedIn = await fat.post("/sign-in", credentials);
    assert.equal(signedIn.status, 200);
    const { sessions } = (await fat.get("/sessions", `Bearer ${signedIn.body.access_token}`)).body;
    assert.equal(Array.isArray(sessions) && sessions.length, 1);
    await fat.close();
  });

  for (const [name, path, body] of [
    ["a change of password", "/password/change", { current_password: phrase, password: "another phrase of words" }],
    ["a reauthentication", "/reauthenticate", { password: phrase }],
    ["a refresh", "/refresh", undefined],
  ] as const) {
    test(`ASVS-3.3.5: ends the session that ${name} would hand out`, async () => {
      let bytes = 0;
      const fat = await startCheckedIssuer({ claims: () => claims(bytes)() });
      const { browser, email } = await newCookiePerson(fat);
      bytes = 3500;
      assert.equal((await browser.post(path, body)).body.code, "internal_error");
      const account = await fat.store.people.findByEmail(email);
      assert.deepEqual(await fat.store.people.sessions(account?.id ?? ""), []);
      await fat.close();
    });
  }

  test("ASVS-3.3.5: and the largest that they keep goes through", async () => {
    const fitting = await startCheckedIssuer({ claims: claims(2400) });
    const { browser } = await newCookiePerson(fitting);
    const bytes = Buffer.byteLength(`${access}${browser.cookies.get(access)}`);
    assert.ok(bytes > 3600 && bytes <= 4096, String(bytes));
    assert.equal((await browser.get("/me")).status, 200);
    await fitting.close();
  });
});

describe("a device that signed in is known by its own cookie", () => {
  test("which stays when the session ends, and goes with the next sign-in", async () => {
    const { browser, email, password } = await newCookiePerson(issuer);
    const device = browser.cookies.get("__Host-cardea-device") ?? "";
    assert.match(device, /^dt_/);
    await browser.post("/sign-out");
    await browser.post("/sign-in", { email, password, transport: "cookie" });
    const again = browser.cookies.get("__Host-cardea-device") ?? "";
    const idOf = (token: string): string | undefined => token.split(".")[1];
    assert.equal(idOf(again), idOf(device));
  });
});
