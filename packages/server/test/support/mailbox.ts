import { createSealer } from "../../src/keys/seal.ts";
import { createLinks } from "../../src/mail/links.ts";
import type { Mail } from "../../src/mail/mail.ts";
import { createMailer, type Mailer } from "../../src/mail/mailer.ts";
import type { Message } from "../../src/mail/message.ts";
import { type MailSealer, openMail } from "../../src/mail/sealedMail.ts";
import type { Store } from "../../src/store/ports.ts";
import { realWorld, type World } from "../../src/world.ts";

/** A clock that stands until it is moved. */
export type Clock = { ms: number };

/** Where the clock starts: 2027-01-15 08:00 UTC. */
export const start = 1_800_000_000_000;

/** A world with that clock. */
export const worldAt = (clock: Clock): World => ({ ...realWorld, now: () => clock.ms });

/** The issuer in whose name the mails of these tests are written. */
export const issuer = "https://app.example.com/auth";

/** Seals under a fresh secret. */
export const freshSealer = (): MailSealer => createSealer([realWorld.random(32)], realWorld);

/** A mailer named Acme over a clock. */
export const mailerAt = (clock: Clock, sealer: MailSealer, name = "Acme"): Mailer =>
  createMailer({ sealer, world: worldAt(clock), profile: { name, links: createLinks({ issuer }) } });

/** The mail that is made of a message. */
export function written(message: Message, name?: string): Mail {
  const sealer = freshSealer();
  const opened = openMail(sealer, mailerAt({ ms: start }, sealer, name).write(message));
  if (!opened) throw new Error("the mail does not open");
  return opened.mail;
}

/** Puts a message where it waits to be sent, as a change of a person does. */
export const queue = (store: Store, mailer: Mailer, message: Message): Promise<string> => {
  const mail = mailer.write(message);
  return store.people.register(message.to, () => ({ answer: mail.id, mails: [mail] }));
};

/** A message with a link, good for an hour. */
export const resetFor = (to: string, token = "a-token"): Message => ({
  kind: "reset_password",
  to,
  token,
  validForMs: 3_600_000,
});
