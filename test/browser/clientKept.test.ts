import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { startChromium, whereThereIsABrowser } from "#browser/chromium.ts";
import { type ClientSite, startClientSite } from "#browser/clientSite.ts";
import { eventually } from "../support/eventually.ts";

const ada = JSON.stringify({ email: "ada@example.com", password: "a phrase of several words" });

/** Everything of a page that a script in it can read, as one text. */
const readable = "JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie])";

whereThereIsABrowser("a page", () => {
  let browser: Browser;
  let site: ClientSite;
  let foreign: ClientSite;
  before(async () => {
    [browser, site, foreign] = await Promise.all([
      startChromium(),
      startClientSite("clientTab.ts"),
      startClientSite("clientTab.ts"),
    ]);
  });
  after(async () => {
    await browser.close();
    await Promise.all([site.close(), foreign.close()]);
  });

  async function open(context: BrowserContext, storage: string): Promise<Page> {
    const page = await context.newPage();
    await page.goto(site.origin);
    await page.evaluate(`openClient({ baseUrl: "/auth", storage: "${storage}", attachTo: [] })`);
    return page;
  }

  async function signIn(storage: string): Promise<{ readonly context: BrowserContext; readonly page: Page }> {
    const context = await browser.newContext();
    const page = await open(context, storage);
    await page.evaluate(`client.signUp(${ada}).then(() => client.signIn(${ada}))`);
    return { context, page };
  }

  const status = (page: Page): Promise<string> => page.evaluate("client.state.status");

  /** What docs/client.md says of each. */
  const kept = [
    { storage: "memory", local: /^$/, session: /^$/, cookies: [], afterReload: "signed_out", inNewTab: "signed_out" },
    { storage: "session", local: /^$/, session: /rt_/, cookies: [], afterReload: "signed_in", inNewTab: "signed_out" },
    { storage: "local", local: /rt_/, session: /^$/, cookies: [], afterReload: "signed_in", inNewTab: "signed_in" },
    {
      storage: "cookie",
      local: /^(?!.*(?:rt_|eyJ)).*ada@example\.com/,
      session: /^$/,
      cookies: ["__Host-cardea-access", "__Host-cardea-device", "__Host-cardea-refresh"],
      afterReload: "signed_in",
      inNewTab: "signed_in",
    },
  ] as const;

  for (const { storage, local, session, cookies, afterReload, inNewTab } of kept) {
    test(`keeps in "${storage}" what the manual says, and nothing after sign-out`, async () => {
      const { context, page } = await signIn(storage);
      const texts = (kind: string): Promise<string> => page.evaluate(`Object.values(${kind}Storage).join()`);
      assert.match(await texts("local"), local);
      assert.match(await texts("session"), session);
      assert.equal(await page.evaluate("document.cookie"), "");
      const set = await context.cookies();
      assert.deepEqual(set.map(({ name }) => name).toSorted(), cookies);
      assert.ok(set.every(({ httpOnly, secure }) => httpOnly && secure));
      assert.equal(await page.evaluate('client.fetch("/auth/me").then(({ status }) => status)'), 200);

      assert.equal(await status(await open(context, storage)), inNewTab);
      await page.reload();
      await page.evaluate(`openClient({ baseUrl: "/auth", storage: "${storage}" })`);
      assert.equal(await status(page), afterReload);

      await page.evaluate(`client.signIn(${ada}).then(() => client.signOut())`);
      assert.doesNotMatch(await page.evaluate<string>(readable), /rt_|eyJ|ada@/);
      const left = (await context.cookies()).map(({ name }) => name);
      assert.deepEqual(
        left,
        cookies.filter((name) => name.endsWith("device")),
      );
      await context.close();
    });
  }

  test("goes on in a copy of its tab: both refresh, and neither is signed out", async () => {
    const { context, page } = await signIn("session");
    const [copy] = await Promise.all([context.waitForEvent("page"), page.evaluate(`void window.open("/")`)]);
    await copy.waitForLoadState();
    await copy.evaluate('openClient({ baseUrl: "/auth", storage: "session" })');
    assert.equal(await status(copy), "signed_in");
    await page.evaluate("client.refresh()");
    const token = await page.evaluate("client.accessToken()");
    await eventually(
      "the copy has the next token",
      async () => (await copy.evaluate("client.accessToken()")) === token,
    );
    site.clock.advance(31_000);
    await copy.evaluate("client.refresh()");
    await eventually(
      "the first has it too",
      async () => (await page.evaluate("client.accessToken()")) === (await copy.evaluate("client.accessToken()")),
    );
    await page.evaluate("client.signOut()");
    await eventually("the copy hears it", async () => (await status(copy)) === "signed_out");
    await context.close();
  });

  for (const storage of ["memory", "session"]) {
    test(`signs out in every tab, though each has a session of its own in "${storage}"`, async () => {
      const { context, page } = await signIn(storage);
      const other = await open(context, storage);
      await other.evaluate(`client.signIn(${ada})`);
      const token = await other.evaluate<string>("client.accessToken()");
      await page.evaluate("client.signOut()");
      await eventually("the other hears it", async () => (await status(other)) === "signed_out");
      await eventually("its session has ended", async () => !(await site.auth.verify(token)).ok);
      await context.close();
    });
  }

  test("finds out who is signed in by a cookie that the issuer's own pages have set", async () => {
    const { context, page } = await signIn("cookie");
    await page.evaluate("localStorage.clear()");
    await page.reload();
    await page.evaluate('openClient({ baseUrl: "/auth", storage: "cookie" })');
    assert.equal(await page.evaluate("client.state.user.email"), "ada@example.com");
    await context.clearCookies();
    await page.evaluate("client.refresh()");
    assert.equal(await status(page), "signed_out");
    await context.close();
  });

  test("of another origin, that the issuer lists, signs in and goes on in the same way", async () => {
    const issuer = await startClientSite("clientTab.ts", { origins: [foreign.origin] });
    for (const storage of ["local", "cookie"]) {
      const context = await browser.newContext();
      const page = await context.newPage();
      await page.goto(foreign.origin);
      await page.evaluate(`openClient({ baseUrl: "${issuer.origin}/auth", storage: "${storage}" })`);
      await page.evaluate(`client.signUp(${ada}).then(() => client.signIn(${ada}))`);
      issuer.clock.advance("6m");
      assert.equal(await page.evaluate("client.me().then(({ data }) => data.user.email)"), "ada@example.com");
      assert.ok(issuer.answers.includes("POST /auth/refresh 200"), "a challenge was read");
      assert.ok(Math.abs(await page.evaluate("client.issuerTime() - Date.now()")) < 60_000);
      await page.evaluate("client.signOut()");
      assert.equal(await status(page), "signed_out");
      await context.close();
    }
    await issuer.close();
  });

  describe("sends its token", () => {
    test("to no other origin, also by a redirect, whatever the page asks for", async () => {
      const { context, page } = await signIn("local");
      foreign.authorizations.length = 0;
      const there = `${foreign.origin}/orders`;
      await page.evaluate(`client.fetch("${there}")`);
      const moved = `${site.origin}/moved?to=${encodeURIComponent(there)}`;
      assert.equal(await page.evaluate(`client.fetch("${moved}").then(() => "followed", () => "refused")`), "refused");
      assert.equal(
        await page.evaluate(`client.fetch("${moved}", { redirect: "follow" }).then(({ status }) => status)`),
        200,
      );
      assert.ok(foreign.authorizations.length >= 2);
      assert.deepEqual(new Set(foreign.authorizations), new Set([undefined]));
      assert.match(site.authorizations.at(-1) ?? "", /^Bearer /);
      await context.close();
    });

    test("to an origin of the list", async () => {
      const { context, page } = await signIn("local");
      await page.evaluate(`openClient({ baseUrl: "/auth", storage: "local", attachTo: ["${foreign.origin}"] })`);
      await page.evaluate(`client.fetch("${foreign.origin}/orders")`);
      assert.match(foreign.authorizations.at(-1) ?? "", /^Bearer /);
      await context.close();
    });
  });

  test("reports a listener that throws, as it does any other error, and goes on", async () => {
    const { context, page } = await signIn("memory");
    const fault = page.waitForEvent("pageerror");
    await page.evaluate('client.onChange(() => { throw new Error("a fault of the page"); })');
    await page.evaluate("client.refresh()");
    assert.match((await fault).message, /a fault of the page/);
    assert.equal(await status(page), "signed_in");
    await context.close();
  });

  test("where storage is closed to it, goes on in memory", async () => {
    const context = await browser.newContext();
    await context.addInitScript(
      'Object.defineProperty(globalThis, "localStorage", { get: () => { throw new DOMException("", "SecurityError"); } });',
    );
    const page = await open(context, "local");
    await page.evaluate(`client.signIn(${ada})`);
    assert.equal(await page.evaluate("client.refresh().then(({ data }) => data.status)"), "signed_in");
    await context.close();
  });
});
