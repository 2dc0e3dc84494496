import assert from "node:assert/strict";
import type { BrowserContext, Page } from "playwright-core";
import type { Stage } from "./stage.ts";

/** Somebody with an account at the issuer of a stage. */
export type Visitor = { readonly email: string; readonly password: string };

let visitors = 0;

/** The password of everybody on a stage. */
export const goodPassword = "a phrase of several words";

/** Makes an account, whose owner has not been in a browser yet. */
export async function newVisitor({ issuer }: Pick<Stage, "issuer">): Promise<Visitor> {
  const visitor = { email: `visitor${visitors++}@example.com`, password: goodPassword };
  await posted(`${issuer}/sign-up`, visitor);
  return visitor;
}

/** Signs a visitor in, in a browser's profile, without its pages; `userAgent` is what the session is known by. */
export async function signInQuietly(
  context: BrowserContext,
  { issuer }: Pick<Stage, "issuer">,
  { email, password }: Visitor,
): Promise<void> {
  const body = { email, password, transport: "cookie" };
  const headers = { origin: new URL(issuer).origin, "user-agent": deskDevice };
  const response = await posted(`${issuer}/sign-in`, body, headers);
  await context.addCookies(
    response.headers.getSetCookie().map((cookie) => {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
      const sameSite = /SameSite=Lax/.test(cookie) ? "Lax" : "Strict";
      return { name, value, domain: "localhost", path: "/", secure: true, httpOnly: true, sameSite };
    }),
  );
}

/** Starts one more session of a visitor, on another device. */
export async function signInElsewhere(
  { issuer }: Pick<Stage, "issuer">,
  { email, password }: Visitor,
  userAgent: string = handDevice,
): Promise<string> {
  const response = await posted(`${issuer}/sign-in`, { email, password }, { "user-agent": userAgent });
  return String(Object(await response.json()).access_token);
}

/** The path and query of the latest link that was sent to somebody. */
export async function mailedLink({ auth }: Pick<Stage, "auth">, email: string): Promise<string> {
  await auth.settled();
  return auth.inbox?.last(email)?.link ?? assert.fail(`no link to ${email}`);
}

/** Fills a form of the page and sends it by its first button. */
export async function submit(page: Page, fields: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, value] of Object.entries(fields)) await page.fill(`main [name="${name}"]`, value);
  await page.click("main form button:not([type=button])");
}

async function posted(url: string, body: object, headers: Readonly<Record<string, string>> = {}): Promise<Response> {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
  });
  assert.ok(response.ok, `${url}: ${response.status}`);
  return response;
}

const deskDevice = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0";
const handDevice =
  "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1";
