import { DeliveryError, type SendMail } from "../../src/mail/mail.ts";
import type { MailEvent } from "../../src/mail/mailEvent.ts";
import { type MailOutbox, type OutboxParts, startOutbox } from "../../src/mail/outbox.ts";
import { openSmtp } from "../../src/mail/transport/smtp.ts";
import { memory } from "../../src/store/memory/memory.ts";
import type { Store } from "../../src/store/ports.ts";
import { realWorld } from "../../src/world.ts";
import { type Clock, freshSealer, mailerAt, queue, resetFor, start, worldAt } from "./mailbox.ts";
import type { MailServer } from "./mailServer.ts";

/** Spans in milliseconds. */
export const minute = 60_000;
/** Sixty of them. */
export const hour = 60 * minute;

const cleanUps: (() => unknown)[] = [];

/** Is done by `cleanUp`, the latest first. */
export const atEnd = (step: () => unknown): unknown => cleanUps.push(step);

/** For the end of a test file. */
export async function cleanUp(): Promise<void> {
  for (const step of cleanUps.splice(0).reverse()) await step();
}

/** An outbox's own timers let a process end; a test that waits for one of them holds it. */
export function stayAlive(): void {
  const timer = setInterval(() => undefined, 1000);
  atEnd(() => clearInterval(timer));
}

/** A store with mails in it, and outboxes over it. */
export type Post = {
  readonly clock: Clock;
  readonly store: Store;
  readonly events: readonly MailEvent[];
  readonly write: (to: string, token?: string) => Promise<string>;
  readonly notify: (to: string) => Promise<string>;
  /** An outbox of this process, or of another one that shares the store. */
  readonly outbox: (send: SendMail, options?: Partial<OutboxParts>) => MailOutbox;
};

/** A store with a mailer and a clock of its own; outboxes look by themselves once an hour, so a test says when. */
export async function post(open: () => Promise<Store> = () => memory().open(realWorld)): Promise<Post> {
  const clock = { ms: start };
  const sealer = freshSealer();
  const mailer = mailerAt(clock, sealer);
  const store = await open();
  const events: MailEvent[] = [];
  atEnd(store.close);
  return {
    clock,
    store,
    events,
    write: (to, token) => queue(store, mailer, resetFor(to, token)),
    notify: (to) => queue(store, mailer, { kind: "password_changed", to }),
    outbox: (send, options) => {
      const outbox = startOutbox({
        store: store.mails,
        transport: { send, close: () => undefined },
        sealer,
        world: worldAt(clock),
        onEvent: (event) => events.push(event),
        pollMs: hour,
        ...options,
      });
      atEnd(outbox.close);
      return outbox;
    },
  };
}

/** Drains after the clock moved. */
export async function later(clock: Clock, ms: number, outbox: MailOutbox): Promise<void> {
  clock.ms += ms;
  await outbox.drained();
}

/** A transport that fails. */
export const failing =
  (reason: string, permanent = false): SendMail =>
  async () => {
    throw new DeliveryError(reason, permanent);
  };

/** Sends by a mail server. */
export const smtpTo = async (server: MailServer): Promise<SendMail> => {
  const transport = await openSmtp(server.url, { from: "no-reply@app.example.com", name: "Acme" });
  atEnd(transport.close);
  return transport.send;
};
