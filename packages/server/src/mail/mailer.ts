import type { WaitingMail } from "../store/ports.ts";
import { randomToken, type World } from "../world.ts";
import { draftOf, type MailProfile } from "./drafts.ts";
import type { Message } from "./message.ts";
import { renderHtml, renderText } from "./render.ts";
import { type MailSealer, sealMail } from "./sealedMail.ts";

/** Writes mails. */
export type Mailer = {
  /** The sealed row for `Change.mails`: the mail is sent once the change that caused it is kept. No input or output, so it may run again. */
  readonly write: (message: Message) => WaitingMail;
};

/** Mails in the name of an application. `write` throws for an address that is not in its canonical form. */
export const createMailer = ({
  sealer,
  world,
  profile,
}: {
  readonly sealer: MailSealer;
  readonly world: World;
  readonly profile: MailProfile;
}): Mailer => ({
  write: (message) => {
    if (!canonicalAddress.test(message.to)) throw new TypeError("A mail needs an address in its canonical form.");
    const createdAt = world.now();
    const draft = draftOf(message, profile, createdAt);
    const isLink = "token" in message;
    const mail = {
      id: randomToken(world, 16),
      kind: message.kind,
      to: message.to,
      subject: draft.subject,
      text: renderText(draft),
      html: renderHtml(draft),
      link: isLink ? draft.action?.url : undefined,
      createdAt,
    };
    const usefulForMs = isLink ? Math.min(message.validForMs, longestWaitMs) : longestWaitMs;
    return sealMail(sealer, { mail, usefulUntil: createdAt + usefulForMs });
  },
});

/** News of three days ago alarms more than it helps; RFC 5321 4.5.4.1 has senders give up after four or five. */
const longestWaitMs = 3 * 24 * 60 * 60_000;

/** ASCII without anything that ends a line, opens a comment or begins a second address: it goes into headers and commands as it is. */
const canonicalAddress = /^[a-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@[a-z0-9.-]{1,253}$/;
