import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import { startChromium, whereThereIsABrowser } from "#browser/chromium.ts";
import {
  expectBoth,
  openPlayground,
  partOf,
  press,
  type Server,
  signUp,
  startServer,
  tokenOf,
} from "#browser/playground.ts";

const algorithms = ["ES256", "EdDSA", "RS256", "HS256"];

whereThereIsABrowser("the playground in hybrid mode", () => {
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

  for (const alg of algorithms) {
    test(`hybrid with ${alg}: a signature by another key is refused, and a sign-out reaches both services`, async () => {
      await openPlayground(page, server.url, { mode: "hybrid", alg });
      await signUp(page);
      await expectBoth(page, "accepted");
      assert.equal(partOf(await tokenOf(page), 0).alg, alg);
      await press(page, "Sign with another key");
      await expectBoth(page, "bad_signature");
      await press(page, "Put it right");
      await press(page, "Sign out");
      await expectBoth(page, "revoked");
    });
  }

  test("each state is a URL, back and forward lead through them, and no token is in one", async () => {
    await openPlayground(page, server.url);
    await signUp(page);
    const token = await tokenOf(page);
    assert.ok(!page.url().includes(token.slice(0, 20)));
    for (const name of ["Stateful", "HS256", "localStorage"]) await page.getByRole("radio", { name }).check();
    const { searchParams } = new URL(page.url());
    assert.deepEqual(Object.fromEntries(searchParams), {
      mode: "stateful",
      alg: "HS256",
      storage: "local",
      policy: "deny",
      view: "play",
    });
    await page.goBack();
    assert.ok(await page.getByRole("radio", { name: "Memory" }).isChecked());
    await page.goForward();
    assert.ok(await page.getByRole("radio", { name: "localStorage" }).isChecked());
    await page.reload();
    assert.ok(await page.getByRole("radio", { name: "Stateful" }).isChecked());
  });
});
