import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { createClient } from "@cardea/client";
import { AuthProvider, SignedIn, useAuth } from "@cardea/client/react";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { createElement as element, type ReactNode } from "react";
import { renderToString } from "react-dom/server";
import { startChromium, whereThereIsABrowser } from "#browser/chromium.ts";
import { type ClientSite, startClientSite } from "#browser/clientSite.ts";

const ada = { email: "ada@example.com", password: "a phrase of several words" };

const Person = (): ReactNode => useAuth().status;

test("on a server nothing is known, asked or kept open", () => {
  const asked: unknown[] = [];
  const fetch = async (input: unknown): Promise<never> => {
    asked.push(input);
    throw new TypeError("no network");
  };
  const client = createClient({ baseUrl: "/auth", storage: "cookie", world: { fetch } });
  const page = element(SignedIn, { fallback: "out", whileLoading: "wait" }, "in");
  const html = renderToString(element(AuthProvider, { client }, element(Person), element("b", undefined, page)));
  assert.equal(html, "loading<b>wait</b>");
  assert.deepEqual(asked, []);
});

test("a component without a provider above says what it needs", () => {
  assert.throws(() => renderToString(element(Person)), /put an AuthProvider above/);
});

whereThereIsABrowser("React", () => {
  let browser: Browser;
  let site: ClientSite;
  let context: BrowserContext;
  let page: Page;
  before(async () => {
    [browser, site] = await Promise.all([startChromium(), startClientSite("reactTab.ts")]);
    context = await browser.newContext();
    page = await context.newPage();
    await page.goto(site.origin);
    await page.evaluate(`client.signUp(${JSON.stringify(ada)})`);
  });
  after(async () => {
    await browser.close();
    await site.close();
  });
  const reads = (id: string, text: RegExp): Promise<unknown> => page.locator(id, { hasText: text }).waitFor();

  test("renders who is signed in, and again whenever that changes", async () => {
    await page.evaluate("render()");
    await reads("#out", /Sign in/);
    await page.evaluate(`client.signIn(${JSON.stringify(ada)})`);
    await reads("#person", /^signed_in signed_in ada@example\.com$/);
    assert.equal(await page.locator("#out").count(), 0);
  });

  test("reads the person's sessions, and again when some are ended", async () => {
    await reads("#sessions", /^1$/);
    const body = JSON.stringify(ada);
    const headers = { "content-type": "application/json" };
    await fetch(`${site.origin}/auth/sign-in`, { method: "POST", headers, body });
    await page.reload();
    await page.evaluate("render()");
    await reads("#sessions", /^2$/);
    await page.click("#end");
    await reads("#end", /:\d+$/);
    await reads("#sessions", /^1$/);
  });

  test("takes over a page that a server made, without a difference", async () => {
    await page.reload();
    const made = '<p id="person">loading  </p>…';
    await page.evaluate(`root.innerHTML = ${JSON.stringify(made)}; globalThis.faults = []; hydrate(faults)`);
    await reads("#person", /^signed_in started ada@example\.com$/);
    assert.deepEqual(await page.evaluate("faults"), []);
  });

  test("hears a sign-out in another tab", async () => {
    const other = await context.newPage();
    await other.goto(site.origin);
    await other.evaluate("client.ready().then(() => client.signOut())");
    await reads("#person", /^signed_out signed_out_elsewhere $/);
    await reads("#out", /Sign in/);
  });
});
