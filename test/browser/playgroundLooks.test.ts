import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { gzipSync } from "node:zlib";
import type { Browser } from "playwright-core";
import { accessibilityViolations } from "#browser/accessibility.ts";
import { startChromium, whereThereIsABrowser } from "#browser/chromium.ts";
import { looks, openLook } from "#browser/looks.ts";
import { expectBoth, press, type Server, signUp, startServer } from "#browser/playground.ts";

whereThereIsABrowser("how the playground looks", () => {
  let server: Server;
  let browser: Browser;
  before(async () => {
    [server, browser] = await Promise.all([startServer(), startChromium()]);
  });
  after(async () => {
    await browser?.close();
    await server?.stop();
  });

  for (const look of looks) {
    test(`${look.name}: nothing is out of reach, and nothing is wider than the window`, async () => {
      const context = await openLook(browser, look);
      const page = await context.newPage();
      page.setDefaultTimeout(30_000);
      const isNarrow = (): Promise<boolean> => page.evaluate("document.documentElement.scrollWidth <= innerWidth");
      await page.goto(server.url);
      if (look.script) {
        await signUp(page);
        await expectBoth(page, "accepted");
        await page.locator("#orders details summary").click();
        assert.deepEqual(await accessibilityViolations(page, look), []);
        assert.ok(await isNarrow(), "play");
        await press(page, "Make me admin");
        await expectBoth(page, "bad_signature");
        await press(page, "Sign out");
        await expectBoth(page, "revoked");
        assert.deepEqual(await accessibilityViolations(page, look), []);
        await press(page, "Inspector");
        await page.getByLabel("Token to inspect").fill("eyJhbGciOiJub25lIn0.eyJwYXNzd29yZCI6IngifQ.");
        await press(page, "Would this server accept it?");
        await page.locator(".result").waitFor();
        assert.ok(await isNarrow(), "inspect");
      } else {
        await page.locator("noscript p").waitFor();
      }
      assert.deepEqual(await accessibilityViolations(page, look), []);
      await context.close();
    });
  }

  test("works by keyboard alone: choose, sign up, break, sign out", async () => {
    const page = await browser.newPage();
    page.setDefaultTimeout(30_000);
    await page.goto(server.url);
    const tabTo = async (name: string): Promise<void> => {
      for (let presses = 0; presses < 60; presses += 1) {
        await page.keyboard.press("Tab");
        const text = await page.evaluate("document.activeElement?.value || document.activeElement?.textContent");
        if (text === name) return;
      }
      assert.fail(`no ${name} within 60 presses of Tab`);
    };
    await tabTo("hybrid");
    await page.keyboard.press("ArrowLeft");
    assert.match(page.url(), /mode=stateless/);
    await page.keyboard.press("ArrowRight");
    assert.match(page.url(), /mode=hybrid/);
    await tabTo("Sign up and get a token");
    await page.keyboard.press("Enter");
    await expectBoth(page, "accepted");
    await tabTo("Make me admin");
    await page.keyboard.press("Space");
    await expectBoth(page, "bad_signature");
    await tabTo("Sign out");
    await page.keyboard.press("Enter");
    await expectBoth(page, "revoked");
    await page.close();
  });

  test("document, script and style are at most 60 kB gzip, under a policy without any unsafe", async () => {
    const files = await Promise.all(
      ["/", "/playground/script.js", "/playground/style.css"].map((path) => fetch(server.url + path)),
    );
    const bytes = await Promise.all(files.map((file) => file.bytes()));
    const sizes = bytes.map((one) => gzipSync(one).length);
    assert.ok(sizes.reduce((sum, size) => sum + size, 0) <= 60 * 1024, sizes.join(" + "));
    for (const { headers } of files) {
      const policy = headers.get("content-security-policy") ?? "";
      assert.match(policy, /default-src 'none'.*script-src 'self'.*frame-ancestors 'none'/);
      assert.ok(!policy.includes("unsafe"));
      assert.equal(headers.get("cache-control"), "no-store");
      assert.equal(headers.get("x-content-type-options"), "nosniff");
      assert.equal(headers.get("cross-origin-opener-policy"), "same-origin");
    }
  });
});
