import { z } from "zod";
import { acceptedAnswer } from "./acceptedAnswer.ts";
import { emptyAnswer } from "./answer.ts";
import { jsonBody } from "./body.ts";
import type { CookieNames } from "./cookies.ts";
import type { Passwords, SigningIn } from "./flows.ts";
import { accepted } from "./refusals.ts";
import { emailField, passwordField, tokenField } from "./requestFields.ts";
import { type Route, route } from "./route.ts";
import { handOutOrEnd, signedInAnswer } from "./signedIn.ts";

/** What these routes lead to. */
export type PasswordRouteParts = {
  readonly flows: Passwords & Pick<SigningIn, "signOut">;
  readonly cookies: CookieNames;
  readonly now: () => number;
};

/** Getting another password: forgotten, or changed by who knows it. */
export const passwordRoutes = (parts: PasswordRouteParts): readonly Route[] => [
  forgotRoute(parts),
  resetRoute(parts),
  changeRoute(parts),
];

const forgotRoute = ({ flows }: PasswordRouteParts): Route =>
  route(
    {
      method: "POST",
      path: "/password/forgot",
      operationId: "forgotPassword",
      summary: "Sends a link for a new password to an address, if it has an account.",
      guard: "public",
      csrf: "same-origin",
      body: jsonBody(z.strictObject({ email: emailField }), { email: "ada@example.com" }),
      answers: [forgotAnswer],
      refusals: ["rate_limited"],
    },
    async ({ body, context }) => {
      accepted(await flows.forgotPassword(body, context));
      return forgotAnswer.give();
    },
  );

const forgotAnswer = acceptedAnswer("If the address has an account, a mail is on its way to it.");

const resetRoute = ({ flows }: PasswordRouteParts): Route =>
  route(
    {
      method: "POST",
      path: "/password/reset",
      operationId: "resetPassword",
      summary: "Sets a new password by a link and ends all sessions; nobody is signed in by it.",
      guard: "public",
      csrf: "same-origin",
      body: jsonBody(z.strictObject({ token: tokenField, password: passwordField }), {
        token: "lt_dGhpcnR5LXR3byBieXRlcyBvbmx5IHRoZSBtYWlsIGg",
        password: "another phrase of words",
      }),
      answers: [resetAnswer],
      refusals: ["invalid_link", "rate_limited", "overloaded"],
    },
    async ({ body, context }) => {
      accepted(await flows.resetPassword(body, context));
      return resetAnswer.with();
    },
  );

const resetAnswer = emptyAnswer("The password is the new one: sign in with it.");

const changeRoute = (parts: PasswordRouteParts): Route =>
  route(
    {
      method: "POST",
      path: "/password/change",
      operationId: "changePassword",
      summary: "Changes the password of who knows it, and ends the other sessions unless they are to be kept.",
      guard: "bearer",
      csrf: "same-origin",
      body: jsonBody(changeForm, {
        current_password: "a phrase of several words",
        password: "another phrase of words",
      }),
      answers: [signedInAnswer],
      refusals: ["invalid_credentials", "rate_limited", "overloaded"],
    },
    async ({ caller, body, context }) => {
      const { current_password: current, password, keep_other_sessions: keepOtherSessions } = body;
      const signedIn = await parts.flows.changePassword(caller, { current, password, keepOtherSessions }, context);
      return handOutOrEnd(accepted(signedIn), parts, context);
    },
  );

const changeForm = z.strictObject({
  current_password: passwordField,
  password: passwordField,
  keep_other_sessions: z.boolean("Use true or false.").default(false),
});
