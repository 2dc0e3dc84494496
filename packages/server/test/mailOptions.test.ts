import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { mailOptions } from "../src/config/mailOptions.ts";
import { validate } from "../src/config/validate.ts";
import { demandTransport, openTransport } from "../src/mail/transport/openTransport.ts";
import { ConfigurationError } from "../src/refusal.ts";

const checked = (options: unknown): unknown => validate(mailOptions, options, "mail");
const send = async (): Promise<void> => undefined;
const smtp = "smtp://u:hunter2@mail.example.com";
const from = "no-reply@app.example.com";

describe("options for mail", () => {
  test("may be left out, and are taken as they are given", () => {
    assert.deepEqual(checked(undefined), {});
    const given = {
      name: "Acme",
      from,
      smtp,
      links: { reset: "https://app.example.com/reset", home: "http://localhost:3000/#/in" },
    };
    assert.deepEqual(checked(given), given);
    assert.deepEqual(checked({ send }), { send });
  });

  const refused: readonly (readonly [string, unknown, RegExp])[] = [
    ["an unknown option", { smpt: smtp }, /no option "smpt"\. Did you mean "smtp"\?/],
    ["an unknown link", { links: { rest: "https://app.example.com" } }, /no option "links\.rest"/],
    ["SMTP without a sender", { smtp }, /^mail: from: .*no-reply@app\.example\.com/],
    ["two ways out", { smtp, from, send }, /^mail: send: Give mail\.smtp or mail\.send, not both/],
    ["a sender with a name", { from: "Acme <no-reply@app.example.com>" }, /^mail: from: Give the address alone/],
    ["a sender with a line end", { from: `${from}\r\nBcc: eve@example.com` }, /^mail: from: Give the address alone/],
    ["an empty name", { name: "  " }, /^mail: name: Give a name/],
    [
      "a URL of no mail server",
      { smtp: "https://u:hunter2@mail.example.com", from },
      /^mail: smtp: It begins with smtp/,
    ],
    ["a page over http", { links: { reset: "http://app.example.com/reset" } }, /^mail: links\.reset: Use https/],
    [
      "a token in a query",
      { links: { verify: "https://app.example.com/?t={token}" } },
      /^mail: links\.verify: .*behind the #/,
    ],
    ["a function that is none", { send: "send" }, /^mail: send: Give a function/],
  ];
  for (const [what, options, fault] of refused) {
    test(`${what}: refused, and no password is in the error`, () => {
      assert.throws(
        () => checked(options),
        (error) =>
          error instanceof ConfigurationError && fault.test(error.message) && !error.message.includes("hunter2"),
      );
    });
  }
});

describe("the way for mails", () => {
  const name = "Acme";

  test("is the mail server, else the application's own function, else in development the inbox", async () => {
    const server = await openTransport({ name, smtp, from, development: true });
    assert.deepEqual([server.transport !== undefined, server.inbox], [true, undefined]);
    server.transport?.close();
    const own = await openTransport({ name, send, development: true });
    assert.deepEqual([own.transport?.send, own.inbox], [send, undefined]);
    const development = await openTransport({ name, development: true });
    assert.ok(development.inbox && development.transport === development.inbox);
    assert.deepEqual(await openTransport({ name, development: false }), { transport: undefined, inbox: undefined });
  });

  test("is demanded by what cannot do without it, with all ways to give one", () => {
    assert.throws(() => demandTransport(undefined, "Signing up"), {
      name: "ConfigurationError",
      message: /^Signing up sends mail, .*mail\.smtp \(CARDEA_MAIL_SMTP\).*mail\.from.*mail\.send.*development: true/,
    });
    const transport = { send, close: () => undefined };
    assert.equal(demandTransport(transport, "Signing up"), transport);
  });

  test("a mail server needs a sender", async () => {
    await assert.rejects(openTransport({ name, smtp, development: false }), {
      name: "ConfigurationError",
      message: /^mail\.from: /,
    });
  });
});
