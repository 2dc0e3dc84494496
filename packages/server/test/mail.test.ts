import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, test } from "node:test";
import { createLinks } from "../src/mail/links.ts";
import { type MailKind, type Message, purposeOf } from "../src/mail/message.ts";
import { openMail } from "../src/mail/sealedMail.ts";
import { ConfigurationError } from "../src/refusal.ts";
import { freshSealer, issuer, mailerAt, resetFor, start, written } from "./support/mailbox.ts";

const to = "ada@example.com";
const token = "kWq1-s3cret_t0ken";
const withLink = (kind: keyof typeof purposeOf): Message => ({ kind, to, token, validForMs: 1_800_000 });
const messages: readonly Message[] = [
  withLink("verify_email"),
  withLink("reset_password"),
  withLink("change_email_confirm"),
  { kind: "already_registered", to },
  { kind: "password_changed", to },
  { kind: "email_changed", to },
  { kind: "email_change_requested", to },
  { kind: "account_deleted", to },
  { kind: "new_device", to, device: "Firefox on Linux", address: "2001:db8::7" },
];

describe("a mail", () => {
  for (const message of messages) {
    const mail = written(message);
    test(`${message.kind} names the application in its subject, and says the same as text and as HTML`, () => {
      assert.match(mail.subject, /Acme/);
      for (const paragraph of mail.text.trim().split("\n\n")) assert.ok(mail.html.includes(paragraph), paragraph);
      assert.doesNotMatch(mail.text, /undefined|NaN|\[object/);
    });

    test(`${message.kind} loads nothing when it is opened, and runs nothing`, () => {
      assert.doesNotMatch(mail.html, /<(?:img|script|link|iframe|style)|\ssrc=|url\(|@import|\son\w+=/i);
    });

    test(`${message.kind} holds its link if it has one, and otherwise no secret`, () => {
      const link = "token" in message ? createLinks({ issuer }).linkUrl(purposeOf[message.kind], token) : undefined;
      assert.equal(mail.link, link);
      assert.equal(mail.text.includes(token), link !== undefined);
      assert.equal(mail.text.split("\n").includes(link ?? `${issuer}/pages/sign-in`), true);
    });
  }

  test("ASVS-6.3.7: there is a notice for each change of a credential or an address, with its time, and one for the address that is left", () => {
    const notices: readonly MailKind[] = [
      "password_changed",
      "email_changed",
      "email_change_requested",
      "account_deleted",
    ];
    for (const kind of notices) {
      const mail = written(messages.find((message) => message.kind === kind) ?? assert.fail(kind));
      assert.match(mail.text, /on 2027-01-15 08:00 UTC/i, kind);
      assert.match(mail.text, /If it was not/, kind);
    }
  });

  test("says how long its link works, in the largest unit that fits", () => {
    const lasting = (validForMs: number): string => written({ kind: "verify_email", to, token, validForMs }).text;
    assert.match(lasting(60_000), /for 1 minute\./);
    assert.match(lasting(45 * 60_000), /for 45 minutes\./);
    assert.match(lasting(90 * 60_000), /for 90 minutes\./);
    assert.match(lasting(3_600_000), /for 1 hour\./);
    assert.match(lasting(48 * 3_600_000), /for 2 days\./);
  });

  test("R-16: a name with markup is text in the HTML of a mail", () => {
    const { html } = written(resetFor(to), `<script>alert(1)</script>"><img src=x onerror=alert(1)>`);
    assert.doesNotMatch(html, /<script|<img/);
    assert.match(html, /&lt;script&gt;/);
  });

  test("H-11: a name cannot end a line of a header, hide characters or turn the direction of writing", () => {
    const { subject } = written(
      { kind: "already_registered", to },
      "Ac\r\nBcc: eve@example.com\u202eme\u0000\u2028\u200b!",
    );
    assert.equal(subject, "You already have an account at Ac Bcc: eve@example.com me !");
  });

  test("H-11: an address that is not in its canonical form is never written to", () => {
    const { write } = mailerAt({ ms: start }, freshSealer());
    const forged = [
      "a@b.example\r\nBcc: eve@example.com",
      "a@b.example,eve@example.com",
      "<a@b.example>",
      "a b@c.example",
      "ä@b.example",
      "A@b.example",
      "a@b@c.example",
      "",
    ];
    for (const address of forged) {
      assert.throws(() => write(resetFor(address)), { name: "TypeError", message: /^[^@]*$/ }, address);
    }
  });

  test("a device that a client made up is shown without anything that a mail program makes a link of", () => {
    const shown = (device: string, address?: string): string =>
      written({ kind: "new_device", to, device, address }).text;
    assert.match(shown("Safari 17.5 on macOS (Mac)"), /before: Safari 17\.5 on macOS \(Mac\)\./);
    assert.doesNotMatch(shown("go to https://evil.example/now"), /evil\.example|https:\/\/evil/);
    assert.doesNotMatch(shown(`x\r\n\r\n${"y".repeat(500)}`), /y{61}|x\n/);
    assert.match(shown("\u0000<>"), /before: unknown\./);
    assert.match(shown("Firefox", "203.0.113.9"), /Firefox, from 203\.0\.113\.9\./);
    assert.doesNotMatch(shown("Firefox", "evil.example"), /evil/);
  });
});

describe("a mail that waits", () => {
  const sealer = freshSealer();
  const mailer = mailerAt({ ms: start }, sealer);

  test("is sealed: neither its address nor its token stands in the row", () => {
    const row = JSON.stringify(mailer.write(resetFor(to, token)));
    assert.doesNotMatch(row, /ada|example|k?Wq1|reset/);
    assert.doesNotMatch(Buffer.from(row, "base64url").toString("latin1"), /kWq1/);
  });

  test("opens in its own row only, and under its own secret", () => {
    const [mine, other] = [mailer.write(resetFor(to)), mailer.write(resetFor(to))];
    assert.equal(openMail(sealer, mine)?.mail.to, to);
    assert.equal(openMail(sealer, { ...mine, id: other.id }), undefined);
    assert.equal(openMail(sealer, { ...mine, sealed: `${mine.sealed.slice(0, -2)}AA` }), undefined);
    assert.equal(openMail(freshSealer(), mine), undefined);
  });

  test("is due at once, and of use for as long as its link works, but three days at most", () => {
    const usefulFor = (message: Message): number => {
      const row = mailer.write(message);
      assert.deepEqual([row.createdAt, row.dueAt, row.attempts], [start, start, 0]);
      return (openMail(sealer, row)?.usefulUntil ?? 0) - start;
    };
    assert.equal(usefulFor(withLink("reset_password")), 1_800_000);
    assert.equal(usefulFor({ kind: "verify_email", to, token, validForMs: 7 * 86_400_000 }), 3 * 86_400_000);
    assert.equal(usefulFor({ kind: "password_changed", to }), 3 * 86_400_000);
  });
});

describe("links", () => {
  const purposes = ["verify_email", "reset_password", "change_email"] as const;

  test("CS-FP2: by default a link leads to the hosted pages below the issuer, over https, with the token in its query", () => {
    const { linkUrl, home } = createLinks({ issuer });
    assert.deepEqual(
      purposes.map((purpose) => linkUrl(purpose, "t")),
      ["verify", "reset", "change-email"].map((page) => `${issuer}/pages/${page}?token=t`),
    );
    assert.equal(home, `${issuer}/pages/sign-in`);
  });

  test("R-06: whatever a request says of its host, there is no way for it into a link", () => {
    // What a mail is made of: nothing here comes from a request, and a token that looks like a host stays a token.
    for (const forged of ["evil.com", "//evil.com/", "@evil.com", "https://evil.com/#", "\\evil.com", "$&{token}"]) {
      const { link = "" } = written(resetFor(to, forged));
      assert.equal(new URL(link).origin, "https://app.example.com");
      assert.equal(new URL(link).search, `?token=${encodeURIComponent(forged)}`);
    }
  });

  test("R-08: the token for a page of the application reaches no server, not the page's own either, and so no log and no Referer", async () => {
    const asked: string[] = [];
    const server = createServer((request, response) => {
      asked.push(JSON.stringify([request.url, request.headers]));
      response.end();
    });
    const listening = Promise.withResolvers<void>();
    server.listen(0, "localhost", listening.resolve);
    await listening.promise;
    const { port } = server.address() as AddressInfo;
    const origin = `http://localhost:${port}`;
    const pages = { verify: `${origin}/verify`, reset: `${origin}/reset`, changeEmail: `${origin}/change` };
    const { linkUrl } = createLinks({ issuer: `${origin}/auth`, pages });
    for (const purpose of purposes) await (await fetch(linkUrl(purpose, token))).text();
    server.close();
    server.closeAllConnections();
    assert.equal(asked.length, 3);
    assert.doesNotMatch(asked.join(), new RegExp(token));
  });

  test("pages of the application's own take the token at their end, or in their fragment where they say", () => {
    const links = createLinks({
      issuer,
      allowedOrigins: ["https://www.example.com"],
      pages: {
        verify: "https://www.example.com/welcome?lang=en",
        reset: "https://app.example.com/#/reset/{token}",
        home: "https://app.example.com/#/login",
      },
    });
    assert.equal(links.linkUrl("verify_email", "t/1"), "https://www.example.com/welcome?lang=en#token=t%2F1");
    assert.equal(links.linkUrl("reset_password", "t"), "https://app.example.com/#/reset/t");
    assert.equal(links.home, "https://app.example.com/#/login");
  });

  const refused: readonly (readonly [string, RegExp])[] = [
    ["https://evil.example/reset", /https:\/\/evil\.example is not an origin of this application/],
    ["https://app.example.com.evil.example/", /is not an origin/],
    ["http://app.example.com/reset", /Use https/],
    ["https://app.example.com/reset?token={token}", /behind the #/],
    ["https://app.example.com/{token}#{token}", /behind the #/],
    ["https://app.example.com/#/reset", /where the token belongs/],
    ["https://ada:pw@app.example.com/", /Leave out the credentials/],
    ["javascript:alert(1)", /Use https/],
    ["/reset", /not a URL/],
  ];
  for (const [page, fault] of refused) {
    test(`CS-FP2: ${page} is no page for a link`, () => {
      const make = (): unknown => createLinks({ issuer, pages: { reset: page } });
      assert.throws(
        make,
        (error) =>
          error instanceof ConfigurationError &&
          fault.test(error.message) &&
          error.message.startsWith("mail.links.reset: "),
      );
    });
  }
});
