import assert from "node:assert/strict";
import { after, before, beforeEach, describe, test } from "node:test";
import { memory, realWorld, type Store, type StoreFactory } from "cardea";
import { StoreBusyError } from "../src/refusal.ts";
import type { Browser } from "./support/browser.ts";
import { leadsTo, lookAt, newGuest, guestPassword as password, sendForm } from "./support/guests.ts";
import { type Answer, type Issuer, startIssuer } from "./support/issuer.ts";

const clock = { ms: realWorld.now() };
const world = { ...realWorld, now: () => clock.ms };
const minute = 60_000;
const graceMs = 30_000;

/** What reading a person does instead, if anything. */
let reading: Partial<Pick<Store["people"], "find" | "sessions">> = {};
const failing = (error: Error): typeof reading => ({ find: () => Promise.reject(error) });

const inner = memory();
const open: StoreFactory["open"] = async (given) => {
  const { people, ...store } = await inner.open(given);
  const find: typeof people.find = (id) => (reading.find ?? people.find)(id);
  const sessions: typeof people.sessions = (id) => (reading.sessions ?? people.sessions)(id);
  return { ...store, people: { ...people, find, sessions } };
};

let issuer: Issuer;
before(async () => {
  const account = { freeFailures: 1, firstWait: "10m" } as const;
  issuer = await startIssuer({ world, trustProxy: 0, store: { ...inner, open }, throttle: { account } });
});
after(() => issuer.close());
beforeEach(() => {
  reading = {};
});

const refreshName = "__Host-cardea-refresh";
const wrong = { password: "another phrase of words", next: "email" };

type Refusal = {
  readonly status: number;
  readonly meanwhile?: typeof reading;
  readonly prepare?: (browser: Browser) => Promise<unknown>;
  readonly ask: (browser: Browser) => Promise<Answer>;
};

/** The name of a refusal says what refuses, and to whom. */
const refusals: Readonly<Record<string, Refusal>> = {
  "too many tries, at a page of the account": {
    status: 429,
    prepare: async (browser) => {
      while ((await sendForm(browser, "/account/confirm", wrong)).status === 422);
    },
    ask: (browser) => sendForm(browser, "/account/confirm", wrong),
  },
  "a form that is too large, at a page of the account": {
    status: 413,
    ask: (browser) => sendForm(browser, "/account/confirm", { ...wrong, password: "x".repeat(20_000) }),
  },
  "a fault, at a page of the account": {
    status: 500,
    meanwhile: failing(new Error("no such table")),
    ask: (browser) => lookAt(browser, "/account"),
  },
  "a store that is busy, at a page of the account": {
    status: 503,
    meanwhile: failing(new StoreBusyError("busy")),
    ask: (browser) => sendForm(browser, "/account/confirm", { password, next: "email" }),
  },
  "a store that is busy, while the new token is looked at": {
    status: 503,
    meanwhile: failing(new StoreBusyError("busy")),
    ask: (browser) => lookAt(browser, "/account/email"),
  },
  "a fault, at a page for everybody": {
    status: 500,
    meanwhile: failing(new Error("no such table")),
    ask: (browser) => lookAt(browser, "/sign-in"),
  },
  "a store that is busy, at a page for everybody": {
    status: 503,
    meanwhile: failing(new StoreBusyError("busy")),
    ask: (browser) => lookAt(browser, "/sign-in"),
  },
};

const namesIn = ({ headers }: Answer): readonly string[] =>
  headers.getSetCookie().map((cookie) => cookie.slice(0, cookie.indexOf("=")));
const countOf = (type: string): number => issuer.events.filter((event) => event.type === type).length;

describe("a refusal hands on the cookies that took the place of older ones", () => {
  for (const [name, { status, meanwhile = {}, prepare, ask }] of Object.entries(refusals)) {
    test(`${name}: the session goes on after the grace`, async () => {
      const { browser } = await newGuest(issuer);
      await prepare?.(browser);
      const spent = browser.cookies.get(refreshName);
      const faults = countOf("fault");
      clock.ms += 6 * minute;
      reading = meanwhile;
      const refused = await ask(browser);
      reading = {};
      assert.equal(refused.status, status);
      assert.match(refused.headers.get("content-type") ?? "", /^text\/html/);
      assert.equal(refused.headers.has("retry-after"), status === 429 || status === 503);
      assert.equal(countOf("fault") - faults, status >= 500 ? 1 : 0);
      assert.deepEqual(namesIn(refused), ["__Host-cardea-access", refreshName]);
      assert.notEqual(browser.cookies.get(refreshName), spent);

      clock.ms += graceMs + 6 * minute;
      assert.equal((await lookAt(browser, "/account")).status, 200);
      assert.equal(countOf("refresh_reused"), 0);
    });
  }
});

test("a refusal before anybody was looked for sets no cookie", async () => {
  const { browser } = await newGuest(issuer);
  clock.ms += 6 * minute;
  const refused = await sendForm(browser, "/sign-in", { email: "x".repeat(20_000) });
  assert.deepEqual([refused.status, namesIn(refused)], [413, []]);
});

test("a session that ends while its page is made is forgotten, with the tokens that were made for it", async () => {
  const { browser } = await newGuest(issuer);
  clock.ms += 6 * minute;
  reading = { sessions: async () => [] };
  const answer = await lookAt(browser, "/account/sessions");
  leadsTo(answer, "/sign-in?returnTo=%2Fauth%2Fpages%2Faccount%2Fsessions");
  const cookies = answer.headers.getSetCookie();
  assert.equal(cookies.length, 2);
  assert.ok(cookies.every((cookie) => /=; Max-Age=0/.test(cookie)));
});
