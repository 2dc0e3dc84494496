import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { realWorld } from "cardea";
import { z } from "zod";
import { type Browser, openBrowser } from "./support/browser.ts";
import { leadsTo, lookAt, newGuest, guestPassword as password, sendForm } from "./support/guests.ts";
import { type Issuer, startIssuer } from "./support/issuer.ts";

const clock = { ms: realWorld.now() };
const world = { ...realWorld, now: () => clock.ms };
let issuer: Issuer;
before(async () => {
  issuer = await startIssuer({
    world,
    development: true,
    trustProxy: 0,
    accounts: { fields: z.object({ nickname: z.string().min(2, "Use at least 2 characters.").optional() }) },
    pages: { name: "Harbour", fields: [{ name: "nickname", label: "Nickname", required: true }] },
    throttle: { signUp: { perAddress: 1000, perNetwork: 1000 }, mail: { perAddress: 1000 } },
  });
});
after(() => issuer.close());

const linkTo = async (email: string): Promise<URL> => {
  await issuer.auth.settled();
  return new URL(issuer.auth.inbox?.last(email)?.link ?? assert.fail(`no link to ${email}`));
};

describe("links of mails", () => {
  test("R-08: opening one spends nothing, however often; its form does, once", async () => {
    const { email } = await newGuest(issuer);
    const browser = openBrowser(issuer);
    const verify = await linkTo(email);
    leadsTo(await sendForm(browser, "/forgot", { email }), "/check-email");
    const reset = await linkTo(email);
    for (const link of [verify, reset, verify, reset]) {
      const answer = await browser.get(link.pathname.replace("/auth", "") + link.search);
      assert.equal(answer.status, 200);
      assert.equal(answer.headers.get("referrer-policy"), "strict-origin");
      assert.doesNotMatch(answer.text, /href="https?:|src="https?:/);
    }
    const token = (link: URL): string => link.searchParams.get("token") ?? "";
    assert.equal((await sendForm(browser, "/verify", { token: token(verify), password: "wrong" })).status, 422);
    leadsTo(await sendForm(browser, "/verify", { token: token(verify), password }), "/sign-in");
    assert.match((await lookAt(browser, "/sign-in")).text, /Your address is confirmed/);
    assert.equal((await sendForm(browser, "/reset", { token: token(reset), password: "12345678" })).status, 422);
    const next = "another phrase of words";
    leadsTo(await sendForm(browser, "/reset", { token: token(reset), password: next }), "/sign-in");
    for (const [path, link] of [
      ["/verify", verify],
      ["/reset", reset],
    ] as const) {
      const spent = await sendForm(browser, path, { token: token(link), password: next });
      assert.equal(spent.status, 422);
      assert.match(spent.text, /This link does not work/);
    }
    leadsTo(await sendForm(browser, "/sign-in", { email, password: next }), "/account");
  });

  test("the address changes by the link that went there, after the password was shown anew", async () => {
    const { browser, email } = await newGuest(issuer);
    const other = `other-${email}`;
    clock.ms += 11 * 60_000;
    browser.cookies.delete("__Host-cardea-access");
    leadsTo(await lookAt(browser, "/account/email"), "/account/confirm?next=email");
    leadsTo(await sendForm(browser, "/account/email", { email: other }), "/account/confirm?next=email");
    assert.equal((await sendForm(browser, "/account/confirm", { password: "wrong", next: "email" })).status, 422);
    leadsTo(await sendForm(browser, "/account/confirm", { password, next: "email" }), "/account/email");
    leadsTo(await sendForm(browser, "/account/email", { email: other }), "/account/email");
    assert.match((await lookAt(browser, "/account/email")).text, /a mail with a link is on its way/);
    const token = (await linkTo(other)).searchParams.get("token") ?? "";
    leadsTo(await sendForm(openBrowser(issuer), "/change-email", { token }), "/sign-in");
    assert.match((await lookAt(browser, "/account")).text, new RegExp(other));
  });
});

describe("the account", () => {
  test("L-30, ASVS-7.4.3: a changed password ends the other sessions unless they are kept, and goes on in a new one", async () => {
    const { browser, email } = await newGuest(issuer);
    const other = openBrowser(issuer);
    const third = openBrowser(issuer);
    for (const one of [other, third]) leadsTo(await sendForm(one, "/sign-in", { email, password }), "/account");
    const next = "another phrase of words";
    const path = "/account/password";
    assert.match((await sendForm(browser, path, { current: "wrong", password: next })).text, /id="current-fault"/);
    leadsTo(await sendForm(browser, path, { current: password, password: next }), path);
    assert.equal((await lookAt(other, "/account/sessions")).status, 200);
    leadsTo(await sendForm(browser, path, { current: next, password, others: "end" }), path);
    assert.equal((await lookAt(browser, path)).status, 200);
    for (const one of [other, third]) assert.equal((await lookAt(one, "/account/sessions")).status, 303);
  });

  test("a device is signed out, and only one of one's own", async () => {
    const { browser, email } = await newGuest(issuer);
    const stranger = await newGuest(issuer);
    const other = openBrowser(issuer);
    leadsTo(await sendForm(other, "/sign-in", { email, password }), "/account");
    const idOf = async (one: Browser): Promise<string> => {
      const sessions = (await one.get("/sessions")).body.sessions as readonly { id: string; current: boolean }[];
      return sessions.find(({ current }) => current)?.id ?? "";
    };
    const path = "/account/sessions";
    leadsTo(await sendForm(browser, `${path}/end`, { id: await idOf(stranger.browser) }), path);
    assert.equal((await lookAt(stranger.browser, path)).status, 200);
    leadsTo(await sendForm(browser, `${path}/end`, { id: await idOf(other) }), path);
    assert.match((await lookAt(browser, path)).text, /The device is signed out\./);
    assert.equal((await lookAt(other, path)).status, 303);
    leadsTo(await sendForm(browser, `${path}/end-others`), path);
    leadsTo(await sendForm(browser, `${path}/end`, { id: await idOf(browser) }), "/signed-out");
  });

  for (const [language, name, unknown] of [
    ["en", "Firefox on Linux", "Unknown device"],
    ["de", "Firefox unter Linux", "Unbekanntes Gerät"],
  ] as const) {
    test(`devices are named in the language of the page: ${name}`, async () => {
      const { browser, email } = await newGuest(issuer);
      for (const userAgent of ["Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "?"]) {
        const credentials = { email, password, transport: "bearer" };
        const answer = await openBrowser(issuer).post("/sign-in", credentials, { "user-agent": userAgent });
        assert.equal(answer.status, 200);
      }
      for (const section of ["sessions", "activity"]) {
        const { text } = await lookAt(browser, `/account/${section}?lang=${language}`);
        assert.ok(text.includes(name), section);
        assert.equal(text.includes(unknown), section === "sessions", section);
      }
    });
  }

  test("data come as a file, exactly those that programs get", async () => {
    const { browser } = await newGuest(issuer);
    const { status, headers, body } = await lookAt(browser, "/account/data/export.json");
    assert.equal(status, 200);
    assert.equal(headers.get("content-disposition"), 'attachment; filename="my-data.json"');
    assert.deepEqual(Object.keys(body), ["exported_at", "user", "sessions", "activity"]);
    assert.deepEqual(body.user, Object((await browser.get("/me/export")).body).user);
  });

  test("is deleted by who says so twice, with the password shown lately", async () => {
    const { browser, email } = await newGuest(issuer);
    clock.ms += 11 * 60_000;
    browser.cookies.delete("__Host-cardea-access");
    leadsTo(await sendForm(browser, "/account/data/delete", { sure: "yes" }), "/account/confirm?next=data");
    leadsTo(await sendForm(browser, "/account/confirm", { password, next: "//evil.example" }), "/account/data");
    assert.equal((await sendForm(browser, "/account/data/delete")).status, 422);
    leadsTo(await sendForm(browser, "/account/data/delete", { sure: "yes" }), "/signed-out");
    assert.match((await lookAt(browser, "/signed-out")).text, /Your account is deleted/);
    assert.equal((await sendForm(browser, "/sign-in", { email, password })).status, 422);
  });

  test("its activity is what the audit trail says, page by page", async () => {
    const { browser, email } = await newGuest(issuer);
    for (let time = 0; time < 21; time++) await browser.get("/me/export");
    const first = await lookAt(browser, "/account/activity");
    const [, older = ""] = /href="\/auth\/pages(\/account\/activity\?before=[^"]+)"/.exec(first.text) ?? [];
    assert.match(first.text, /Data downloaded/);
    const second = await lookAt(browser, older);
    assert.match(second.text, /Account created/);
    assert.doesNotMatch(second.text, />Older</);
    assert.ok(email);
  });
});
