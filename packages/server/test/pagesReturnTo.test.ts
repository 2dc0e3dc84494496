import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { safeTarget } from "../src/http/hosted/returnTo.ts";
import { fromPage } from "./support/browser.ts";
import { type Issuer, startIssuer } from "./support/issuer.ts";

const app = "https://app.example.com";
const credentials = { email: "ada@example.com", password: "a phrase of several words" };

/** Addresses that lead elsewhere, or to another reader than to us. */
const hostile = (own: string): readonly string[] => [
  "//evil.com",
  "///evil.com",
  "/\\evil.com",
  "\\/evil.com",
  "\\\\evil.com",
  "/\t/evil.com",
  "/\n/evil.com",
  "\t//evil.com",
  " //evil.com",
  "/ /evil.com",
  "https:evil.com",
  "https:/evil.com",
  "https://evil.com",
  "HTTPS://EVIL.COM",
  `https://app.example.com@evil.com`,
  `https://app.example.com.evil.com`,
  `https://evil.com#app.example.com`,
  `https://evil.com?https://app.example.com`,
  `https://ada:pw@app.example.com/`,
  "http://app.example.com/",
  "https://app.example.com:8443/",
  "https://app.example.com\\@evil.com",
  "javascript:alert(1)",
  "JaVaScRiPt:alert(1)",
  "java\nscript:alert(1)",
  "data:text/html,<script>alert(1)</script>",
  "vbscript:x",
  "blob:https://app.example.com/x",
  "capacitor://evil",
  "evil.com",
  "?x",
  "#x",
  "",
  "/..//evil.com",
  "/.//evil.com",
  "/%0d%0aLocation:https://evil.com\r\n",
  "/\u00a0/evil.com",
  "/\u3000\\evil.com",
  `/${"x".repeat(10_240)}`,
  `${own.replace("http", "https")}/x`,
];

/** What may be asked for, and where it leads. */
const friendly = (own: string): readonly (readonly [string, string])[] => [
  ["/orders?page=2#last", "/orders?page=2#last"],
  ["/", "/"],
  [`${own}/orders`, "/orders"],
  ["/%2f%2fevil.com", "/%2f%2fevil.com"],
  ["/%5cevil.com", "/%5cevil.com"],
  ["/ok?u=//evil.com", "/ok?u=//evil.com"],
  ["/a/../b", "/b"],
  ["/übersicht", "/%C3%BCbersicht"],
  [`${app}/home?x=1`, `${app}/home?x=1`],
  [app, `${app}/`],
  ["capacitor://localhost/home", "capacitor://localhost/home"],
];

describe("where somebody may return to", () => {
  const own = "http://localhost:4000";
  const origins = { own, listed: new Set([app, "capacitor://localhost"]) };

  for (const text of hostile(own)) {
    test(`R-15: ${JSON.stringify(text.slice(0, 60))} is nowhere`, () => {
      assert.equal(safeTarget(text, origins), undefined);
    });
  }

  for (const [text, target] of friendly(own)) {
    test(`R-15: ${text} leads to ${target}, read by whatever parser`, () => {
      assert.equal(safeTarget(text, origins), target);
      const { origin, protocol, host } = new URL(target, own);
      assert.ok([own, app, "capacitor://localhost"].includes(origin === "null" ? `${protocol}//${host}` : origin));
    });
  }
});

describe("signing in on a page", () => {
  let issuer: Issuer;
  let own: string;
  before(async () => {
    issuer = await startIssuer({ trustProxy: 0, origins: [app, "capacitor://localhost"] });
    own = new URL(issuer.url).origin;
    await issuer.post("/sign-up", credentials);
  });
  after(() => issuer.close());

  const signIn = async (returnTo: string): Promise<string | null> => {
    const { status, headers } = await issuer.send("/pages/sign-in", {
      method: "POST",
      redirect: "manual",
      headers: { ...fromPage(own, "same-origin"), "content-type": "application/x-www-form-urlencoded" },
      body: new URLSearchParams({ ...credentials, returnTo }).toString(),
    });
    assert.ok(status === 303 || (status === 400 && returnTo.length > 4096), returnTo);
    return headers.get("location");
  };

  test("R-15, OA-7, CS-FP2: never leads to another origin, and to the account where nothing else was asked for", async () => {
    for (const returnTo of hostile(own).filter((text) => text.length < 4096)) {
      assert.equal(await signIn(returnTo), "/auth/pages/account", JSON.stringify(returnTo));
    }
    for (const [returnTo, target] of friendly(own)) assert.equal(await signIn(returnTo), target);
  });

  test("R-15, R-16: a form keeps only what it would lead to, and shows nothing of the rest", async () => {
    for (const returnTo of [...hostile(own), `"><script>alert(1)</script>`, `/"><script>alert(1)</script>`]) {
      for (const page of ["sign-in", "sign-up", "forgot", "check-email"]) {
        const { text } = await issuer.get(`/pages/${page}?${new URLSearchParams({ returnTo })}`);
        assert.doesNotMatch(text, /evil|<script>|alert\(1\)<|javascript:/, returnTo);
      }
    }
    const { text } = await issuer.get(`/pages/sign-in?returnTo=/a&returnTo=/b`);
    assert.doesNotMatch(text, /name="returnTo"/);
  });

  test("returnTo is kept through sign-up and a forgotten password, and to another language", async () => {
    for (const page of ["sign-in", "sign-up", "forgot"]) {
      const { text } = await issuer.get(`/pages/${page}?returnTo=/orders`);
      assert.match(text, /<input type="hidden" name="returnTo" value="\/orders">/);
      assert.match(text, /href="\/auth\/pages\/(?:sign-in|sign-up|forgot)\?returnTo=%2Forders"/);
      assert.match(text, /\?returnTo=%2Forders&amp;lang=de"/);
    }
    const { headers } = await issuer.send("/pages/forgot", {
      method: "POST",
      redirect: "manual",
      headers: { ...fromPage(own, "same-origin"), "content-type": "application/x-www-form-urlencoded" },
      body: "email=ada%40example.com&returnTo=%2Forders",
    });
    assert.equal(headers.get("location"), "/auth/pages/check-email?returnTo=%2Forders");
  });

  test("the policy of a form lets it lead to the listed origins and nowhere else", async () => {
    const { headers } = await issuer.get("/pages/sign-in");
    const [action] = (headers.get("content-security-policy") ?? "")
      .split("; ")
      .filter((part) => part.startsWith("form-action"));
    assert.equal(action, `form-action 'self' ${app} capacitor://localhost`);
  });
});
