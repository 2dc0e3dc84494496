import { type MalformedPassword, passwordLength } from "./password.ts";

/** Why a password of a good form was refused. `password_unchecked`: the provider of breached ones gave no answer. */
export type WeakPassword =
  | "password_predictable"
  | "password_contextual"
  | "password_common"
  | "password_breached"
  | "password_unchecked";

/** What to do instead, for programs that have words of their own. */
export type PasswordAdvice =
  | "use_more_characters"
  | "use_fewer_characters"
  | "type_again"
  | "use_unrelated_words"
  | "try_later";

/** A new password that was refused (NIST SP 800-63B-4 3.1.1.2: with the reason, and guidance). Holds nothing of the password. */
export type PasswordRefusal = {
  readonly reason: MalformedPassword | WeakPassword;
  readonly advice: PasswordAdvice;
  /** Reason and advice for people. */
  readonly message: string;
  /** Bounds of the length, in code points. */
  readonly min: number;
  readonly max: number;
};

/** The refusal for a reason, with its advice. `min` is the policy's. */
export function passwordRefusal(reason: PasswordRefusal["reason"], min: number): PasswordRefusal {
  const { advice, message } = table[reason];
  return { reason, advice, message: message(min), min, max: passwordLength.max };
}

type Row = { readonly advice: PasswordAdvice; readonly message: (min: number) => string };

const phrase = "Several words that have nothing to do with each other are hard to guess and easy to remember.";

const table: Readonly<Record<PasswordRefusal["reason"], Row>> = {
  password_too_short: {
    advice: "use_more_characters",
    message: (min) => `Use at least ${min} characters. ${phrase}`,
  },
  password_too_long: {
    advice: "use_fewer_characters",
    message: () => `Use at most ${passwordLength.max} characters.`,
  },
  password_malformed: {
    advice: "type_again",
    message: () => "The password holds half of a character (a lone surrogate). Type it again.",
  },
  password_predictable: {
    advice: "use_unrelated_words",
    message: () => `This repeats itself, counts, or follows the keyboard. ${phrase}`,
  },
  password_contextual: {
    advice: "use_unrelated_words",
    message: () => `This is made of your address, your name or ours. ${phrase}`,
  },
  password_common: {
    advice: "use_unrelated_words",
    message: () => `Many people use this password, so it is among the first to be tried. ${phrase}`,
  },
  password_breached: {
    advice: "use_unrelated_words",
    message: () => `This password is known from a breach of another service. ${phrase}`,
  },
  password_unchecked: {
    advice: "try_later",
    message: () => "Whether this password is known from a breach could not be found out just now. Try again later.",
  },
};
