import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { Mail } from "../src/mail/mail.ts";
import { createInbox, type Inbox } from "../src/mail/transport/inbox.ts";
import { inboxPage, mailPage, missingMailPage } from "../src/pages/devInbox.ts";
import { type Issuer, startIssuer } from "./support/issuer.ts";
import { resetFor, start, written } from "./support/mailbox.ts";

const credentials = { email: "ada@example.com", password: "a phrase of several words" };
const never = new AbortController().signal;

describe("the inbox of a development server", () => {
  let issuer: Issuer;
  let inbox: Inbox;
  before(async () => {
    issuer = await startIssuer({ development: true });
    inbox = issuer.auth.inbox ?? assert.fail("no inbox");
    await issuer.post("/sign-up", credentials);
    await issuer.post("/password/forgot", { email: credentials.email });
    await issuer.auth.settled();
  });
  after(() => issuer.close());

  test("lists the mails, the latest first, and shows each with its link to click", async () => {
    const list = await issuer.get("/dev/inbox");
    assert.equal(list.status, 200);
    const subjects = [...list.text.matchAll(/class="subject">([^<]*)</g)].map(([, subject]) => subject);
    assert.deepEqual(
      subjects,
      inbox.list().map(({ subject }) => subject),
    );
    assert.match(subjects[0] ?? "", /^Choose a new password/);
    const [, path = ""] = /<li><a href="\/auth([^"]*)"/.exec(list.text) ?? [];
    const { text } = await issuer.get(path);
    const link = inbox.last(credentials.email)?.link ?? "";
    assert.match(link, new RegExp(`^${issuer.url}/pages/reset\\?token=`));
    assert.ok(text.includes(`<a href="${link}" rel="noreferrer">${link}</a>`));
  });

  test("R-08, ASVS-3.4.6, OA-10: its pages hand no address on, load nothing from elsewhere, run nothing, are kept by no cache and framed by nobody", async () => {
    const id = inbox.list()[0]?.id ?? "";
    for (const path of ["/dev/inbox", `/dev/inbox/${id}`, "/dev/inbox/none", "/dev/inbox.css"]) {
      const { headers, text } = await issuer.get(path);
      assert.equal(headers.get("referrer-policy"), "no-referrer", path);
      assert.equal(headers.get("cache-control"), "no-store");
      assert.equal(headers.get("x-content-type-options"), "nosniff");
      const policy = headers.get("content-security-policy") ?? "";
      assert.match(policy, /default-src 'none'.*frame-ancestors 'none'/);
      assert.doesNotMatch(policy, /unsafe|\*|https?:|data:|script-src/);
      assert.doesNotMatch(text, /<script|<iframe|<img|\son\w+=|style=|@import|url\(|javascript:/i);
      const loaded = [...text.matchAll(/<link [^>]*href="([^"]*)"/g)].map(([, href]) => href);
      assert.deepEqual(loaded, path.endsWith(".css") ? [] : ["/auth/dev/inbox.css"]);
    }
  });

  test("a mail that is not there, or no more, is a page that says so", async () => {
    const { status, text } = await issuer.get("/dev/inbox/none");
    assert.equal(status, 404);
    assert.match(text, /No such mail/);
  });

  test("answers under the issuer's own host only: a website that points its name here reads nothing (DNS rebinding)", async () => {
    for (const host of ["evil.example", `evil.example:${issuer.port}`, `127.0.0.1:${issuer.port}`]) {
      const answer = await issuer.raw(`GET /auth/dev/inbox HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
      assert.match(answer, /^HTTP\/1\.1 404 /, host);
      assert.doesNotMatch(answer, /ada@/);
    }
  });

  const forgeries: readonly (readonly [string, string])[] = [
    ["Host: evil.com", "/auth/password/forgot"],
    ["Host: localhost:PORT@evil.com", "/auth/password/forgot"],
    ["Host: evil.com:PORT", "/auth/password/forgot"],
    ["Host: localhost:PORT\r\nX-Forwarded-Host: evil.com\r\nX-Forwarded-Proto: http", "/auth/password/forgot"],
    ["Host: localhost:PORT\r\nForwarded: host=evil.com", "/auth/password/forgot"],
    ["Host: localhost:PORT\r\nX-Original-URL: http://evil.com/", "/auth/password/forgot"],
    ["Host: localhost:PORT", "http://evil.com/auth/password/forgot"],
    ["Host: localhost:PORT\r\nHost: evil.com", "/auth/password/forgot"],
  ];
  for (const [index, [headers, target]] of forgeries.entries()) {
    test(`R-06: CS-FP2: ${target} with "${headers.replaceAll("\r\n", ", ")}" puts no other host into a mail`, async () => {
      const email = `person${index}@example.com`;
      await issuer.post("/sign-up", { ...credentials, email });
      await issuer.auth.settled();
      const before = inbox.list().length;
      const body = JSON.stringify({ email });
      const head = `POST ${target} HTTP/1.1\r\n${headers.replaceAll("PORT", String(issuer.port))}\r\n`;
      const sent = await issuer.raw(
        `${head}Content-Type: application/json\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`,
      );
      await issuer.auth.settled();
      const mails = inbox.list();
      // What is not refused outright is answered like any other request, and then there is a mail to look at.
      assert.equal(mails.length > before, /^HTTP\/1\.1 20/.test(sent), sent.split("\r\n")[0]);
      for (const { text, html, subject, link } of mails) {
        assert.doesNotMatch(`${text}${html}${subject}`, /evil/);
        if (link !== undefined) assert.ok(link.startsWith(`${issuer.url}/pages/`));
      }
    });
  }
});

describe("a server that is not for development", () => {
  test("has no inbox, and no page of one", async () => {
    const issuer = await startIssuer();
    assert.equal(issuer.auth.inbox, undefined);
    for (const path of ["/dev/inbox", "/dev/inbox/x", "/dev/inbox.css"])
      assert.equal((await issuer.get(path)).status, 404);
    await issuer.close();
  });

  test("nor has one that sends its mails in its own way, in development too", async () => {
    const sent: string[] = [];
    const send = async ({ to }: Mail): Promise<void> => {
      sent.push(to);
    };
    const issuer = await startIssuer({ development: true, mail: { send } });
    await issuer.post("/sign-up", credentials);
    await issuer.auth.settled();
    assert.deepEqual([sent, issuer.auth.inbox], [[credentials.email], undefined]);
    assert.equal((await issuer.get("/dev/inbox")).status, 404);
    await issuer.close();
  });
});

/** The tags of a page without what stands in quotes; fails if anything beside well-formed tags opens one. */
function markupOf(page: string): string {
  const tag = /<[/!]?[a-z][a-z0-9]*(?:\s+[a-zA-Z-]+(?:="[^"<>]*")?)*\s*\/?>/g;
  assert.doesNotMatch(page.replace(tag, ""), /[<>]/);
  return [...page.matchAll(tag)].join("\n").replace(/"[^"]*"/g, "");
}

describe("the pages of the inbox", () => {
  const path = "/auth/dev/inbox";
  const hostile = [
    "<script>alert(1)</script>",
    `"><img src=x onerror=alert(1)>`,
    "' onmouseover='alert(1)",
    "</title></style><svg onload=alert(1)>",
    "&lt;b&gt;&#60;",
  ];
  for (const text of hostile) {
    test(`R-16: ${text} is shown as text wherever it stands`, () => {
      const mail: Mail = { ...written(resetFor("ada@example.com")), subject: text, to: text, text, id: text };
      for (const page of [inboxPage({ path, mails: [mail], now: start }), mailPage({ path, mail, now: start })]) {
        const escaped = text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
        assert.ok(page.includes(escaped.replaceAll('"', "&quot;").replaceAll("'", "&#39;")));
        assert.doesNotMatch(markupOf(page), /script|img|onload|onerror|onmouseover|<b>/);
      }
    });
  }

  test("R-16: a link that is no address of the web is not made one to click", () => {
    const link = "javascript:alert(1)";
    const mail: Mail = { ...written(resetFor("ada@example.com")), link, text: `Here: ${link}` };
    assert.doesNotMatch(mailPage({ path, mail, now: start }), /href="javascript/);
  });

  test("say when each mail was sent", () => {
    const mail = written(resetFor("ada@example.com"));
    const shown = (seconds: number): string | undefined =>
      /<time[^>]*>([^<]*)</.exec(inboxPage({ path, mails: [mail], now: start + seconds * 1000 }))?.[1];
    assert.deepEqual([-5, 0, 30, 90, 7200, 200_000].map(shown), [
      "just now",
      "just now",
      "30 s ago",
      "1 min ago",
      "2 h ago",
      "2 d ago",
    ]);
    assert.match(mailPage({ path, mail, now: start }), /2027-01-15 08:00:00 UTC/);
  });

  test("say what to do when there is nothing", () => {
    assert.match(inboxPage({ path, mails: [], now: start }), /No mail yet/);
    assert.match(missingMailPage({ path }), /<a class="quiet" href="\/auth\/dev\/inbox">/);
  });
});

describe("an inbox in memory", () => {
  test("keeps the latest mails only, each once", async () => {
    const inbox = createInbox(3);
    const mails = ["a", "b", "c", "d"].map((name) => written(resetFor(`${name}@example.com`)));
    for (const mail of [...mails, ...mails.slice(2)]) await inbox.send(mail, never);
    assert.deepEqual(
      inbox.list().map(({ to }) => to),
      ["d@example.com", "c@example.com", "b@example.com"],
    );
    assert.equal(inbox.last("a@example.com"), undefined);
    assert.equal(inbox.find(mails[1]?.id ?? "")?.to, "b@example.com");
  });
});
