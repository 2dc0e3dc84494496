import { z } from "zod";
import type { Faults } from "../../pages/controls.ts";
import type { OwnField } from "../../pages/theme.ts";
import type { Words } from "../../pages/words/words.ts";
import { type CanonicalEmail, canonicalEmail } from "../../people/email.ts";
import { type AcceptablePassword, presentedPassword } from "../../people/passwords/password.ts";
import type { Account } from "../../store/ports.ts";
import { type Body, formBody } from "../body.ts";
import type { Refusal } from "../refusals.ts";

/** A form of texts. What is missing is empty, as in a form that somebody left so; what is unknown is ignored. */
export const textForm = <N extends string>(example: Readonly<Record<N, string>>): Body<Readonly<Record<N, string>>> => {
  const text = z.string().max(4096, "This is too long.").default("");
  const shape = Object.fromEntries(Object.keys(example).map((name) => [name, text]));
  return formBody(
    z.object(shape) as unknown as z.ZodType<Readonly<Record<N, string>>, Readonly<Record<N, string>>>,
    example,
  );
};

/** The same with the application's own fields, each as `field.` and its name. */
export const ownForm = <N extends string>(example: Readonly<Record<N, string>>, fields: readonly OwnField[]) =>
  textForm<N | `field.${string}`>({
    ...example,
    ...Object.fromEntries(fields.map(({ name }) => [`field.${name}`, "text"])),
  } as Readonly<Record<N | `field.${string}`, string>>);

/** What a form says that fits, or what is wrong with it by field. */
export type Fitting<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly faults: Faults };

/** Email and password as they were typed, checked in their form. */
export function fittingCredentials(
  given: { readonly email: string; readonly password: string },
  words: Words,
): Fitting<{ readonly email: CanonicalEmail; readonly password: AcceptablePassword }> {
  const email = fittingEmail(given.email, words);
  const password = fittingPassword("password", given.password, words);
  if (email.ok && password.ok) return { ok: true, value: { email: email.value, password: password.value } };
  return { ok: false, faults: { ...faultsIn(email), ...faultsIn(password) } };
}

/** An address as it was typed; white space around it comes from pasting. */
export function fittingEmail(text: string, { faults }: Words): Fitting<CanonicalEmail> {
  const email = canonicalEmail(text.trim());
  if (email.ok) return { ok: true, value: email.value };
  return { ok: false, faults: { email: text.trim() === "" ? faults.emailMissing : faults.emailMalformed } };
}

/** A password as it was typed, in the field of that name. */
export function fittingPassword(field: string, text: string, words: Words): Fitting<AcceptablePassword> {
  if (text === "") return { ok: false, faults: { [field]: words.faults.passwordMissing } };
  const password = presentedPassword(text);
  if (password.ok) return { ok: true, value: password.value };
  return { ok: false, faults: { [field]: passwordAdvice(password.refusal, words, 0) } };
}

/** The application's own fields in a form: those that are needed and empty are at fault, and what is empty is not set. */
export function fittingFields(
  body: Readonly<Record<string, string>>,
  fields: readonly OwnField[],
  { faults }: Words,
): Fitting<Account["fields"]> & { readonly typed: Readonly<Record<string, string>> } {
  const typed = Object.fromEntries(fields.map(({ name }) => [name, (body[`field.${name}`] ?? "").trim()]));
  const missing = fields.filter(({ name, required }) => required && typed[name] === "");
  if (missing.length > 0) {
    return {
      ok: false,
      typed,
      faults: Object.fromEntries(missing.map(({ name }) => [`field.${name}`, faults.fieldMissing])),
    };
  }
  return { ok: true, typed, value: Object.fromEntries(Object.entries(typed).filter(([, text]) => text !== "")) };
}

/** A refusal of a flow as faults of the form; undefined for one that is no matter of a form. `minimum`: how many characters a password needs. */
export function faultsOfRefusal(refusal: Refusal, words: Words, minimum: number): Faults | undefined {
  if (refusal.reason === "password_refused") return { password: passwordAdvice(refusal.why, words, minimum) };
  if (refusal.reason !== "fields_refused") return undefined;
  return Object.fromEntries(
    refusal.issues
      .slice(0, 10)
      .map(({ path, message }) => [path.length === 0 ? "form" : `field.${String(path[0])}`, message]),
  );
}

function passwordAdvice(reason: string, { passwords }: Words, minimum: number): string {
  const known = (name: string): name is keyof Words["passwords"] => Object.hasOwn(passwords, name);
  return passwords[known(reason) ? reason : "password_predictable"](minimum);
}

const faultsIn = (fitting: Fitting<unknown>): Faults => (fitting.ok ? {} : fitting.faults);
