import { z } from "zod";
import { linkPageFault, pageFault } from "../mail/links.ts";
import type { SendMail } from "../mail/mail.ts";
import { readSmtpUrl } from "../mail/transport/smtpUrl.ts";
import { ConfigurationError } from "../refusal.ts";

/** How mails leave, in whose name, and where they lead. */
export type MailOptions = {
  /** The application's name, in subjects and as the sender's. Default: the issuer's host. */
  readonly name?: string;
  /** The sender's address, without a name. Needed with `smtp`. */
  readonly from?: string;
  /** `smtp://user:password@host:587` (STARTTLS is demanded, but on a loopback host) or `smtps://…:465`. A secret. */
  readonly smtp?: string;
  /** Sends a mail in the application's own way, instead of `smtp`. What it rejects with means "try again later", unless it is a `DeliveryError` that is permanent. */
  readonly send?: SendMail;
  /** Pages that mails lead to; `#token=…` is added, or stands where `{token}` does. Default: the hosted pages, which have the token in their query. */
  readonly links?: {
    readonly verify?: string;
    readonly reset?: string;
    readonly changeEmail?: string;
    readonly home?: string;
  };
};

const pageUrl = (faultOf: (page: string) => string | undefined): z.ZodType<string, string> =>
  z.string("Give the URL of a page.").superRefine((page, context) => {
    const fault = faultOf(page);
    if (fault !== undefined) context.addIssue({ code: "custom", message: fault });
  });

/** The text itself is never part of an error: it holds a password. */
const smtpUrl = z
  .string("Give the URL of a mail server: smtp://user:password@host:587")
  .superRefine((text, context) => {
    try {
      readSmtpUrl(text);
    } catch (error) {
      if (!(error instanceof ConfigurationError)) throw error;
      context.addIssue({ code: "custom", message: error.message.replace(/^mail\.smtp: /, "") });
    }
  });

const senderAddress = z
  .string("Give the address that mails come from.")
  .regex(
    /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@[A-Za-z0-9.-]{1,253}$/,
    "Give the address alone, such as no-reply@app.example.com; the name beside it is mail.name.",
  );

/** Checks `mail`. */
export const mailOptions = z
  .strictObject({
    name: z.string().trim().min(1, "Give a name.").max(100, "Use at most 100 characters.").optional(),
    from: senderAddress.optional(),
    smtp: smtpUrl.optional(),
    send: z.custom<SendMail>((value) => typeof value === "function", "Give a function of the mail.").optional(),
    links: z
      .strictObject({
        verify: pageUrl(linkPageFault).optional(),
        reset: pageUrl(linkPageFault).optional(),
        changeEmail: pageUrl(linkPageFault).optional(),
        home: pageUrl(pageFault).optional(),
      })
      .optional(),
  })
  .refine(({ smtp, from }) => smtp === undefined || from !== undefined, {
    path: ["from"],
    message: "mail.smtp needs a sender: give the address that mails come from, such as no-reply@app.example.com.",
  })
  .refine(({ smtp, send }) => smtp === undefined || send === undefined, {
    path: ["send"],
    message: "Give mail.smtp or mail.send, not both.",
  })
  .prefault({});
