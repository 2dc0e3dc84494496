import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import { startChromium, whereThereIsABrowser } from "#browser/chromium.ts";
import {
  expectBoth,
  openPlayground,
  press,
  type Server,
  services,
  signUp,
  startServer,
  tokenOf,
} from "#browser/playground.ts";
import { eventually } from "../support/eventually.ts";

const algorithms = ["ES256", "EdDSA", "RS256", "HS256"];

whereThereIsABrowser("the playground in stateful mode", () => {
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
    test(`stateful with ${alg}: each check asks the issuer, who reads its store, and the very next one is refused`, async () => {
      await openPlayground(page, server.url, { mode: "stateful", alg });
      await signUp(page);
      await expectBoth(page, "accepted");
      assert.ok(!(await tokenOf(page)).includes("."), "opaque");
      const reads = page.locator(".counters b").first();
      await eventually("the issuer has read its store", async () => Number(await reads.textContent()) > 0);
      for (const service of services) {
        assert.match((await page.locator(`#${service} .code`).textContent()) ?? "", /one call to the issuer/);
      }
      await press(page, "Guess another one");
      await expectBoth(page, "inactive_token");
      await press(page, "Put it right");
      await expectBoth(page, "accepted");
      await press(page, "Sign out");
      await page.getByText("The session has ended.").waitFor();
      await expectBoth(page, "inactive_token");
    });
  }
});
