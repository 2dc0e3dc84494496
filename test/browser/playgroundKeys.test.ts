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

whereThereIsABrowser("the playground's endings, keys and clock", () => {
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

  test("revokes a session, and all sessions of a user", async () => {
    for (const button of ["Revoke session", "Revoke user"]) {
      await openPlayground(page, server.url);
      await signUp(page);
      await expectBoth(page, "accepted");
      await press(page, button);
      await page.getByText("The session has ended.").waitFor();
      await expectBoth(page, "revoked");
      assert.match((await page.locator(".notice").textContent()) ?? "", /Both services refuse the token/);
    }
  });

  test("rotates a key without harm, and kills one with all its tokens", async () => {
    for (const alg of ["ES256", "HS256"]) {
      await openPlayground(page, server.url, { alg });
      await signUp(page);
      await expectBoth(page, "accepted");
      const first = partOf(await tokenOf(page), 0).kid;
      await press(page, "Rotate the key");
      await page
        .getByText(alg === "HS256" ? "A new secret signs from now on" : "A new key signs from now on")
        .waitFor();
      if (alg === "ES256") await expectBoth(page, "accepted");
      await press(page, "Next token");
      await page.getByText("That is the next token of the same session.").waitFor();
      assert.notEqual(partOf(await tokenOf(page), 0).kid, first);
      await expectBoth(page, "accepted");
      await press(page, "Kill the key");
      await page.locator(".keys", { hasText: "killed" }).waitFor();
      await expectBoth(page, "(?:revoked|unknown_key)");
    }
  });

  test("shows a token run out, and the next one take its place", async () => {
    await openPlayground(page, server.url, { mode: "stateless" });
    await signUp(page);
    await expectBoth(page, "accepted");
    await press(page, "Expire");
    await page.getByText("The clock was put to a few seconds before").waitFor();
    await expectBoth(page, "expired");
    await page.getByText("it has ended").waitFor();
    await press(page, "Next token");
    await expectBoth(page, "accepted");
    assert.match((await page.locator(".countdown").textContent()) ?? "", /in [45]:\d\d/);
  });
});
