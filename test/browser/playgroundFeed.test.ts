import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import { startChromium, whereThereIsABrowser } from "#browser/chromium.ts";
import { expectBoth, openPlayground, press, type Server, services, signUp, startServer } from "#browser/playground.ts";

whereThereIsABrowser("the playground's feed", () => {
  let server: Server;
  let browser: Browser;
  let page: Page;
  before(async () => {
    [server, browser] = await Promise.all([startServer(), startChromium()]);
    page = await browser.newPage();
    page.setDefaultTimeout(30_000);
  });
  after(async () => {
    await browser?.close();
    await server?.stop();
  });

  /** What the table says that each policy would answer, for both services alike. */
  const outcomes = async (): Promise<readonly (readonly string[])[]> => {
    const rows = await page.locator(".outcomes tbody tr").all();
    return Promise.all(rows.map((row) => row.locator("td").allTextContents()));
  };

  test("with the feed cut each policy does what its name says, side by side, until it is back", async () => {
    await openPlayground(page, server.url);
    await signUp(page);
    await expectBoth(page, "accepted");
    await press(page, "Cut the feed");
    await expectBoth(page, "stale_view");
    for (const service of services) {
      assert.match((await page.locator(`#${service} .verdict`).textContent()) ?? "", /Cannot tell\s*503/);
      assert.match((await page.locator(`#${service} .freshness`).textContent()) ?? "", /cut · news [\d.]+ s ago/);
    }
    assert.deepEqual(await outcomes(), [
      ["503 stale_view", "503 stale_view"],
      ["200 accepted", "200 accepted"],
      ["200 accepted", "200 accepted"],
    ]);

    await press(page, "Sign out");
    await page.getByText("The session has ended.").waitFor();
    await page.locator(".outcomes", { hasText: "401 inactive_token" }).waitFor();
    assert.deepEqual(await outcomes(), [
      ["503 stale_view", "503 stale_view"],
      ["401 inactive_token", "401 inactive_token"],
      ["200 accepted", "200 accepted"],
    ]);
    await page.getByRole("radio", { name: "Introspect" }).check();
    await expectBoth(page, "inactive_token");
    assert.match((await page.locator("#orders .checks .bad").textContent()) ?? "", /The issuer says yes\s*the issuer/);
    await page.getByRole("radio", { name: "Allow" }).check();
    await expectBoth(page, "accepted");

    await press(page, "Restore the feed");
    await expectBoth(page, "revoked");
    await page.getByRole("radio", { name: "Deny" }).check();
    await expectBoth(page, "revoked");
  });
});
