import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { startChromium, whereThereIsABrowser } from "#browser/chromium.ts";
import { expectBoth, openPlayground, press, type Server, signUp, startServer, tokenOf } from "#browser/playground.ts";

whereThereIsABrowser("the playground's storages", () => {
  let server: Server;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  before(async () => {
    [server, browser] = await Promise.all([startServer(), startChromium()]);
    context = await browser.newContext();
    page = await context.newPage();
    page.setDefaultTimeout(30_000);
  });
  after(async () => {
    await browser?.close();
    await server?.stop();
  });

  /** Everything that a script of this origin can read. */
  const readable = (): Promise<string> =>
    page.evaluate("JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie])");

  test("memory: a reload forgets it, and no other script finds it", async () => {
    await openPlayground(page, server.url, { storage: "memory" });
    await signUp(page);
    const [payload = ""] = (await tokenOf(page)).split(".").slice(1);
    assert.ok(!(await readable()).includes(payload));
    await page.reload();
    await page.getByRole("button", { name: "Sign up and get a token" }).waitFor();
  });

  for (const storage of ["session", "local"]) {
    test(`${storage}Storage: a reload finds it again, and so does any script`, async () => {
      await openPlayground(page, server.url, { storage });
      const email = await signUp(page);
      const [payload = ""] = (await tokenOf(page)).split(".").slice(1);
      assert.ok((await readable()).includes(payload));
      await page.reload();
      await page.getByText("The session is live.").waitFor();
      assert.match((await page.locator(".who").textContent()) ?? "", new RegExp(email));
      await expectBoth(page, "accepted");
      await press(page, "Sign out");
      await expectBoth(page, "revoked");
      assert.ok(!(await readable()).includes(payload));
    });
  }

  test("cookie: services are asked all the same, and no script can read it", async () => {
    await openPlayground(page, server.url, { storage: "cookie" });
    const email = await signUp(page);
    await expectBoth(page, "accepted");
    const access = (await context.cookies()).find(({ name }) => name === "__Host-playground-hybrid-ES256-access");
    assert.ok(access?.httpOnly && access.secure);
    assert.ok(!(await readable()).includes(access.value));
    assert.ok(!(await page.content()).includes(access.value));
    assert.ok(await page.getByRole("button", { name: "Make me admin" }).isDisabled());
    await page.getByText("What a service reads in it").click();
    assert.match((await page.locator(".more .json").first().textContent()) ?? "", new RegExp(email));
    await page.reload();
    await expectBoth(page, "accepted");
    await press(page, "Sign out");
    await page.getByText("The session has ended.").waitFor();
    await expectBoth(page, "missing_token");
    assert.equal((await page.locator(".travel").textContent())?.includes("refuses"), true);
  });
});
