import type { Links } from "./links.ts";
import { type LinkMessage, type Message, purposeOf } from "./message.ts";
import { instant, plainAddress, plainDevice, plainName, span } from "./words.ts";

/** A mail in parts: paragraphs around at most one thing to do. All of it is plain text, whatever is in it. */
export type Draft = {
  readonly subject: string;
  readonly before: readonly string[];
  readonly action?: Action;
  readonly after: readonly string[];
};

/** What the reader can do, as a link. */
export type Action = { readonly label: string; readonly url: string };

/** In whose name mails are written: the application and its pages. */
export type MailProfile = { readonly name: string; readonly links: Links };

/** A message in words; `now` is when it happened, in milliseconds since the epoch. */
export function draftOf(message: Message, profile: MailProfile, now: number): Draft {
  const name = plainName(profile.name);
  const when = instant(now);
  const visit = { label: `Go to ${name}`, url: profile.links.home };
  switch (message.kind) {
    case "verify_email":
      return {
        subject: `Confirm your email address for ${name}`,
        before: [`Somebody signed up for ${name} with this address. If it was you, confirm that the address is yours:`],
        action: { label: "Confirm this address", url: linkOf(message, profile) },
        after: [lasts(message), "If it was not you, ignore this mail."],
      };
    case "already_registered":
      return {
        subject: `You already have an account at ${name}`,
        before: [
          `Somebody tried to sign up for ${name} with this address, which has an account already.`,
          "If it was you, sign in as usual. If you forgot your password, ask there for a new one:",
        ],
        action: visit,
        after: ["If it was not you, there is nothing to do: whoever it was has not learned that you have an account."],
      };
    case "reset_password":
      return {
        subject: `Choose a new password for ${name}`,
        before: [`Somebody asked for a new password for your account at ${name}. If it was you, choose one:`],
        action: { label: "Choose a new password", url: linkOf(message, profile) },
        after: [
          `${lasts(message)} Give it to nobody.`,
          "If it was not you, ignore this mail: your password stays as it is.",
        ],
      };
    case "password_changed":
      return {
        subject: `Your password for ${name} was changed`,
        before: [
          `The password of your account at ${name} was changed on ${when}. If it was you, there is nothing to do.`,
          "If it was not you, somebody else can get into your account. Ask for a new password at once:",
        ],
        action: visit,
        after: [],
      };
    case "change_email_confirm":
      return {
        subject: `Confirm your new email address for ${name}`,
        before: [`Somebody asked to use this address for an account at ${name}. If it was you, confirm it:`],
        action: { label: "Use this address", url: linkOf(message, profile) },
        after: [lasts(message), "If it was not you, ignore this mail: nothing changes."],
      };
    case "email_change_requested":
      return {
        subject: `Your email address at ${name} is about to change`,
        before: [
          `On ${when} somebody asked to replace this address of your account at ${name} by another one. It is replaced when the new address is confirmed.`,
          "If it was you, there is nothing to do here. If it was not, change your password at once and sign out all other devices:",
        ],
        action: visit,
        after: [],
      };
    case "email_changed":
      return {
        subject: `Your email address at ${name} was changed`,
        before: [
          `On ${when} your account at ${name} got another email address. This one does not belong to it any more.`,
          `If it was you, there is nothing to do. If it was not, tell ${name} at once:`,
        ],
        action: visit,
        after: [],
      };
    case "new_device":
      return {
        subject: `New sign-in to your account at ${name}`,
        before: [
          `Somebody signed in to your account at ${name} on ${when} with a device that was not used before: ${deviceOf(message)}.`,
          "If it was you, there is nothing to do. If it was not, change your password at once and sign out all other devices:",
        ],
        action: visit,
        after: [],
      };
    case "account_deleted":
      return {
        subject: `Your account at ${name} was deleted`,
        before: [
          `On ${when} your account at ${name} was deleted with everything that belonged to it.`,
          `If it was not you, tell ${name} at once:`,
        ],
        action: visit,
        after: [],
      };
  }
}

const linkOf = ({ kind, token }: LinkMessage, { links }: MailProfile): string => links.linkUrl(purposeOf[kind], token);

const lasts = ({ validForMs }: LinkMessage): string => `The link works once, and for ${span(validForMs)}.`;

function deviceOf({ device, address }: { readonly device: string; readonly address?: string | undefined }): string {
  const from = plainAddress(address);
  return from === undefined ? plainDevice(device) : `${plainDevice(device)}, from ${from}`;
}
