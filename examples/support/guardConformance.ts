import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { generateKey, publicKeyOf, sign } from "@cardea/jwt";
import { createVerifier, unchecked, type Verifier } from "@cardea/verifier";

/** An application that runs. */
export type Running = { readonly call: (request: Request) => Promise<Response>; readonly close: () => Promise<void> };

/** Starts an application that guards its routes with a verifier: on a socket of its own, or as a function. */
export type Start = (verifier: Verifier) => Promise<Running>;

const issuer = "http://localhost:4000/auth";
const key = generateKey("ES256");

/** A verifier with a key at hand, so that the suite needs no issuer. `world` is for clocks that fail. */
export const openVerifier = (world: { readonly now?: () => number } = {}): Verifier =>
  createVerifier({ issuer, audience: "app", keys: publicKeyOf(key), revocation: unchecked, world });

/** A good access token of Ada, who proved a minute ago who she is, unless a claim is changed. */
export function tokenOfAda(change: Readonly<Record<string, unknown>> = {}): string {
  const iat = Math.floor(Date.now() / 1000);
  const claims = { iss: issuer, aud: "app", sub: "ada", client_id: "web", jti: "t1", iat, exp: iat + 300 };
  return sign({ ...claims, auth_time: iat - 60, ...change }, key, { typ: "at+jwt" });
}

/** The same for every framework: who may see `/orders`, who `/hello` knows, and who may make a refund. */
export function guardConformance(name: string, start: Start): void {
  describe(name, () => {
    const verifier = openVerifier();
    let app: Running;
    before(async () => {
      app = await start(verifier);
    });
    after(() => Promise.all([app.close(), verifier.close()]));

    for (const [rule, path, token, status, body] of steps) {
      test(rule, async () => {
        const answer = await ask(app, path, token?.());
        assert.deepEqual([answer.status, { ...answer.body, ...body }], [status, answer.body]);
      });
    }

    for (const [rule, path, token, challenge] of challenges) {
      test(rule, async () => {
        const { headers } = await ask(app, path, token?.());
        assert.match(headers.get("content-type") ?? "", /^application\/problem\+json/);
        assert.match(headers.get("www-authenticate") ?? "", challenge);
      });
    }

    test("an exception inside the guard is a 500 and never reaches the route", async () => {
      const broken = openVerifier({
        now: () => {
          throw new Error("the clock is broken");
        },
      });
      const faulty = await start(broken);
      for (const path of ["/orders", "/hello", "/refunds"]) {
        const { status, body } = await ask(faulty, path, tokenOfAda());
        assert.deepEqual([status, body.customer, body.hello, body.refunded], [500, undefined, undefined, undefined]);
      }
      await Promise.all([faulty.close(), broken.close()]);
    });
  });
}

type Step = readonly [rule: string, path: string, token: (() => string) | undefined, status: number, body: object];

const staff = { roles: ["staff"], scope: "orders refunds" };
const longAgo = Math.floor(Date.now() / 1000) - 3600;

const steps: readonly Step[] = [
  ["nobody sees orders without a token", "/orders", undefined, 401, { code: "missing_token" }],
  ["nor with one that somebody changed", "/orders", () => `${tokenOfAda()}A`, 401, { code: "invalid_token" }],
  ["nor with one for somebody else", "/orders", () => tokenOfAda({ aud: "other" }), 401, { code: "invalid_token" }],
  ["a good token opens the route, which knows whose it is", "/orders", () => tokenOfAda(), 200, { customer: "ada" }],
  ["where a token is optional, nobody is a stranger", "/hello", undefined, 200, { hello: "stranger" }],
  ["a good one is known there", "/hello", () => tokenOfAda(), 200, { hello: "ada" }],
  ["and a bad one is refused", "/hello", () => "bad", 401, { code: "invalid_token" }],
  ["a refund takes a role", "/refunds", () => tokenOfAda({ ...staff, roles: [] }), 403, { code: "insufficient_role" }],
  ["and a scope", "/refunds", () => tokenOfAda({ ...staff, scope: "" }), 403, { code: "insufficient_scope" }],
  [
    "and a recent proof of who it is",
    "/refunds",
    () => tokenOfAda({ ...staff, auth_time: longAgo }),
    401,
    { code: "reauthentication_required", max_age: 600 },
  ],
  ["who has all of them makes it", "/refunds", () => tokenOfAda(staff), 200, { refunded: true }],
];

const challenges: readonly (readonly [rule: string, path: string, token: (() => string) | undefined, RegExp])[] = [
  ["the challenge to nobody names no error", "/orders", undefined, /^Bearer realm="[^"]*"$/],
  ["that to a bad token does", "/orders", () => "bad", /error="invalid_token"/],
  ["a missing scope is named", "/refunds", () => tokenOfAda({ ...staff, scope: "" }), /scope="refunds"/],
  [
    "and so is how recent a proof must be",
    "/refunds",
    () => tokenOfAda({ ...staff, auth_time: longAgo }),
    /error="insufficient_user_authentication".*max_age="600"/,
  ],
];

type Answer = { readonly status: number; readonly headers: Headers; readonly body: Record<string, unknown> };

async function ask(app: Running, path: string, token?: string): Promise<Answer> {
  const headers: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const request = new Request(new URL(path, "http://localhost"), { method: methodOf(path), headers });
  const response = await app.call(request);
  const isJson = /json/.test(response.headers.get("content-type") ?? "");
  const body = isJson ? await response.json() : void (await response.text());
  return { status: response.status, headers: response.headers, body: (body ?? {}) as Answer["body"] };
}

const methodOf = (path: string): string => (path === "/refunds" ? "POST" : "GET");
