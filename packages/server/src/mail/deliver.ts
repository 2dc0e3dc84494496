import type { MailStore, WaitingMail } from "../store/ports.ts";
import type { World } from "../world.ts";
import { DeliveryError, type Mail, type MailTransport } from "./mail.ts";
import type { DeliveryEvent } from "./mailEvent.ts";
import { mostAttempts, waitAfter } from "./retry.ts";
import { type MailSealer, openMail } from "./sealedMail.ts";

/** What a delivery works with; spans in milliseconds. */
export type DeliveryParts = {
  readonly store: MailStore;
  readonly transport: MailTransport;
  readonly sealer: MailSealer;
  readonly world: World;
  readonly onEvent: (event: DeliveryEvent) => void;
  /** The end of one try. */
  readonly sendTimeoutMs: number;
};

/** Tries one claimed mail, and forgets it, puts it off, or gives it up. `stop` cuts the try off and leaves the mail to whoever claims it next. */
export async function deliver(waiting: WaitingMail, parts: DeliveryParts, stop: AbortSignal): Promise<void> {
  const { store, sealer, world, onEvent } = parts;
  const { id, attempts } = waiting;
  const opened = openMail(sealer, waiting);
  const kind = opened?.mail.kind ?? "unknown";
  const giveUp = async (reason: string): Promise<void> => {
    await store.remove(id);
    onEvent({ type: "mail_given_up", kind, attempts, reason });
  };
  if (!opened) return giveUp("unreadable");
  const { mail, usefulUntil } = opened;
  if (world.now() >= usefulUntil) return giveUp("too_late");
  if (attempts > mostAttempts) return giveUp("too_many_tries");

  const failure = await failureOf(mail, parts, stop);
  if (!failure) {
    await store.remove(id);
    return onEvent({ type: "mail_sent" });
  }
  if (stop.aborted) return store.postpone(id, world.now());
  const dueAt = world.now() + waitAfter(attempts);
  if (failure.permanent || dueAt >= usefulUntil) return giveUp(failure.reason);
  await store.postpone(id, dueAt);
  onEvent({ type: "mail_delayed", kind: mail.kind, attempts, reason: failure.reason });
}

type Failure = Pick<DeliveryError, "reason" | "permanent">;

/** Why the mail was not sent, if it was not. The transport is left behind at the time-out or at `stop`, whether it listens or not. */
async function failureOf(
  mail: Mail,
  { transport, sendTimeoutMs }: DeliveryParts,
  stop: AbortSignal,
): Promise<Failure | undefined> {
  if (stop.aborted) return timedOut;
  const attempt = new AbortController();
  const cutOff = Promise.withResolvers<never>();
  const cut = (): void => {
    attempt.abort();
    cutOff.reject(timedOut);
  };
  const timer = setTimeout(cut, sendTimeoutMs).unref();
  stop.addEventListener("abort", cut);
  try {
    await Promise.race([transport.send(mail, attempt.signal), cutOff.promise]);
    return undefined;
  } catch (error) {
    return attempt.signal.aborted ? timedOut : reasonOf(error);
  } finally {
    clearTimeout(timer);
    stop.removeEventListener("abort", cut);
  }
}

const timedOut: Failure = { reason: "timeout", permanent: false };

/** A code and nothing else of the error: its message may hold an address. */
function reasonOf(error: unknown): Failure {
  if (error instanceof DeliveryError) return error;
  const { code }: { readonly code?: unknown } = Object(error);
  const isCode = typeof code === "string" && /^[A-Z][A-Z0-9_]{1,40}$/.test(code);
  return { reason: isCode ? code : "failed", permanent: false };
}
