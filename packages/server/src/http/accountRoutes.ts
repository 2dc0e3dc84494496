import { z } from "zod";
import type { EventSink } from "../event.ts";
import type { Accounts } from "../people/accounts.ts";
import { type CanonicalEmail, canonicalEmail } from "../people/email.ts";
import {
  type AcceptablePassword,
  acceptPassword,
  type PasswordRefusal,
  passwordLength,
  presentedPassword,
} from "../people/password.ts";
import type { Sessions } from "../session/session.ts";
import { signIn } from "../signin/signIn.ts";
import { signUp } from "../signin/signUp.ts";
import { HttpProblem } from "./problem.ts";
import { respondJson } from "./respond.ts";
import { publicJsonRoute, type Route } from "./route.ts";
import { signedInBody } from "./sessionBody.ts";

/** Sign-up and sign-in with email and password. */
export function accountRoutes(parts: {
  readonly accounts: Accounts;
  readonly sessions: Sessions;
  readonly onEvent: EventSink;
}): readonly Route[] {
  return [
    publicJsonRoute({ method: "POST", path: "/sign-up", body: credentials }, async ({ body }) => {
      await signUp({ email: readEmail(body.email), password: readNewPassword(body.password) }, parts);
      return respondJson(201, {
        status: "accepted",
        detail: "If the address was free, its account is ready: sign in.",
      });
    }),
    publicJsonRoute({ method: "POST", path: "/sign-in", body: credentials }, async ({ body, request }) => {
      const identity = await signIn({ email: readEmail(body.email), password: readPassword(body.password) }, parts);
      const signedIn = identity.ok
        ? await parts.sessions.start(identity.value, request.headers.get("user-agent") ?? "")
        : undefined;
      if (!signedIn) throw new HttpProblem("invalid_credentials");
      return respondJson(200, signedInBody(signedIn));
    }),
  ];
}

/** Lengths here only bound the work; the rules are in `people`. */
const credentials = z.strictObject({
  email: z.string("Send the email as text.").max(1024, "An email address has at most 254 characters."),
  password: z
    .string("Send the password as text.")
    .max(1024, `A password has at most ${passwordLength.max} characters.`),
});

function readEmail(input: string): CanonicalEmail {
  const email = canonicalEmail(input);
  if (email.ok) return email.value;
  throw fieldProblem(
    "email",
    "This is not an email address. Use ASCII (xn-- for an international domain), without spaces or quotes.",
  );
}

function readNewPassword(input: string): AcceptablePassword {
  const password = acceptPassword(input);
  if (password.ok) return password.value;
  throw fieldProblem("password", passwordAdvice[password.refusal], password.refusal);
}

function readPassword(input: string): AcceptablePassword {
  const password = presentedPassword(input);
  if (password.ok) return password.value;
  throw fieldProblem("password", passwordAdvice[password.refusal], password.refusal);
}

const fieldProblem = (field: string, message: string, reason?: string): HttpProblem =>
  new HttpProblem("invalid_request", {
    detail: "Some fields do not fit.",
    errors: [reason === undefined ? { field, message } : { field, message, reason }],
  });

const passwordAdvice: Readonly<Record<PasswordRefusal, string>> = {
  password_too_short: `Use at least ${passwordLength.min} characters; a phrase of several words is easy to remember.`,
  password_too_long: `Use at most ${passwordLength.max} characters.`,
  password_malformed: "The password holds half of a character (a lone surrogate).",
};
