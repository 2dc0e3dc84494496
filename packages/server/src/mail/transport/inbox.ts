import type { Mail, MailTransport } from "../mail.ts";

/** The mailbox of a development server and of tests: it takes every mail and sends none. */
export type Inbox = MailTransport & {
  /** The latest first. */
  readonly list: () => readonly Mail[];
  readonly find: (id: string) => Mail | undefined;
  /** The latest mail to an address. */
  readonly last: (to: string) => Mail | undefined;
};

/** Keeps the latest `capacity` mails in the memory of this process. A mail that comes twice is kept once. */
export function createInbox(capacity = 100): Inbox {
  let mails: readonly Mail[] = [];
  return {
    send: async (mail) => {
      mails = [mail, ...mails.filter(({ id }) => id !== mail.id)].slice(0, capacity);
    },
    close: () => undefined,
    list: () => mails,
    find: (wanted) => mails.find(({ id }) => id === wanted),
    last: (address) => mails.find(({ to }) => to === address),
  };
}
