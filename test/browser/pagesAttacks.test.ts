import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import { startChromium, whereThereIsABrowser } from "#browser/chromium.ts";
import { openLook } from "#browser/looks.ts";
import { lookOf } from "#browser/screenConformance.ts";
import { openStage, type Stage } from "#browser/stage.ts";
import { goodPassword, newVisitor, signInQuietly, submit } from "#browser/visitor.ts";

const hostile = [
  "<script>document.title='run'</script>",
  `"><img src=x onerror="document.title='run'">`,
  "javascript:document.title='run'",
  `' autofocus onfocus="document.title='run'" x='`,
  "</title><svg onload=\"document.title='run'\">",
];

whereThereIsABrowser("hosted pages under attack", () => {
  let stage: Stage;
  let browser: Browser;
  before(async () => {
    stage = await openStage();
    browser = await startChromium();
  });
  after(async () => {
    await browser?.close();
    await stage?.close();
  });

  const open = async (): Promise<{ readonly page: Page; readonly violations: readonly string[] }> => {
    const context = await openLook(browser, lookOf(/^light, 1280 px, with J/));
    const page = await context.newPage();
    const violations: string[] = [];
    page.on("console", (message) => {
      if (/Content Security Policy/.test(message.text())) violations.push(message.text());
    });
    return { page, violations };
  };

  test("R-16, ASVS-3.2.2: whatever is typed or linked is shown as text, and runs nowhere", async () => {
    const { page, violations } = await open();
    const visitor = await newVisitor(stage);
    const ran = async (where: string): Promise<void> => {
      assert.doesNotMatch(await page.title(), /^run/, where);
      assert.equal(await page.locator("img, script:not([src]), [onerror], [onload], [onfocus]").count(), 0, where);
    };
    for (const text of hostile) {
      const asked = encodeURIComponent(text);
      for (const path of ["/sign-in", "/sign-up", "/forgot", "/check-email", "/signed-out"]) {
        await page.goto(`${stage.issuer}/pages${path}?returnTo=${asked}&lang=${asked}&error=${asked}&name=${asked}`);
        await ran(`${path} ${text}`);
      }
      for (const path of ["/reset", "/verify", "/change-email"]) {
        await page.goto(`${stage.issuer}/pages${path}?token=${asked}`);
        assert.equal(await page.inputValue("[name=token]"), text);
        await ran(`${path} ${text}`);
      }
      await page.goto(`${stage.issuer}/pages/sign-up`);
      await submit(page, { email: text, password: "short", "field.nickname": text });
      assert.equal(await page.inputValue('[name="field.nickname"]'), text);
      await ran(`sign-up ${text}`);
    }
    await signInQuietly(page.context(), stage, visitor);
    for (const text of hostile) {
      await page.goto(`${stage.issuer}/pages/account/activity?before=${encodeURIComponent(text)}`);
      await ran(`activity ${text}`);
    }
    assert.deepEqual(violations, []);
    await page.context().close();
  });

  test("R-16: and if it were not, the policy of the page would keep it from running", async () => {
    const { page, violations } = await open();
    await page.goto(`${stage.issuer}/pages/sign-in`);
    await page.evaluate(
      `document.querySelector("main").insertAdjacentHTML("beforeend", ${JSON.stringify(hostile[1])})`,
    );
    await page.waitForFunction(`document.querySelector("main img")?.complete`);
    assert.doesNotMatch(await page.title(), /^run/);
    assert.notDeepEqual(violations, []);
    await page.context().close();
  });

  test("OA-10, ASVS-3.4.6: no website shows a page of ours in a frame", async () => {
    const { page } = await open();
    stage.foreign.serve(`<iframe src="${stage.issuer}/pages/sign-in"></iframe>`);
    const refused = page.waitForEvent("console", (message) => /frame-ancestors/.test(message.text()));
    await page.goto(stage.foreign.origin);
    await refused;
    const frame = page.frames()[1];
    assert.ok(frame && !(await frame.content()).includes("current-password"));
    await page.context().close();
  });

  test("L-28, S-06, CS-CS1: a form on another website neither signs its visitor in nor out", async () => {
    const { page } = await open();
    const visitor = await newVisitor(stage);
    await signInQuietly(page.context(), stage, visitor);
    for (const path of ["/pages/sign-out", "/pages/sign-in", "/pages/account/sessions/end-others"]) {
      stage.foreign.serve(
        `<main><form method="post" action="${stage.issuer}${path}"><input name="email"><input name="password"><button>x</button></form></main>`,
      );
      await page.goto(stage.foreign.origin);
      await submit(page, { email: visitor.email, password: visitor.password });
      assert.match((await page.locator("main").textContent()) ?? "", /came from another website/);
    }
    await page.goto(`${stage.issuer}/account`);
    assert.match((await page.locator("main").textContent()) ?? "", new RegExp(visitor.email));
    await page.context().close();
  });

  test("who follows a link from another website is still signed in, although that link brings no strict cookie", async () => {
    const { page } = await open();
    const visitor = await newVisitor(stage);
    await signInQuietly(page.context(), stage, visitor);
    await page.context().clearCookies({ name: "__Host-cardea-access" });
    stage.foreign.serve(`<main><a href="${stage.issuer}/pages/account">x</a></main>`);
    await page.goto(stage.foreign.origin);
    await page.click("a");
    await page.waitForSelector("nav[aria-label=Account]");
    assert.match((await page.locator("main").textContent()) ?? "", new RegExp(visitor.email));
    await page.context().close();
  });

  test("R-15, R-08: signing in leads to a listed website if it was asked for, with no address of ours; and to no other", async () => {
    const stranger = stage.foreign.origin;
    const listing = await openStage({ origins: [stranger] });
    const { page, violations } = await open();
    listing.foreign.serve("");
    stage.foreign.serve("<title>welcome</title>");
    const visitor = await newVisitor(listing);
    const referrers: (string | undefined)[] = [];
    page.on("request", (request) => {
      if (request.url().startsWith(stranger)) referrers.push(request.headers().referer);
    });
    const signIn = async (returnTo: string): Promise<void> => {
      await page.goto(`${listing.issuer}/sign-in?returnTo=${encodeURIComponent(returnTo)}`);
      await submit(page, { email: visitor.email, password: goodPassword });
    };
    await signIn(`${stranger}/home`);
    assert.equal(page.url(), `${stranger}/home`);
    assert.ok(referrers.every((referrer) => referrer === undefined || !/pages|returnTo/.test(referrer)));
    await page.context().clearCookies();
    await signIn(`${listing.foreign.origin}/home`);
    assert.match(page.url(), /\/pages\/account$/);
    assert.deepEqual(violations, []);
    await page.context().close();
    await listing.close();
  });
});
