import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { z } from "zod";
import { fromPage, openBrowser } from "./support/browser.ts";
import { freeAddress, leadsTo, lookAt, newGuest, guestPassword as password, sendForm } from "./support/guests.ts";
import { type Answer, type Issuer, startIssuer } from "./support/issuer.ts";

let issuer: Issuer;
before(async () => {
  issuer = await startIssuer({
    development: true,
    trustProxy: 0,
    accounts: { fields: z.object({ nickname: z.string().min(2, "Use at least 2 characters.").optional() }) },
    pages: { name: "Harbour", fields: [{ name: "nickname", label: "Nickname", required: true }] },
    throttle: { signUp: { perAddress: 1000, perNetwork: 1000 }, mail: { perAddress: 1000 } },
  });
});
after(() => issuer.close());

describe("a session of pages", () => {
  test("S-01, ASVS-7.2.4: lives in cookies that scripts cannot read, and is the session that programs see", async () => {
    const { browser } = await newGuest(issuer);
    assert.deepEqual([...browser.cookies.keys()].toSorted(), [
      "__Host-cardea-access",
      "__Host-cardea-device",
      "__Host-cardea-notice",
      "__Host-cardea-refresh",
    ]);
    const { sessions } = (await browser.get("/sessions")).body;
    assert.ok(Array.isArray(sessions) && sessions.length === 1 && sessions[0].transport === "cookie");
  });

  test("goes on when its access token is over: the page refreshes it by itself", async () => {
    const { browser } = await newGuest(issuer);
    const before = browser.cookies.get("__Host-cardea-refresh");
    browser.cookies.delete("__Host-cardea-access");
    const { status, text } = await lookAt(browser, "/account");
    assert.equal(status, 200);
    assert.match(text, /guest\d+@example\.com/);
    assert.ok(browser.cookies.has("__Host-cardea-access"));
    assert.notEqual(browser.cookies.get("__Host-cardea-refresh"), before);
    browser.cookies.delete("__Host-cardea-access");
    leadsTo(await sendForm(browser, "/account", { "field.nickname": "Grace" }), "/account");
    assert.match((await lookAt(browser, "/account")).text, /value="Grace"/);
  });

  test("S-13: is over when it was ended elsewhere: the browser forgets it, and is led to sign-in and back", async () => {
    const { browser } = await newGuest(issuer);
    const copy = new Map(browser.cookies);
    leadsTo(await sendForm(browser, "/sign-out"), "/signed-out");
    assert.deepEqual([...browser.cookies.keys()].toSorted(), ["__Host-cardea-device", "__Host-cardea-notice"]);
    for (const [name, value] of copy) browser.cookies.set(name, value);
    leadsTo(await lookAt(browser, "/account/sessions"), "/sign-in?returnTo=%2Fauth%2Fpages%2Faccount%2Fsessions");
    assert.ok(!browser.cookies.has("__Host-cardea-refresh"));
  });

  test("who comes from another site's link comes once more, then with the cookies of our own", async () => {
    const stranger = await issuer.send("/pages/account", { headers: { "sec-fetch-site": "cross-site" } });
    assert.equal(stranger.status, 200);
    assert.match(stranger.text, /<meta http-equiv="refresh" content="0;url=\/auth\/pages\/account">/);
    const again = await issuer.send("/pages/account", {
      redirect: "manual",
      headers: { "sec-fetch-site": "same-origin" },
    });
    assert.equal(again.status, 303);
  });
});

describe("sign-in and sign-up", () => {
  test("L-01, ASVS-6.3.8: an unknown address, a wrong password and a closed account read the same", async () => {
    const { browser, email } = await newGuest(issuer);
    const stranger = openBrowser(issuer);
    const texts = new Set<string>();
    for (const [name, wrong] of [
      [email, "another phrase of words"],
      ["nobody@example.com", password],
    ] as const) {
      const { status, text } = await sendForm(stranger, "/sign-in", { email: name, password: wrong });
      assert.equal(status, 422);
      assert.match(text, new RegExp(`name="email"[^>]*value="${name}"`));
      assert.ok(!text.includes(wrong));
      texts.add(text.replaceAll(name, ""));
    }
    assert.equal(texts.size, 1);
    assert.ok(browser);
  });

  test("L-01: the tries that are left count down for an unknown address as for a known one, and programs do not see them", async () => {
    const { email } = await newGuest(issuer);
    const leftFor = async (name: string, path: string): Promise<readonly string[]> => {
      const stranger = openBrowser(issuer);
      const seen: string[] = [];
      for (let round = 0; round < 5; round += 1) {
        const { text } = await sendForm(stranger, path, { email: name, password: "another phrase of words" });
        seen.push(/(?:be confirmed|bestätigt werden)\. ([^<]*)/.exec(text)?.[1] ?? "");
      }
      const { status } = await sendForm(stranger, path, { email: name, password: "another phrase of words" });
      assert.equal(status, 429);
      return seen;
    };
    const english = await leftFor(email, "/sign-in");
    assert.deepEqual(await leftFor(freeAddress(), "/sign-in"), english);
    assert.deepEqual(english, [
      ...[4, 3, 2].map((left) => `${left} tries left before you have to wait.`),
      "1 try left before you have to wait.",
      "You have to wait before the next try.",
    ]);
    assert.deepEqual(await leftFor(freeAddress(), "/sign-in?lang=de"), [
      ...[4, 3, 2].map((left) => `Noch ${left} Versuche, bevor Sie warten müssen.`),
      "Noch 1 Versuch, bevor Sie warten müssen.",
      "Vor dem nächsten Versuch müssen Sie warten.",
    ]);
    const { body } = await issuer.post("/sign-in", { email: freeAddress(), password: "another phrase of words" });
    assert.deepEqual(Object.keys(body).toSorted(), ["code", "status", "title", "type"]);
  });

  test("L-01: a free and a taken address are told the same, and the taken one keeps its password", async () => {
    const { email } = await newGuest(issuer);
    const stranger = openBrowser(issuer);
    const fields = { password: "a phrase of other words", "field.nickname": "Eve" };
    const answers = [
      await sendForm(stranger, "/sign-up", { email, ...fields }),
      await sendForm(stranger, "/sign-up", { email: freeAddress(), ...fields }),
    ];
    for (const answer of answers) leadsTo(answer, "/sign-in");
    assert.deepEqual(
      answers.map(({ headers }) => headers.getSetCookie()).map(String),
      answers.map(() => String(answers[0]?.headers.getSetCookie())),
    );
    leadsTo(await sendForm(stranger, "/sign-in", { email, password }), "/account");
  });

  test("L-26: what does not fit is said beside its field, with the rest kept and no password shown", async () => {
    const stranger = openBrowser(issuer);
    for (const [fields, fault] of [
      [{ email: "no address", password: "short", "field.nickname": "Ada" }, /id="email-fault"/],
      [{ email: "x@example.com", password: "short", "field.nickname": "Ada" }, /id="password-fault"/],
      [{ email: "x@example.com", password: "12345678", "field.nickname": "Ada" }, /id="password-fault"/],
      [{ email: "x@example.com", password, "field.nickname": "" }, /id="field.nickname-fault"/],
      [{ email: "x@example.com", password, "field.nickname": "A" }, /Use at least 2 characters/],
      [{ email: "", password: "" }, /id="email-fault".*id="password-fault"/s],
    ] as const) {
      const { status, text } = await sendForm(stranger, "/sign-up", fields);
      assert.equal(status, 422);
      assert.match(text, fault);
      assert.match(text, /role="alert" tabindex="-1" autofocus/);
      if (fields.email !== "") assert.ok(text.includes(`value="${fields.email}"`));
      if (fields.password !== "") assert.ok(!text.includes(`"${fields.password}"`));
    }
  });

  test("ASVS-6.3.1: who tried too often waits, on a page that says how long", async () => {
    const strict = await startIssuer({ trustProxy: 0, throttle: { account: { freeFailures: 1 } } });
    const browser = openBrowser(strict);
    const wrong = { email: "nobody@example.com", password: "wrong" };
    assert.equal((await sendForm(browser, "/sign-in", wrong)).status, 422);
    const { status, headers, text } = await sendForm(browser, "/sign-in", wrong);
    assert.equal(status, 429);
    assert.match(headers.get("ratelimit") ?? "", /r=0/);
    assert.match(text, new RegExp(`data-seconds="${headers.get("retry-after")}"`));
    await strict.close();
  });

  test("where addresses must be proved, sign-up leads to the mail and never in", async () => {
    const careful = await startIssuer({ development: true, accounts: { emailVerification: "required" } });
    const browser = openBrowser(careful);
    const given = { email: "ada@example.com", password };
    leadsTo(await sendForm(browser, "/sign-up", given), "/check-email");
    assert.equal((await sendForm(browser, "/sign-in", given)).status, 422);
    await careful.auth.settled();
    const token = new URL(careful.auth.inbox?.last(given.email)?.link ?? "").searchParams.get("token") ?? "";
    leadsTo(await sendForm(browser, "/verify", { token, password }), "/sign-in");
    leadsTo(await sendForm(browser, "/sign-in", given), "/account");
    await careful.close();
  });
});

describe("words", () => {
  const languageOf = ({ text }: Answer): string | undefined => /<html lang="(\w+)">/.exec(text)?.[1];

  test("are those that the browser asks for, else English; a choice is kept", async () => {
    for (const [accepted, expected] of [
      ["de", "de"],
      ["de-AT,de;q=0.9,en;q=0.5", "de"],
      ["fr, en;q=0.5, de;q=0.8", "de"],
      ["en-US,en;q=0.9,de;q=0.8", "en"],
      ["de;q=0", "en"],
      ["fr", "en"],
      ["", "en"],
      [`${"de,".repeat(9000)}`.slice(0, 8000), "de"],
      ['"><script>alert(1)</script>', "en"],
    ] as const) {
      assert.equal(
        languageOf(await issuer.send("/pages/sign-in", { headers: { "accept-language": accepted } })),
        expected,
      );
    }
    const browser = openBrowser(issuer);
    assert.equal(languageOf(await lookAt(browser, "/sign-in?lang=de")), "de");
    assert.equal(languageOf(await lookAt(browser, "/sign-up")), "de");
    assert.equal(languageOf(await lookAt(browser, "/sign-up?lang=xx")), "de");
    assert.equal(languageOf(await lookAt(browser, "/sign-up?lang=en")), "en");
    assert.equal(languageOf(await lookAt(browser, "/sign-up")), "en");
  });

  test("of what has just been done stand in a cookie of ours alone, and are said once", async () => {
    const browser = openBrowser(issuer);
    browser.cookies.set("__Host-cardea-notice", "session_ended.1.2.2.12");
    assert.match((await lookAt(browser, "/sign-in")).text, /Confirmed by 2 of 2 services in 12 ms\./);
    assert.ok(!browser.cookies.has("__Host-cardea-notice"));
    for (const forged of ["toString", "<b>", "session_ended.x", "session_ended.1.2.3.4.5", "__proto__"]) {
      const { text } = await issuer.send("/pages/sign-in", { headers: { cookie: `__Host-cardea-notice=${forged}` } });
      assert.doesNotMatch(text, /class="notice"/, forged);
    }
  });

  test("H-11: whatever is in a header of an answer was made by us", async () => {
    const own = new URL(issuer.url).origin;
    const answer = await issuer.send("/pages/sign-up", {
      method: "POST",
      redirect: "manual",
      headers: { ...fromPage(own, "same-origin"), "content-type": "application/x-www-form-urlencoded" },
      body: new URLSearchParams({
        email: freeAddress(),
        password,
        "field.nickname": "Ada",
        returnTo: "/a\r\nSet-Cookie: x=y",
      }).toString(),
    });
    leadsTo(answer, "/sign-in");
  });
});
