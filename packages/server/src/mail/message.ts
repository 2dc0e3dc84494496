import type { LinkPurpose } from "../store/ports.ts";

/** A mail that carries a one-time link. `validForMs` is how long the link works. */
export type LinkMessage = {
  readonly kind: "verify_email" | "reset_password" | "change_email_confirm";
  readonly to: string;
  readonly token: string;
  readonly validForMs: number;
};

/** A mail that tells of something that happened, or was tried. It carries no secret. */
export type NoticeMessage =
  | {
      readonly kind:
        | "already_registered"
        | "password_changed"
        /** To the address that the account had until now. */
        | "email_changed"
        /** To the address that the account still has. */
        | "email_change_requested"
        | "account_deleted";
      readonly to: string;
    }
  | {
      readonly kind: "new_device";
      readonly to: string;
      /** The device in words, such as "Firefox on Linux"; somebody else may have chosen them. */
      readonly device: string;
      /** The client's address, if it is known. */
      readonly address?: string | undefined;
    };

/** What people are written to about. `to` is an address in its canonical form. */
export type Message = LinkMessage | NoticeMessage;

/** The kinds of mail. */
export type MailKind = Message["kind"];

/** The purpose of the link in a mail. */
export const purposeOf: Readonly<Record<LinkMessage["kind"], LinkPurpose>> = {
  verify_email: "verify_email",
  reset_password: "reset_password",
  change_email_confirm: "change_email",
};
