import type { MailKind } from "./message.ts";

/** A mail as it is sent. */
export type Mail = {
  /** The same at each try, so that a receiver can tell a repetition. */
  readonly id: string;
  readonly kind: MailKind;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  /** The one-time link that the text holds, for those who write their own text. A secret. */
  readonly link: string | undefined;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
};

/** Sends one mail; resolves once somebody else is responsible for it. Rejects with `DeliveryError`, or anything for "try again later". */
export type SendMail = (mail: Mail, signal: AbortSignal) => Promise<void>;

/** A way for mails to leave. `close` drops idle connections. */
export type MailTransport = { readonly send: SendMail; readonly close: () => void };

/** A mail was not delivered. `reason` is a short code such as `ECONNREFUSED` or `smtp_550`; neither it nor the message holds an address or a text. */
export class DeliveryError extends Error {
  readonly code = "delivery";
  override readonly name = "DeliveryError";
  readonly reason: string;
  /** This mail will never be accepted: no further try. */
  readonly permanent: boolean;

  constructor(reason: string, permanent: boolean) {
    super(`The mail was not delivered: ${reason}.`);
    this.reason = reason;
    this.permanent = permanent;
  }
}
