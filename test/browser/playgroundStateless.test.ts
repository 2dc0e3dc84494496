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
  services,
  signUp,
  startServer,
  tokenOf,
} from "#browser/playground.ts";

const algorithms = ["ES256", "EdDSA", "RS256", "HS256"];

whereThereIsABrowser("the playground in stateless mode", () => {
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
    test(`stateless with ${alg}: a sign-out reaches nobody`, async () => {
      await openPlayground(page, server.url, { mode: "stateless", alg });
      await signUp(page);
      await expectBoth(page, "accepted");
      assert.equal(partOf(await tokenOf(page), 0).alg, alg);
      await press(page, "Make me admin");
      await expectBoth(page, "bad_signature");
      await press(page, "Put it right");
      await press(page, "Sign out");
      await page.getByText("Nobody tells the services").waitFor();
      await expectBoth(page, "accepted");
      for (const service of services) {
        const checks = await page.locator(`#${service} .checks`).textContent();
        assert.match(checks ?? "", /Taken back\? Nobody looks/);
      }
      assert.match((await page.locator(".counters").textContent()) ?? "", /Revoke to last yes\s*at its end/);
    });
  }
});
