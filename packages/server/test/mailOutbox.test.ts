import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import type { SendMail } from "../src/mail/mail.ts";
import { DeliveryError } from "../src/mail/mail.ts";
import { createInbox } from "../src/mail/transport/inbox.ts";
import type { Store } from "../src/store/ports.ts";
import { freshSealer, mailerAt, queue, resetFor, start } from "./support/mailbox.ts";
import { cleanUp, failing, hour, later, minute, post, stayAlive } from "./support/outboxes.ts";

after(cleanUp);

describe("the outbox", () => {
  test("never sends a link that has expired", async () => {
    const { clock, store, write, outbox, events } = await post();
    const inbox = createInbox();
    await write("ada@example.com");
    clock.ms += hour;
    await outbox(inbox.send).drained();
    assert.deepEqual(inbox.list(), []);
    assert.equal(await store.mails.count(), 0);
    assert.deepEqual(events, [{ type: "mail_given_up", kind: "reset_password", attempts: 1, reason: "too_late" }]);
  });

  test("gives up a mail that does not open with its secret, tells so, and goes on", async () => {
    const { store, write, outbox, events } = await post();
    const inbox = createInbox();
    await write("ada@example.com");
    await queue(store, mailerAt({ ms: start }, freshSealer()), resetFor("bob@example.com"));
    await outbox(inbox.send).drained();
    assert.deepEqual(
      inbox.list().map(({ to }) => to),
      ["ada@example.com"],
    );
    assert.deepEqual(events, [{ type: "mail_given_up", kind: "unknown", attempts: 1, reason: "unreadable" }]);
    assert.equal(await store.mails.count(), 0);
  });

  test("gives up a mail on which processes die one after the other", async () => {
    const { clock, store, notify, outbox, events } = await post();
    await notify("ada@example.com");
    for (let died = 0; died < 20; died++) {
      assert.equal((await store.mails.claim(clock.ms, clock.ms + 1, 1)).length, 1);
      clock.ms += 1;
    }
    const inbox = createInbox();
    await outbox(inbox.send).drained();
    assert.deepEqual([inbox.list(), await store.mails.count()], [[], 0]);
    assert.deepEqual(events, [
      { type: "mail_given_up", kind: "password_changed", attempts: 21, reason: "too_many_tries" },
    ]);
  });

  test("leaves a try that takes too long, whether the transport listens or not, and tries again", async () => {
    const { clock, store, write, outbox, events } = await post();
    await write("ada@example.com");
    const signals: AbortSignal[] = [];
    const box = outbox(
      (_mail, signal) => {
        signals.push(signal);
        return new Promise(() => undefined);
      },
      { sendTimeoutMs: 1, closeWithinMs: 1 },
    );
    stayAlive();
    await box.drained();
    await later(clock, minute, box);
    assert.deepEqual(
      signals.map(({ aborted }) => aborted),
      [true, true],
    );
    assert.deepEqual(events, [{ type: "mail_delayed", kind: "reset_password", attempts: 1, reason: "timeout" }]);
    assert.equal(await store.mails.count(), 1);
  });

  test("takes no more mails than it can send at once, so that another process can take the rest", async () => {
    const { clock, store, write, outbox } = await post();
    for (const name of ["ada", "bob", "cleo", "dan", "eve"]) await write(`${name}@example.com`);
    const begun = Promise.withResolvers<void>();
    let sending = 0;
    outbox(
      () => {
        sending += 1;
        if (sending === 2) begun.resolve();
        return new Promise(() => undefined);
      },
      { parallel: 2, closeWithinMs: 1 },
    );
    await begun.promise;
    assert.equal((await store.mails.claim(clock.ms, clock.ms + 1, 10)).length, 3);
    assert.equal(sending, 2);
  });

  test("tells of each outage once, and again after a mail got out or the reason changed", async () => {
    const { clock, write, outbox, events } = await post();
    let reason: string | undefined = "ECONNREFUSED";
    const box = outbox(async (mail, signal) => {
      if (reason !== undefined) await failing(reason)(mail, signal);
    });
    const round = async (next: string | undefined): Promise<void> => {
      reason = next;
      await write("ada@example.com");
      await write("bob@example.com");
      await later(clock, minute, box);
    };
    await round("ECONNREFUSED");
    await round("ECONNREFUSED");
    await round("EDNS");
    await round(undefined);
    await round("EDNS");
    const told = events.map((event) => ("reason" in event ? event.reason : event.type));
    assert.deepEqual(told, ["ECONNREFUSED", "EDNS", "EDNS"]);
  });

  const rejections: readonly (readonly [unknown, string])[] = [
    [new DeliveryError("smtp_450", false), "smtp_450"],
    [Object.assign(new Error("to ada@example.com"), { code: "ECONNRESET" }), "ECONNRESET"],
    [Object.assign(new Error("ada@example.com"), { code: "to ada@example.com" }), "failed"],
    ["ada@example.com", "failed"],
    [undefined, "failed"],
  ];
  for (const [rejection, reason] of rejections) {
    test(`an application's own transport that rejects with ${String(rejection)} means "later", and no event repeats its words`, async () => {
      const { store, write, outbox, events } = await post();
      await write("ada@example.com");
      await outbox(() => Promise.reject(rejection)).drained();
      assert.deepEqual(events, [{ type: "mail_delayed", kind: "reset_password", attempts: 1, reason }]);
      assert.equal(await store.mails.count(), 1);
    });
  }

  test("F-11: waking it returns at once even when nothing ever answers: neither the store nor the mail server", async () => {
    const { store, write, outbox } = await post();
    const silence = new Promise<never>(() => undefined);
    const mute = outbox(() => silence, { closeWithinMs: 1 });
    const deaf = outbox(() => silence, { store: { ...store.mails, claim: () => silence }, closeWithinMs: 1 });
    await write("ada@example.com");
    assert.deepEqual([mute.wake(), deaf.wake()], [undefined, undefined]);
    await write("bob@example.com");
    assert.equal(await store.mails.count(), 2);
    await Promise.all([mute.close(), deaf.close()]);
  });

  test("a store that fails is told of and asked again", async () => {
    const { store, write, outbox, events } = await post();
    const inbox = createInbox();
    const broken = new Error("disk full");
    let fails = true;
    const claim: Store["mails"]["claim"] = async (...span) => {
      if (fails) throw broken;
      return store.mails.claim(...span);
    };
    await write("ada@example.com");
    const box = outbox(inbox.send, { store: { ...store.mails, claim } });
    await box.drained();
    assert.ok(events.every((event) => event.type === "fault" && event.error === broken) && events.length > 0);
    fails = false;
    await box.drained();
    assert.equal(inbox.list().length, 1);
  });

  test("looks by itself, for mails that another process wrote", async () => {
    const { write, outbox } = await post();
    const arrived = Promise.withResolvers<string>();
    outbox(async ({ to }) => arrived.resolve(to), { pollMs: 5 });
    await new Promise(setImmediate);
    await write("ada@example.com");
    stayAlive();
    assert.equal(await arrived.promise, "ada@example.com");
  });

  test("when it closes it lets a mail finish, takes no other, and closes its transport last", async () => {
    const { store, write, outbox } = await post();
    const steps: string[] = [];
    const [begun, finish] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const send: SendMail = async ({ to }) => {
      begun.resolve();
      await finish.promise;
      steps.push(to);
    };
    await write("ada@example.com");
    const box = outbox(send, { transport: { send, close: () => steps.push("closed") }, closeWithinMs: hour });
    await begun.promise;
    const closing = box.close();
    await write("bob@example.com");
    box.wake();
    finish.resolve();
    await closing;
    assert.deepEqual(steps, ["ada@example.com", "closed"]);
    assert.equal(await store.mails.count(), 1);
  });

  test("when it closes it cuts off a mail that hangs, which is due at once for whoever comes next", async () => {
    const { write, outbox, events } = await post();
    const begun = Promise.withResolvers<AbortSignal>();
    await write("ada@example.com");
    const box = outbox(
      (_mail, signal) => {
        begun.resolve(signal);
        return new Promise(() => undefined);
      },
      { closeWithinMs: 1 },
    );
    const signal = await begun.promise;
    await box.close();
    assert.equal(signal.aborted, true);
    const inbox = createInbox();
    await outbox(inbox.send).drained();
    assert.deepEqual([inbox.list().length, events], [1, []]);
  });
});
