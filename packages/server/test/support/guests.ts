import assert from "node:assert/strict";
import { type Browser, openBrowser } from "./browser.ts";
import type { Answer, Issuer } from "./issuer.ts";

/** Somebody with an account who is signed in on the pages. */
export type Guest = { readonly browser: Browser; readonly email: string; readonly password: string };

/** The password of every guest. */
export const guestPassword = "a phrase of several words";

let guests = 0;

/** An address that nobody has. */
export const freeAddress = (): string => `guest${guests++}@example.com`;

/** Sends a form, as a page of the issuer does; redirects are not followed. */
export const sendForm = (
  browser: Browser,
  path: string,
  fields: Readonly<Record<string, string>> = {},
): Promise<Answer> =>
  browser.send(`/pages${path}`, {
    method: "POST",
    redirect: "manual",
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: new URLSearchParams(fields).toString(),
  });

/** Looks at a page; redirects are not followed. */
export const lookAt = (browser: Browser, path: string): Promise<Answer> =>
  browser.send(`/pages${path}`, { redirect: "manual" });

/** Fails unless the answer leads there. */
export const leadsTo = ({ status, headers, text }: Answer, path: string): void =>
  assert.deepEqual([status, headers.get("location"), text], [303, `/auth/pages${path}`, ""]);

/** Signs up and in by the forms of the pages. */
export async function newGuest(issuer: Issuer): Promise<Guest> {
  const credentials = { email: freeAddress(), password: guestPassword };
  const browser = openBrowser(issuer);
  leadsTo(await sendForm(browser, "/sign-up", { ...credentials, "field.nickname": "Ada" }), "/sign-in");
  leadsTo(await sendForm(browser, "/sign-in", credentials), "/account");
  return { browser, ...credentials };
}
