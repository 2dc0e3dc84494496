import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { generateKey, sign } from "@cardea/jwt";
import type { Browser, Page } from "playwright-core";
import { startChromium, whereThereIsABrowser } from "#browser/chromium.ts";
import { openPlayground, press, type Server, signUp, startServer, tokenOf } from "#browser/playground.ts";

whereThereIsABrowser("the token inspector", () => {
  let server: Server;
  let browser: Browser;
  let page: Page;
  before(async () => {
    [server, browser] = await Promise.all([startServer(), startChromium()]);
    page = await browser.newPage();
    page.setDefaultTimeout(30_000);
    await openPlayground(page, server.url, { view: "inspect" });
  });
  after(async () => {
    await browser?.close();
    await server?.stop();
  });

  const key = generateKey("ES256", { kid: "mine" });
  const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");
  const unsigned = (header: object, payload: object, signature = "AAAA"): string =>
    `${encode(header)}.${encode(payload)}.${signature}`;

  const inspect = async (token: string): Promise<string> => {
    await page.getByLabel("Token to inspect").fill(token);
    await press(page, "Would this server accept it?");
    const result = page.locator(".result");
    await result.waitFor();
    return (await result.textContent()) ?? "";
  };
  const warnings = async (token: string): Promise<readonly string[]> => {
    await page.getByLabel("Token to inspect").fill(token);
    return page.locator(".warningList strong").allTextContents();
  };

  /** A token of the server itself, by its own routes. */
  async function ownToken(): Promise<string> {
    const body = JSON.stringify({ email: "ada@example.com", password: "a phrase of several words" });
    const headers = { "content-type": "application/json" };
    await fetch(`${server.issuer}/sign-up`, { method: "POST", headers, body });
    const answer = await fetch(`${server.issuer}/sign-in`, { method: "POST", headers, body });
    return ((await answer.json()) as { access_token: string }).access_token;
  }

  test("says that this server accepts its own token, and after the sign-out that it does not", async () => {
    const token = await ownToken();
    const accepted = await inspect(token);
    assert.match(accepted, /Accepted accepted/);
    assert.match(accepted, new RegExp(`this server, ${server.issuer}`));
    assert.match(accepted, /The issuer says yes/);
    await fetch(`${server.issuer}/sign-out`, { method: "POST", headers: { authorization: `Bearer ${token}` } });
    assert.match(await inspect(token), /Refused revoked/);
  });

  test("says why not, for each kind of stranger", async () => {
    const claims = { iss: "https://elsewhere.example", aud: "app", exp: 4_000_000_000 };
    assert.match(await inspect(sign(claims, key, { typ: "at+jwt" })), /Refused unknown_key/);
    assert.match(await inspect(unsigned({ alg: "none" }, claims, "")), /Refused malformed_token/);
    assert.match(await inspect("opaque"), /Refused malformed_token/);
    assert.match(await inspect("a.b.c"), /Refused malformed_(?:token|header)/);
    assert.match(await inspect("x".repeat(9000)), /Refused token_too_long/);
  });

  test("asks a sandbox about a token of that sandbox", async () => {
    await openPlayground(page, server.url);
    await signUp(page);
    const token = await tokenOf(page);
    await press(page, "Inspector");
    assert.match(await inspect(token), /Asked: the sandbox \S+\/playground\/issuers\/hybrid-ES256/);
    assert.match((await page.locator(".result .verdict").textContent()) ?? "", /Accepted/);
  });

  test("warns of what is wrong by the look of it", async () => {
    const good = { iat: 1_800_000_000, exp: 4_000_000_000 };
    assert.deepEqual(
      await warnings(unsigned({ alg: "ES256", typ: "at+jwt" }, { iat: 3_999_999_900, exp: 4_000_000_000 })),
      [],
    );
    assert.ok((await warnings(unsigned({ alg: "none", typ: "JWT" }, good, ""))).includes("alg is none"));
    assert.ok((await warnings(unsigned({ alg: "nOnE", typ: "JWT" }, good))).includes("alg is none"));
    assert.ok((await warnings(unsigned({ alg: "HS256", typ: "JWT" }, good))).includes("Signed with a shared secret"));
    assert.ok(
      (await warnings(unsigned({ alg: "ES256", jku: "https://x.example" }, good))).includes("The header brings jku"),
    );
    assert.ok((await warnings(unsigned({ alg: "ES256", kid: "../../dev/null" }, good))).includes("An odd kid"));
    assert.ok((await warnings(unsigned({ alg: "ES256" }, {}))).includes("No exp"));
    assert.ok((await warnings(unsigned({ alg: "ES256" }, { exp: 1 }))).includes("It has ended"));
    assert.ok(
      (await warnings(unsigned({ alg: "ES256" }, { ...good, user: { password: "x" } }))).includes(
        "A secret in the payload?",
      ),
    );
    const long = unsigned({ alg: "ES256" }, { ...good, text: "x".repeat(5000) });
    assert.ok((await warnings(long)).includes(`${long.length} characters`));
  });

  test("shows markup as text, wherever it stands", async () => {
    const dialogs: string[] = [];
    page.on("dialog", (dialog) => {
      dialogs.push(dialog.message());
      void dialog.dismiss();
    });
    const markup = `"><img src=x onerror=alert(1)><script>alert(2)</script>`;
    await inspect(unsigned({ alg: markup, kid: markup }, { iss: markup, email: markup, roles: [markup], [markup]: 1 }));
    assert.match((await page.locator(".partBox.payload").textContent()) ?? "", /<script>alert\(2\)<\/script>/);
    await page.getByLabel("Token to inspect").fill(markup);
    await inspect(markup);
    assert.equal(await page.locator("main img, main script").count(), 0);
    assert.deepEqual(dialogs, []);
  });

  test("bears whatever the corpus of broken tokens has", async () => {
    const errors: string[] = [];
    page.on("pageerror", ({ message }) => errors.push(message));
    const tokens = corpusTokens()
      .filter((token) => token.length < 4000)
      .slice(0, 40);
    assert.ok(tokens.length > 20);
    for (const token of tokens) {
      await page.getByLabel("Token to inspect").fill(token);
      assert.equal(await page.getByLabel("Token to inspect").inputValue(), token.trim());
    }
    assert.deepEqual(errors, []);
  });
});

/** Tokens that the token library must refuse. */
function corpusTokens(): readonly string[] {
  const file = join(import.meta.dirname, "../../packages/jwt/corpus/claims.json");
  return textsIn(JSON.parse(readFileSync(file, "utf8"))).filter((text) => /^[\w-]+\.[\w-]*\.[\w-]*$/.test(text));
}

function textsIn(value: unknown): readonly string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(textsIn) : [];
}
