import assert from "node:assert/strict";
import { test } from "node:test";
import { startChromium, whereThereIsABrowser } from "#browser/chromium.ts";
import { startClientSite } from "#browser/clientSite.ts";

/** What the page shows after each commit, as whose sessions. */
const watching = `
  globalThis.shown = [];
  const text = (id) => document.getElementById(id)?.textContent ?? "";
  new MutationObserver(() => shown.push(text("person").split(" ").at(-1) + ": " + text("sessions")))
    .observe(document.getElementById("root"), { subtree: true, childList: true, characterData: true });`;

whereThereIsABrowser("useSessions", () => {
  test("shows nobody the sessions of who was signed in before, not even once", async (t) => {
    const site = await startClientSite("reactTab.ts");
    t.after(site.close);
    const browser = await startChromium();
    t.after(() => browser.close());
    const page = await (await browser.newContext()).newPage();
    const reads = (text: RegExp): Promise<unknown> => page.locator("#sessions", { hasText: text }).waitFor();
    const [ada, bob] = ["ada", "bob"].map((name) => ({
      email: `${name}@example.com`,
      password: "a phrase of several words",
    }));
    await page.goto(site.origin);
    for (const one of [ada, bob]) await page.evaluate(`client.signUp(${JSON.stringify(one)})`);
    const headers = { "content-type": "application/json" };
    await fetch(`${site.origin}/auth/sign-in`, { method: "POST", headers, body: JSON.stringify(ada) });
    await page.evaluate(`client.signIn(${JSON.stringify(ada)}).then(() => render())`);
    await reads(/^2$/);
    await page.evaluate(watching);
    await page.evaluate(`client.signIn(${JSON.stringify(bob)})`);
    await reads(/^1$/);
    const shown = await page.evaluate<string[]>("shown");
    assert.ok(shown.includes("bob@example.com: 1"));
    assert.ok(!shown.includes("bob@example.com: 2"), shown.join(", "));
  });
});
