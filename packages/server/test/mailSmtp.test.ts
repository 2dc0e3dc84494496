import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { DeliveryError, type MailTransport } from "../src/mail/mail.ts";
import { openSmtp, type SmtpOptions } from "../src/mail/transport/smtp.ts";
import { readSmtpUrl } from "../src/mail/transport/smtpUrl.ts";
import { ConfigurationError } from "../src/refusal.ts";
import { selfSigned } from "./support/certificate.ts";
import { resetFor, start, written } from "./support/mailbox.ts";
import { headerOf, type MailServer, partOf, smtpError, startMailServer } from "./support/mailServer.ts";

const sender = { from: "no-reply@app.example.com", name: "Acme" };
const mail = written(resetFor("ada@example.com", "the-token"));
const never = new AbortController().signal;
const cleanUps: (() => unknown)[] = [];
after(async () => {
  for (const cleanUp of cleanUps.reverse()) await cleanUp();
});

async function serving(options?: Parameters<typeof startMailServer>[0]): Promise<MailServer> {
  const server = await startMailServer(options);
  cleanUps.push(server.close);
  return server;
}

async function sendingTo(url: string, options?: Partial<SmtpOptions>): Promise<MailTransport> {
  const transport = await openSmtp(url, { ...sender, ...options });
  cleanUps.push(transport.close);
  return transport;
}

const failing = (transport: MailTransport, signal = never): Promise<DeliveryError> =>
  transport.send(mail, signal).then(
    () => assert.fail("it was sent"),
    (error: unknown) => (error instanceof DeliveryError ? error : assert.fail(String(error))),
  );

describe("a mail over SMTP", () => {
  test("arrives whole: sender, receiver, subject, date, text and HTML, under an id that stays the same", async () => {
    const server = await serving();
    const transport = await sendingTo(server.url);
    await transport.send(mail, never);
    await transport.send(mail, never);
    const [first, again] = server.delivered;
    assert.ok(first && again);
    assert.deepEqual([first.from, first.to, first.encrypted], [sender.from, ["ada@example.com"], false]);
    const header = (name: string): string | undefined => headerOf(first.source, name);
    assert.equal(header("From"), "Acme <no-reply@app.example.com>");
    assert.equal(header("To"), "ada@example.com");
    assert.equal(header("Subject"), "Choose a new password for Acme");
    assert.equal(Date.parse(header("Date") ?? ""), start);
    assert.equal(header("Auto-Submitted"), "auto-generated");
    assert.equal(header("X-Mailer"), undefined);
    assert.equal(header("Message-ID"), `<${mail.id}@app.example.com>`);
    assert.equal(headerOf(again.source, "Message-ID"), header("Message-ID"));
    assert.equal(partOf(first.source, "text/plain").replaceAll("\r\n", "\n").trim(), mail.text.trim());
    assert.equal(partOf(first.source, "text/html").replaceAll("\r\n", "\n").trim(), mail.html.trim());
  });

  test("H-11: names with line ends, quotes, commas and other scripts add no header and no receiver", async () => {
    const server = await serving();
    const hostile = `A\r\nBcc: eve@example.com\r\n\r\n"x", <eve@example.com>, Ünï 株式会社`;
    const transport = await sendingTo(server.url, { name: hostile });
    await transport.send(written({ kind: "password_changed", to: "ada@example.com" }, hostile), never);
    const [delivered] = server.delivered;
    assert.ok(delivered);
    assert.deepEqual(delivered.to, ["ada@example.com"]);
    assert.equal(headerOf(delivered.source, "Bcc"), undefined);
    assert.equal(headerOf(delivered.source, "To"), "ada@example.com");
    assert.match(headerOf(delivered.source, "From") ?? "", /<no-reply@app\.example\.com>$/);
  });

  test("goes to exactly the address it is for, however odd that is", async () => {
    const server = await serving();
    const transport = await sendingTo(server.url);
    const odd = [
      "ada+tag@example.com",
      "ada/lovelace=countess@example.com",
      "!#$%&'*+/=?^_`{|}~-@example.com",
      "a@xn--mller-kva.example",
    ];
    for (const to of odd) await transport.send(written(resetFor(to)), never);
    assert.deepEqual(
      server.delivered.map(({ source }) => headerOf(source, "To")),
      odd,
    );
    // This server tells a host's name in its own script.
    assert.deepEqual(
      server.delivered.map(({ to }) => to),
      odd.map((to) => [to.replace("xn--mller-kva", "müller")]),
    );
  });

  test("is encrypted by STARTTLS, and the login goes inside", async () => {
    const certificate = selfSigned("localhost");
    const server = await serving({
      ...certificate,
      authOptional: false,
      onAuth: ({ username, password }, _session, callback) => {
        if (username === "mailer@app" && password === "p#ss/w%rd") callback(null, { user: username });
        else callback(new Error("no"));
      },
    });
    const login = `smtp://${encodeURIComponent("mailer@app")}:${encodeURIComponent("p#ss/w%rd")}@localhost:${server.port}`;
    await (await sendingTo(`${login}?tls=required`, { ca: certificate.cert })).send(mail, never);
    assert.deepEqual(
      server.delivered.map(({ encrypted, user }) => [encrypted, user]),
      [[true, "mailer@app"]],
    );
    const wrong = await sendingTo(`smtp://mailer:wrong@localhost:${server.port}?tls=required`, {
      ca: certificate.cert,
    });
    const { reason, permanent, message } = await failing(wrong);
    assert.deepEqual([reason, permanent], ["smtp_535", false]);
    assert.doesNotMatch(message, /wrong/);
  });

  test("is encrypted from the first byte with smtps://", async () => {
    const certificate = selfSigned("localhost");
    const server = await serving({ ...certificate, secure: true });
    await (await sendingTo(`smtps://localhost:${server.port}`, { ca: certificate.cert })).send(mail, never);
    assert.deepEqual(
      server.delivered.map(({ encrypted }) => encrypted),
      [true],
    );
  });

  test("does not go where TLS is demanded and not offered, or under a certificate that nobody vouches for", async () => {
    const plain = await serving({ disabledCommands: ["STARTTLS"] });
    const stranger = await serving(selfSigned("localhost"));
    const [untrusted, stripped] = [stranger, plain].map(({ url }) => `${url}?tls=required`);
    for (const url of [untrusted, stripped]) {
      const error = await failing(await sendingTo(url ?? ""));
      assert.equal(error.permanent, false);
    }
    assert.deepEqual([...plain.delivered, ...stranger.delivered], []);
  });

  const answers: readonly (readonly [number, boolean, string])[] = [
    [550, true, "an address that does not exist"],
    [552, true, "a mailbox that is full for good"],
    [450, false, "greylisting"],
    [421, false, "a server that is about to close"],
    [530, false, "a server that wants a login first"],
  ];
  for (const [code, permanent, what] of answers) {
    test(`${code} to the receiver, ${what}, is ${permanent ? "final" : "for now"}, and its words stay out of the error`, async () => {
      const server = await serving({
        answer: async (address) => {
          throw smtpError(code, `${address} is not here`);
        },
      });
      const error = await failing(await sendingTo(server.url));
      assert.deepEqual([error.reason, error.permanent, error.cause], [`smtp_${code}`, permanent, undefined]);
      assert.doesNotMatch(error.message, /ada|example|here/);
    });
  }

  test("554 to the text is final; 550 to the sender is not, as somebody will put our own address right", async () => {
    const content = await serving({
      accept: async () => {
        throw smtpError(554, "spam");
      },
    });
    const from = await serving({ onMailFrom: (_address, _session, callback) => callback(smtpError(550, "not yours")) });
    const [refusedText, refusedSender] = [
      await failing(await sendingTo(content.url)),
      await failing(await sendingTo(from.url)),
    ];
    assert.deepEqual([refusedText.reason, refusedText.permanent], ["smtp_554", true]);
    assert.deepEqual([refusedSender.reason, refusedSender.permanent], ["smtp_550", false]);
  });

  test("a server that is down, or a host that is not there, is a reason to try later", async () => {
    const server = await startMailServer();
    await server.close();
    for (const url of [server.url, "smtp://no-such-host.invalid:25?tls=never"]) {
      const error = await failing(await sendingTo(url));
      assert.equal(error.permanent, false);
      assert.match(error.reason, /^E[A-Z]+$/);
    }
  });

  test("F-11: a server that never answers is left when the signal says so", async () => {
    const arrived = Promise.withResolvers<void>();
    const server = await serving({
      answer: () => {
        arrived.resolve();
        return new Promise(() => undefined);
      },
    });
    const leave = new AbortController();
    const failure = failing(await sendingTo(server.url), leave.signal);
    await arrived.promise;
    leave.abort();
    assert.equal((await failure).permanent, false);
  });
});

describe("the URL of a mail server", () => {
  const readings: readonly (readonly [string, Partial<ReturnType<typeof readSmtpUrl>>])[] = [
    [
      "smtp://mail.example.com",
      { host: "mail.example.com", port: 587, secure: false, requireTLS: true, ignoreTLS: false },
    ],
    ["smtps://mail.example.com", { port: 465, secure: true, requireTLS: false, ignoreTLS: false }],
    ["smtp://u%40x:p%23@mail.example.com:2525/", { port: 2525, requireTLS: true, auth: { user: "u@x", pass: "p#" } }],
    ["smtp://localhost:1025", { secure: false, requireTLS: false, ignoreTLS: true, auth: undefined }],
    ["smtp://u:p@127.0.0.1", { requireTLS: false, ignoreTLS: true }],
    ["smtp://[::1]:25", { host: "::1", port: 25, ignoreTLS: true }],
    ["smtp://localhost?tls=required", { requireTLS: true, ignoreTLS: false }],
    ["smtp://relay.internal:25?tls=never", { requireTLS: false, ignoreTLS: true }],
  ];
  for (const [url, expected] of readings) {
    test(`${url} is read`, () => {
      const read = readSmtpUrl(url);
      assert.deepEqual({ ...read, ...expected }, read);
    });
  }

  const refused: readonly (readonly [string, RegExp])[] = [
    ["https://u:hunter2@mail.example.com", /begins with smtp/],
    ["mail.example.com:587", /begins with smtp/],
    ["hunter2", /not a URL/],
    ["smtp://", /needs a host|not a URL/],
    ["smtp://u:hunter2@mail.example.com/path", /Leave out path/],
    ["smtp://u:hun#ter2@mail.example.com", /host|fragment|URL/],
    ["smtp://u:hunter2@mail.example.com?tls=optional", /tls is required or never/],
    ["smtp://u:hunter2@mail.example.com?tls.rejectUnauthorized=false", /nothing else/],
    ["smtp://u:hunter2@mail.example.com?tls=never", /show user and password/],
    ["smtps://u:hunter2@mail.example.com?tls=never", /leave out tls/],
    ["smtp://u@mail.example.com", /user and password, or neither/],
    ["smtp://u:hunter2%ZZ@mail.example.com", /percent-encoded/],
  ];
  for (const [url, fault] of refused) {
    test(`${url} is refused, and its password is not in the error`, () => {
      assert.throws(
        () => readSmtpUrl(url),
        (error) => error instanceof ConfigurationError && fault.test(error.message) && !/hun|ter2/.test(error.message),
      );
    });
  }
});
