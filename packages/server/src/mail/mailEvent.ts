import type { MailKind } from "./message.ts";

/** What an operator hears of mails: kinds, counts and codes, never an address or a text. */
export type MailEvent =
  /** Mail does not get out, and is tried again. Told once an outage, not for each mail and try. */
  | { readonly type: "mail_delayed"; readonly kind: MailKind; readonly attempts: number; readonly reason: string }
  /** `kind` is `unknown` for a mail that does not open. */
  | {
      readonly type: "mail_given_up";
      readonly kind: MailKind | "unknown";
      readonly attempts: number;
      readonly reason: string;
    }
  | { readonly type: "fault"; readonly where: string; readonly error: unknown };

/** What became of each try. */
export type DeliveryEvent = MailEvent | { readonly type: "mail_sent" };

/** Passes a delay on when it is the first, or has another reason than the one before; a mail that is sent ends the outage. */
export function oncePerOutage(onEvent: (event: MailEvent) => void): (event: DeliveryEvent) => void {
  let known: string | undefined;
  return (event) => {
    const before = known;
    if (event.type === "mail_sent") known = undefined;
    if (event.type === "mail_delayed") known = event.reason;
    const isNews = event.type !== "mail_delayed" || event.reason !== before;
    if (isNews && event.type !== "mail_sent") onEvent(event);
  };
}
