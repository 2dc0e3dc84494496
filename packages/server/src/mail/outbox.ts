import type { WaitingMail } from "../store/ports.ts";
import { type DeliveryParts, deliver } from "./deliver.ts";
import { type MailEvent, oncePerOutage } from "./mailEvent.ts";

/** Sends the mails that wait in a store, beside the requests that caused them. */
export type MailOutbox = {
  /** Says that there may be mail: call it after a change that holds some. Returns at once. */
  readonly wake: () => void;
  /** Resolves when no mail is due and none is being sent. */
  readonly drained: () => Promise<void>;
  /** Takes no more mails, lets those that are being sent finish for a while, cuts off the rest, and closes the transport. */
  readonly close: () => Promise<void>;
};

/** What an outbox works with; spans in milliseconds. */
export type OutboxParts = Omit<DeliveryParts, "sendTimeoutMs" | "onEvent"> & {
  readonly onEvent: (event: MailEvent) => void;
  /** How often to look for mails of other processes and for tries that are due (default 5 s). */
  readonly pollMs?: number;
  /** The end of one try (default 60 s). A mail is leased for twice as long. */
  readonly sendTimeoutMs?: number;
  /** How long `close` waits for mails to finish, and then for a store that does not answer (default 5 s). */
  readonly closeWithinMs?: number;
  /** How many are sent at once (default 5), so that a try that hangs holds up no other mail. */
  readonly parallel?: number;
};

/**
 * Starts sending. Each mail is sent at least once: a process that dies between "sent" and "forgotten" leaves it to be sent
 * again when its lease ends, under the same Message-ID. Otherwise it is sent once, however many processes share the store.
 */
export function startOutbox({
  pollMs = 5000,
  sendTimeoutMs = 60_000,
  closeWithinMs = 5000,
  parallel = 5,
  ...given
}: OutboxParts): MailOutbox {
  const onEvent = oncePerOutage(given.onEvent);
  const parts = { ...given, onEvent, sendTimeoutMs };
  const { store, transport, world } = parts;
  const stop = new AbortController();
  const sending = new Set<Promise<void>>();
  let claiming: Promise<void> | undefined;
  let claimAgain = false;
  let started = 0;
  let closed = false;

  const report = (error: unknown): void => onEvent({ type: "fault", where: "waiting mails", error });

  function wake(): void {
    if (closed) return;
    claimAgain = true;
    if (sending.size < parallel) claiming ??= Promise.resolve().then(claim);
  }

  /** One claim at a time, and never more than can be sent now: a lease shall not run out in a queue. */
  async function claim(): Promise<void> {
    try {
      while (claimAgain && sending.size < parallel) {
        claimAgain = false;
        const now = world.now();
        for (const mail of await store.claim(now, now + 2 * sendTimeoutMs, parallel - sending.size)) send(mail);
      }
    } catch (error) {
      report(error);
    } finally {
      claiming = undefined;
    }
  }

  function send(mail: WaitingMail): void {
    started += 1;
    const done = deliver(mail, parts, stop.signal)
      .catch(report)
      .finally(() => {
        sending.delete(done);
        wake();
      });
    sending.add(done);
  }

  async function settled(): Promise<void> {
    while (claiming || sending.size > 0) await Promise.all([claiming, ...sending]);
  }

  async function drained(): Promise<void> {
    for (let before = -1; before < started; ) {
      before = started;
      wake();
      await settled();
    }
  }

  async function close(): Promise<void> {
    closed = true;
    clearInterval(poll);
    await atMost(closeWithinMs, settled());
    stop.abort();
    await atMost(closeWithinMs, settled());
    transport.close();
  }

  const poll = setInterval(wake, pollMs).unref();
  wake();
  return { wake, drained, close };
}

async function atMost(ms: number, work: Promise<void>): Promise<void> {
  const elapsed = Promise.withResolvers<void>();
  const timer = setTimeout(elapsed.resolve, ms);
  await Promise.race([work, elapsed.promise]);
  clearTimeout(timer);
}
