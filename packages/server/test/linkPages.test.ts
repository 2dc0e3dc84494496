import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { linkPage } from "../src/pages/linkPage.ts";
import { type Issuer, startIssuer } from "./support/issuer.ts";

const credentials = { email: "ada@example.com", password: "a phrase of several words" };

describe("the pages where links lead as long as the application has none", () => {
  let issuer: Issuer;
  before(async () => {
    issuer = await startIssuer({ development: true });
    await issuer.post("/sign-up", credentials);
    await issuer.post("/password/forgot", { email: credentials.email });
    await issuer.auth.settled();
  });
  after(() => issuer.close());

  const links = (): readonly URL[] => {
    const mails = issuer.auth.inbox?.list() ?? [];
    return mails.flatMap(({ link }) => (link === undefined ? [] : [new URL(link)]));
  };

  test("R-08, ASVS-3.4.3, ASVS-3.4.5: opening a link spends nothing, and its page hands nothing on", async () => {
    assert.equal(links().length, 2);
    for (const link of links()) {
      for (let time = 0; time < 3; time++) {
        const response = await fetch(link);
        assert.equal(response.status, 200);
        assert.equal(response.headers.get("referrer-policy"), "no-referrer");
        assert.match(response.headers.get("content-security-policy") ?? "", /^default-src 'none'; style-src 'self';/);
        const page = await response.text();
        assert.doesNotMatch(page, /<script|<form|<img|href="https?:|src=/);
        assert.match(page, /<link rel="stylesheet" href="\/auth\/links\/style\.css">/);
      }
    }
    const [reset, verify] = links().map(({ hash }) => hash.replace("#token=", ""));
    assert.equal((await issuer.post("/email/verify", { token: verify, password: credentials.password })).status, 204);
    assert.equal(
      (await issuer.post("/password/reset", { token: reset, password: "another phrase of words" })).status,
      204,
    );
  });

  test("say which option names the application's page, and a command that is there and takes the token", async () => {
    for (const [page, option] of [
      ["verify-email", "mail.links.verify"],
      ["reset-password", "mail.links.reset"],
      ["change-email", "mail.links.changeEmail"],
    ]) {
      const { text } = await issuer.get(`/links/${page}`);
      assert.ok(text.includes(`<code>${option}</code>`));
      const [, endpoint = "", body = ""] = /curl (\S+) [\s\S]*-d '([^']*)'/.exec(unescaped(text)) ?? [];
      assert.ok(endpoint.startsWith(issuer.url));
      const tried: Readonly<Record<string, string>> = JSON.parse(body.replaceAll("…", "not a link, but long enough"));
      const answer = await issuer.post(endpoint.slice(issuer.url.length), tried);
      assert.equal(answer.body.code, "invalid_link");
    }
  });

  test("R-16, ASVS-3.2.2: show as text whatever they are given", () => {
    const text = `"><script>alert(1)</script>`;
    const page = linkPage({ title: text, option: text, endpoint: text, body: { token: text }, stylesheet: text });
    assert.doesNotMatch(page, /<script/);
  });
});

const unescaped = (page: string): string =>
  page.replaceAll("&#39;", "'").replaceAll("&quot;", '"').replaceAll("&amp;", "&");
