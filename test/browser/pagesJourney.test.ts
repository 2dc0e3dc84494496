import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import { startChromium, whereThereIsABrowser } from "#browser/chromium.ts";
import { looks, openLook } from "#browser/looks.ts";
import { lookOf } from "#browser/screenConformance.ts";
import { openStage, type Stage } from "#browser/stage.ts";
import { goodPassword, newVisitor, signInElsewhere, signInQuietly, submit } from "#browser/visitor.ts";

whereThereIsABrowser("hosted pages in the hands of people", () => {
  let stage: Stage;
  let browser: Browser;
  before(async () => {
    stage = await openStage({ origins: ["https://app.example.com"] });
    browser = await startChromium();
  });
  after(async () => {
    await browser?.close();
    await stage?.close();
  });

  /** What has the focus, by its name or its text. */
  const focused = (page: Page): Promise<string> => page.locator(":focus").evaluate(nameOf);

  /** Goes on by the tab key until something of that name has the focus. */
  const tabTo = async (page: Page, name: string): Promise<void> => {
    for (let step = 0; step < 40; step++) {
      await page.keyboard.press("Tab");
      if ((await focused(page)) === name) return;
    }
    assert.fail(`the tab key never reaches ${name}`);
  };

  test("by the keyboard alone: from sign-up over sign-in and the account to sign-out", async () => {
    const context = await openLook(browser, lookOf(/^light, 1280 px, with J/));
    const page = await context.newPage();
    const email = "keyboard@example.com";
    const press = async (name: string): Promise<void> => {
      await tabTo(page, name);
      await Promise.all([page.waitForNavigation(), page.keyboard.press("Enter")]);
    };
    await page.goto(`${stage.issuer}/sign-up`);
    await tabTo(page, "email");
    await page.keyboard.type(email);
    await tabTo(page, "password");
    await page.keyboard.type(goodPassword);
    await press("Create account");
    assert.match(page.url(), /\/pages\/sign-in$/);
    await tabTo(page, "email");
    await page.keyboard.type(email);
    await tabTo(page, "password");
    await page.keyboard.type("wrong");
    await press("Sign in");
    assert.match(await focused(page), /wrong/, "what is wrong takes the focus");
    await tabTo(page, "password");
    await page.keyboard.type(goodPassword);
    await press("Sign in");
    assert.match(page.url(), /\/pages\/account$/);
    await press("Devices");
    assert.match(await page.title(), /^Devices/);
    await press("Sign out");
    assert.match(page.url(), /\/pages\/signed-out$/);
    await context.close();
  });

  for (const look of looks.filter(({ colorScheme, width }) => colorScheme === "light" && width === 320)) {
    test(`a device is signed out everywhere, and the services that confirmed it are counted: ${look.name}`, async () => {
      const visitor = await newVisitor(stage);
      const context = await openLook(browser, look);
      await signInQuietly(context, stage, visitor);
      const token = await signInElsewhere(stage, visitor);
      const page = await context.newPage();
      await page.goto(`${stage.issuer}/account`);
      await page.click("nav a[href$=sessions]");
      await page.click("main li:nth-child(2) button");
      assert.match((await page.locator(".notice").textContent()) ?? "", /Confirmed by 2 of 2 services in \d+ ms\./);
      const refused = await fetch(`${stage.issuer}/me`, { headers: { authorization: `Bearer ${token}` } });
      assert.equal(refused.status, 401);
      await page.reload();
      assert.equal(await page.locator(".notice").count(), 0, "it is said once");
      await context.close();
    });
  }

  test("password managers find what they look for, and a pasted password is taken", async () => {
    const context = await openLook(browser, lookOf(/^light, 1280 px, with J/));
    const page = await context.newPage();
    const attributes = async (path: string): Promise<readonly string[]> => {
      await page.goto(`${stage.issuer}/pages${path}`);
      const inputs = page.locator("main input:not([type=hidden], [type=checkbox])");
      return inputs.evaluateAll(attributesOf);
    };
    const visitor = await newVisitor(stage);
    assert.deepEqual(await attributes("/sign-in"), ["email email username", "password password current-password"]);
    assert.deepEqual((await attributes("/sign-up")).slice(0, 2), [
      "email email username",
      "password password new-password",
    ]);
    await signInQuietly(context, stage, visitor);
    assert.deepEqual(await attributes("/account/password"), [
      "username email username",
      "current password current-password",
      "password password new-password",
    ]);
    await page.goto(`${new URL(stage.issuer).origin}/.well-known/change-password`);
    assert.match(page.url(), /\/pages\/account\/password$/);

    await page.fill("#current", goodPassword);
    const show = page.getByRole("button", { name: "Show password" }).first();
    await show.click();
    assert.deepEqual(
      [await page.getAttribute("#current", "type"), await show.getAttribute("aria-pressed")],
      ["text", "true"],
    );
    await show.click();
    assert.equal(await page.getAttribute("#current", "type"), "password");
    await context.close();
  });

  test("who has to wait sees the seconds pass, and then that they may try again", async () => {
    const context = await openLook(browser, lookOf(/^light, 1280 px, with J/));
    const page = await context.newPage();
    await page.clock.install({ time: 0 });
    // Else it goes on by itself as well, and a slow machine has fewer seconds left.
    await page.clock.pauseAt(1000);
    for (let time = 0; time < 2; time++) {
      await page.goto(`${stage.strict}/pages/forgot`);
      await submit(page, { email: "ada@example.com" });
    }
    const countdown = page.locator(".countdown");
    const seconds = Number(await countdown.getAttribute("data-seconds"));
    await page.clock.runFor((seconds - 5) * 1000);
    assert.equal(await countdown.textContent(), "Try again in 5 seconds.");
    await page.clock.runFor(5000);
    assert.equal(await countdown.textContent(), "You can try again now.");
    await context.close();
  });
});

/** An element, as far as it is asked here. */
type Shown = { readonly textContent: string | null; readonly getAttribute: (name: string) => string | null };

/** In the browser: the name or the text of an element. */
const nameOf = (element: object): string => {
  const { textContent } = element as Shown;
  return (element as Shown).getAttribute("name") ?? textContent?.trim() ?? "";
};

/** In the browser: name, type and autocomplete of inputs. */
const attributesOf = (inputs: readonly object[]): readonly string[] =>
  inputs.map((input) => ["name", "type", "autocomplete"].map((name) => (input as Shown).getAttribute(name)).join(" "));
