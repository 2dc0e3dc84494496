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

whereThereIsABrowser("the playground", () => {
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

  test("goes from sign-up over a broken token to a sign-out that both services hear of", async () => {
    const errors: string[] = [];
    page.on("pageerror", ({ message }) => errors.push(message));
    await openPlayground(page, server.url);
    assert.equal(await page.locator("#orders").textContent(), "ordersWaits for a token.");

    const email = await signUp(page);
    await expectBoth(page, "accepted");
    const token = await tokenOf(page);
    assert.equal(partOf(token, 0).alg, "ES256");
    assert.equal(partOf(token, 1).email, email);
    const painted = await page.locator(".paint").textContent();
    assert.equal(painted, token, "the colours lie under the very text");
    const facts = (await page.locator(".factList").textContent()) ?? "";
    assert.match(facts, new RegExp(email.replaceAll(".", "\\.")));
    assert.match(facts, /in [45]:\d\d/);

    await press(page, "Make me admin");
    await expectBoth(page, "bad_signature");
    assert.deepEqual(partOf(await tokenOf(page), 1).roles, ["admin"]);
    await page.getByText("Somebody changed this token").first().waitFor();

    await press(page, "Put it right");
    await expectBoth(page, "accepted");
    assert.equal(await tokenOf(page), token);

    await press(page, "Sign out");
    await page.getByText("The session has ended.").waitFor();
    await expectBoth(page, "revoked");
    for (const service of services) {
      assert.match((await page.locator(`#${service} .verdict`).textContent()) ?? "", /Refused\s*401/);
      assert.match((await page.locator(`#${service} .checks .bad`).textContent()) ?? "", /Not taken back/);
    }
    const track = (await page.locator(".travel").textContent()) ?? "";
    assert.match(track, /issuer\s*taken back\s*[\d.]+ ms/);
    assert.match(track, /billing\s*has heard\s*[\d.]+ ms/);
    assert.match(track, /enforced\s*refuses\s*[\d.]+ ms/);
    assert.match((await page.locator(".counters").textContent()) ?? "", /Store reads\s*0/);
    assert.match((await page.locator(".counters").textContent()) ?? "", /Revoke to last yes\s*\d+ ms/);
    assert.deepEqual(errors, []);
  });

  test("shows what each forger's trick comes to", async () => {
    await openPlayground(page, server.url);
    await signUp(page);
    await expectBoth(page, "accepted");
    const tricks = [
      { button: "alg: none", code: "malformed_token" },
      { button: "Sign with another key", code: "bad_signature" },
      { button: "Public key as secret", code: "wrong_algorithm" },
      { button: "Make me admin", code: "bad_signature" },
    ];
    for (const { button, code } of tricks) {
      await press(page, button);
      await expectBoth(page, code);
      await press(page, "Put it right");
      await expectBoth(page, "accepted");
    }
  });

  test("takes what is typed: the JSON of a part, or the text itself", async () => {
    await openPlayground(page, server.url);
    const email = await signUp(page);
    await expectBoth(page, "accepted");
    const token = await tokenOf(page);

    const payload = page.getByLabel("Payload, as JSON");
    await payload.fill((await payload.inputValue()).replace(email, "eve@example.com"));
    await expectBoth(page, "bad_signature");
    assert.equal(partOf(await tokenOf(page), 1).email, "eve@example.com");
    await payload.fill("no json at all");
    await expectBoth(page, "bad_signature");
    await press(page, "Put it right");

    const header = page.getByLabel("Header, as JSON");
    await header.fill('{"alg":"ES256","typ":"JWT"}');
    await expectBoth(page, "wrong_type");
    await page.getByLabel("The token, as it is sent").fill(token.slice(0, -3));
    await expectBoth(page, "(?:malformed_token|bad_signature)");
    await page.getByLabel("The token, as it is sent").fill("nothing");
    await expectBoth(page, "opaque_token");
    await page.getByLabel("The token, as it is sent").fill(token);
    await expectBoth(page, "accepted");
  });

  test("gets the next token of a session, and none after its end", async () => {
    await openPlayground(page, server.url);
    await signUp(page);
    const first = await tokenOf(page);
    await press(page, "Next token");
    await page.getByText("That is the next token of the same session.").waitFor();
    const next = await tokenOf(page);
    assert.notEqual(next, first);
    assert.equal(partOf(next, 1).sid, partOf(first, 1).sid);
    await expectBoth(page, "accepted");
  });
});
