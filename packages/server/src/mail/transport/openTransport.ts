import { ConfigurationError } from "../../refusal.ts";
import type { MailTransport, SendMail } from "../mail.ts";
import { createInbox, type Inbox } from "./inbox.ts";
import { openSmtp } from "./smtp.ts";

/** What the configuration says about how mails leave. */
export type MailRoute = {
  readonly name: string;
  readonly smtp?: string | undefined;
  /** The sender's address; needed with `smtp`. */
  readonly from?: string | undefined;
  readonly send?: SendMail | undefined;
  readonly development: boolean;
};

/** How mails leave: undefined when there is no way. `inbox` is there when it is the way. */
export type OpenedRoute = { readonly transport: MailTransport | undefined; readonly inbox: Inbox | undefined };

/** By a mail server, else by the application's own function, else in development into an inbox. Throws `ConfigurationError`. */
export async function openTransport({ name, smtp, from, send, development }: MailRoute): Promise<OpenedRoute> {
  if (smtp !== undefined) {
    if (from === undefined) throw new ConfigurationError(senderMissing);
    return { transport: await openSmtp(smtp, { from, name }), inbox: undefined };
  }
  if (send) return { transport: { send, close: () => undefined }, inbox: undefined };
  if (!development) return { transport: undefined, inbox: undefined };
  const inbox = createInbox();
  return { transport: inbox, inbox };
}

/** For a flow that cannot do without mail, in words such as "Signing up". Throws `ConfigurationError`, which says how to get a way for mails. */
export function demandTransport(transport: MailTransport | undefined, flow: string): MailTransport {
  if (transport) return transport;
  throw new ConfigurationError(
    `${flow} sends mail, and there is no way to send it. Set mail.smtp (CARDEA_MAIL_SMTP) to smtp://user:password@mail.example.com:587 and mail.from (CARDEA_MAIL_FROM) to the sender's address, or give mail.send, a function of the mail. With development: true, mails wait at /dev/inbox below the issuer.`,
  );
}

const senderMissing =
  "mail.from: mail.smtp needs a sender. Give the address that mails come from (CARDEA_MAIL_FROM), such as no-reply@app.example.com.";
