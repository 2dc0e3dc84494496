import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { createSealer } from "../src/keys/seal.ts";
import type { SendMail } from "../src/mail/mail.ts";
import { createInbox } from "../src/mail/transport/inbox.ts";
import { memory } from "../src/store/memory/memory.ts";
import type { Store } from "../src/store/ports.ts";
import { sqlite } from "../src/store/sqlite/sqlite.ts";
import { realWorld } from "../src/world.ts";
import { startIssuer } from "./support/issuer.ts";
import { mailerAt, queue, resetFor, start } from "./support/mailbox.ts";
import { headerOf, smtpError, startMailServer } from "./support/mailServer.ts";
import { atEnd, cleanUp, failing, hour, later, minute, post, smtpTo } from "./support/outboxes.ts";

after(cleanUp);

describe("the outbox, over a real mail server", () => {
  test("sends what waits and forgets it", async () => {
    const { store, write, outbox, events } = await post();
    const server = await startMailServer();
    atEnd(server.close);
    await write("ada@example.com");
    const box = outbox(await smtpTo(server));
    await box.drained();
    await write("bob@example.com");
    box.wake();
    await server.has(2);
    await box.drained();
    assert.deepEqual(
      server.delivered.map(({ to }) => to),
      [["ada@example.com"], ["bob@example.com"]],
    );
    assert.deepEqual([await store.mails.count(), events], [0, []]);
  });

  test("a server that is down loses no mail: it is sent when the server is up, and one event tells of the outage", async () => {
    const { clock, store, write, outbox, events } = await post();
    const before = await startMailServer();
    await before.close();
    const box = outbox(await smtpTo(before));
    for (const name of ["ada", "bob", "cleo"]) await write(`${name}@example.com`);
    await box.drained();
    assert.equal(await store.mails.count(), 3);
    assert.deepEqual(
      events.map(({ type }) => type),
      ["mail_delayed"],
    );
    const server = await startMailServer({ port: before.port });
    atEnd(server.close);
    await later(clock, minute - 1, box);
    assert.equal(server.delivered.length, 0);
    await later(clock, 1, box);
    assert.deepEqual(server.delivered.map(({ to }) => to[0]).toSorted(), [
      "ada@example.com",
      "bob@example.com",
      "cleo@example.com",
    ]);
    assert.equal(await store.mails.count(), 0);
  });

  test("4yz is tried again, 5yz is given up at once", async () => {
    const { clock, store, write, outbox, events } = await post();
    let greylisted = true;
    const server = await startMailServer({
      answer: async (address) => {
        if (address.startsWith("nobody")) throw smtpError(550, "no such user");
        if (greylisted) throw smtpError(451, "come back later");
      },
    });
    atEnd(server.close);
    const box = outbox(await smtpTo(server));
    await write("ada@example.com");
    await write("nobody@example.com");
    await box.drained();
    assert.deepEqual(
      events.toSorted((a, b) => (a.type < b.type ? -1 : 1)),
      [
        { type: "mail_delayed", kind: "reset_password", attempts: 1, reason: "smtp_451" },
        { type: "mail_given_up", kind: "reset_password", attempts: 1, reason: "smtp_550" },
      ],
    );
    greylisted = false;
    await later(clock, minute, box);
    assert.deepEqual([server.delivered.length, await store.mails.count()], [1, 0]);
  });

  test("F-11: a mail that hangs holds up no other mail", async () => {
    const { write, outbox } = await post();
    const awake = Promise.withResolvers<void>();
    const server = await startMailServer({
      answer: (address) => (address.startsWith("slow") ? awake.promise : Promise.resolve()),
    });
    atEnd(server.close);
    const box = outbox(await smtpTo(server), { parallel: 2 });
    await write("slow@example.com");
    for (let index = 0; index < 10; index++) await write(`quick${index}@example.com`);
    box.wake();
    await server.has(10);
    awake.resolve();
    await box.drained();
    assert.equal(server.delivered.at(-1)?.to[0], "slow@example.com");
  });
});

describe("an issuer whose mail server hangs", () => {
  test("F-11: answers every request that causes mail, and the mails go out once the server wakes up", async () => {
    const [arrived, awake] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const server = await startMailServer({
      answer: () => {
        arrived.resolve();
        return awake.promise;
      },
    });
    atEnd(server.close);
    const issuer = await startIssuer({ mail: { smtp: server.url, from: "no-reply@app.example.com" } });
    const credentials = { email: "ada@example.com", password: "a phrase of several words" };
    const asked = [
      await issuer.post("/sign-up", credentials),
      await issuer.post("/sign-up", credentials),
      await issuer.post("/password/forgot", { email: credentials.email }),
    ];
    await arrived.promise;
    assert.deepEqual(
      asked.map(({ status }) => status),
      [201, 201, 202],
    );
    assert.equal(server.delivered.length, 0);
    awake.resolve();
    await issuer.auth.settled();
    assert.deepEqual(
      server.delivered.map(({ to, source }) => [to[0], headerOf(source, "Subject")?.split(" for ")[0]]).toSorted(),
      [
        [credentials.email, "Choose a new password"],
        [credentials.email, "Confirm your email address"],
        [credentials.email, `You already have an account at localhost:${issuer.port}`],
      ],
    );
    await issuer.close();
  });
});

const folder = mkdtempSync(join(tmpdir(), "cardea-outbox-"));
atEnd(() => rmSync(folder, { recursive: true, force: true }));
let files = 0;
const stores: Readonly<Record<string, () => Promise<Store>>> = {
  memory: () => memory().open(realWorld),
  sqlite: () => sqlite(join(folder, `${files++}.db`)).open(realWorld),
};

for (const [name, open] of Object.entries(stores)) {
  describe(`the outbox on ${name}`, () => {
    test("two that share a store send each of 60 mails once between them", async () => {
      const { store, write, outbox } = await post(open);
      for (let index = 0; index < 60; index++) await write(`person${index}@example.com`);
      const inboxes = [createInbox(), createInbox()];
      const counted: string[] = [];
      const boxes = inboxes.map(({ send }) =>
        outbox(async (mail, signal) => {
          counted.push(mail.to);
          await send(mail, signal);
        }),
      );
      await Promise.all(boxes.map((box) => box.drained()));
      assert.equal(counted.length, 60);
      assert.equal(new Set(counted).size, 60);
      assert.equal(await store.mails.count(), 0);
    });

    test("a mail whose sender died between sending and forgetting is sent once more, with the same id, when its lease ends", async () => {
      const { clock, store, write, outbox } = await post(open);
      const id = await write("ada@example.com");
      const inbox = createInbox();
      const sent: string[] = [];
      const send: SendMail = async (mail, signal) => {
        sent.push(mail.id);
        await inbox.send(mail, signal);
      };
      // The first process sends, and is gone before it can forget.
      const gone = new Promise<never>(() => undefined);
      const dying = outbox(send, { store: { ...store.mails, remove: () => gone }, closeWithinMs: 1 });
      const next = outbox(send);
      while (sent.length === 0) await new Promise(setImmediate);
      dying.wake();
      await later(clock, 2 * minute - 1, next);
      assert.deepEqual(sent, [id]);
      await later(clock, 1, next);
      assert.deepEqual(sent, [id, id]);
      assert.equal(inbox.list().length, 1);
      assert.equal(await store.mails.count(), 0);
      await later(clock, 24 * hour, next);
      assert.equal(sent.length, 2);
    });

    test("waits longer from try to try, and gives up when nobody would be helped any more", async () => {
      const { clock, store, notify, outbox, events } = await post(open);
      const tries: number[] = [];
      const box = outbox(async (mail, signal) => {
        tries.push((clock.ms - start) / minute);
        await failing("ECONNREFUSED")(mail, signal);
      });
      await notify("ada@example.com");
      await box.drained();
      while ((await store.mails.count()) > 0) await later(clock, minute, box);
      assert.deepEqual(tries.slice(0, 7), [0, 1, 6, 36, 156, 516, 876]);
      assert.ok((tries.at(-1) ?? 0) < 3 * 24 * 60);
      assert.deepEqual(
        events.map(({ type }) => type),
        ["mail_delayed", "mail_given_up"],
      );
      assert.deepEqual(events.at(-1), {
        type: "mail_given_up",
        kind: "password_changed",
        attempts: tries.length,
        reason: "ECONNREFUSED",
      });
    });
  });
}

describe("the outbox of a process that is killed", () => {
  test("the mail server has the mail, the process cannot know: the next one sends it once more, and that is all", async () => {
    const file = join(folder, "killed.db");
    const secret = (await sqlite(file).localSecret(realWorld)) ?? assert.fail("no secret");
    const sealer = createSealer([secret], realWorld);
    const { clock, store, outbox, events } = await post(() => sqlite(file).open(realWorld));
    await queue(store, mailerAt(clock, sealer), resetFor("ada@example.com"));

    let victim: ChildProcess | undefined;
    const server = await startMailServer({ accept: async () => victim?.kill("SIGKILL") });
    atEnd(server.close);
    const program = join(import.meta.dirname, "support", "mailSender.ts");
    const given = ["--conditions=@cardea/source", program, file, server.url, String(start)];
    victim = spawn(process.execPath, given, { stdio: ["ignore", "ignore", "inherit"] });
    await once(victim, "exit");
    assert.equal(victim.signalCode, "SIGKILL");
    victim = undefined;
    assert.deepEqual([server.delivered.length, await store.mails.count()], [1, 1]);

    const next = outbox(await smtpTo(server), { sealer });
    await later(clock, 2 * minute - 1, next);
    assert.equal(server.delivered.length, 1);
    await later(clock, 1, next);
    await later(clock, 24 * hour, next);
    const ids = server.delivered.map(({ source }) => headerOf(source, "Message-ID"));
    assert.equal(ids.length, 2);
    assert.equal(ids[0], ids[1]);
    assert.deepEqual([await store.mails.count(), events], [0, []]);
  });
});
