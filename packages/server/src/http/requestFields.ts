import { z } from "zod";
import { type CanonicalEmail, canonicalEmail } from "../people/email.ts";
import { type AcceptablePassword, passwordLength, presentedPassword } from "../people/passwords/password.ts";

/** Fields of request bodies, each with the form that handlers get: checked, and in its canonical form. Lengths bound the work. */

/** An email address. */
export const emailField: z.ZodType<CanonicalEmail, string> = z
  .string("Send the email as text.")
  .max(254, "An email address has at most 254 characters.")
  .transform((input, context) => {
    const email = canonicalEmail(input);
    if (email.ok) return email.value;
    context.addIssue({ code: "custom", message: emailAdvice });
    return z.NEVER;
  })
  .meta({ description: "ASCII with one @; compared in lower case." });

const emailAdvice =
  "This is not an email address. Use ASCII (xn-- for an international domain), without spaces or quotes.";

/** A password as it was typed. Whether a new one is good enough is decided by the policy, in the flow. */
export const passwordField: z.ZodType<AcceptablePassword, string> = z
  .string("Send the password as text.")
  .max(1024, `A password has at most ${passwordLength.max} characters.`)
  .transform((input, context) => {
    const password = presentedPassword(input);
    if (password.ok) return password.value;
    context.addIssue({
      code: "custom",
      message: passwordAdvice[password.refusal] ?? "Choose another password.",
      params: { reason: password.refusal },
    });
    return z.NEVER;
  })
  .meta({ description: `At most ${passwordLength.max} characters, counted as code points after NFC.` });

const passwordAdvice: Readonly<Record<string, string>> = {
  password_too_long: `Use at most ${passwordLength.max} characters.`,
  password_malformed: "The password holds half of a character (a lone surrogate).",
};

/** A token of ours: a refresh token, or the one of a link. */
export const tokenField: z.ZodType<string, string> = z.string("Send the token as text.").max(8192, "This is no token.");

/** The application's own fields. Their values are checked by its own schema, in the flow. */
export const ownFields: z.ZodType<Readonly<Record<string, unknown>>, Record<string, unknown>> = z
  .record(
    z.string().regex(/^[A-Za-z][A-Za-z0-9_]{0,63}$/, "A field's name has letters, digits and _, at most 64."),
    z.unknown(),
    "Send the fields as an object.",
  )
  .meta({ description: "The application's own fields." });
