import { z } from "zod";
import { acceptedAnswer } from "./acceptedAnswer.ts";
import { emptyAnswer } from "./answer.ts";
import { jsonBody } from "./body.ts";
import type { Emails } from "./flows.ts";
import { accepted } from "./refusals.ts";
import { emailField, passwordField, tokenField } from "./requestFields.ts";
import { type Route, route } from "./route.ts";

/** What these routes lead to. `freshSeconds`: how long ago who changes an address may have proven who they are. */
export type EmailRouteParts = { readonly flows: Emails; readonly freshSeconds: number };

/** Proving and changing an address. Links are spent by a POST only: what looks at them beforehand in a mailbox does a GET. */
export const emailRoutes = (parts: EmailRouteParts): readonly Route[] => [
  verifyRoute(parts),
  sendRoute(parts),
  changeRoute(parts),
  confirmRoute(parts),
];

const linkBody = jsonBody(z.strictObject({ token: tokenField }), {
  token: "lt_dGhpcnR5LXR3byBieXRlcyBvbmx5IHRoZSBtYWlsIGg",
});

const verifyRoute = ({ flows }: EmailRouteParts): Route =>
  route(
    {
      method: "POST",
      path: "/email/verify",
      operationId: "verifyEmail",
      summary: "Proves an address by the link that was sent to it and the account's password.",
      guard: "public",
      csrf: "same-origin",
      body: jsonBody(z.strictObject({ token: tokenField, password: passwordField }), {
        token: "lt_dGhpcnR5LXR3byBieXRlcyBvbmx5IHRoZSBtYWlsIGg",
        password: "a phrase of several words",
      }),
      answers: [verifiedAnswer],
      refusals: ["invalid_link", "invalid_credentials", "rate_limited", "overloaded"],
    },
    async ({ body, context }) => {
      accepted(await flows.verifyEmail(body, context));
      return verifiedAnswer.with();
    },
  );

const verifiedAnswer = emptyAnswer("The address is proved.");

const sendRoute = ({ flows }: EmailRouteParts): Route =>
  route(
    {
      method: "POST",
      path: "/email/verify/send",
      operationId: "sendVerification",
      summary: "Sends the caller's address another link that proves it.",
      guard: "bearer",
      csrf: "same-origin",
      body: "none",
      answers: [sentAnswer],
      refusals: ["rate_limited"],
    },
    async ({ caller, context }) => {
      accepted(await flows.sendVerification(caller, context));
      return sentAnswer.give();
    },
  );

const sentAnswer = acceptedAnswer("If the address is not proved yet, a mail is on its way to it.");

const changeRoute = ({ flows, freshSeconds }: EmailRouteParts): Route =>
  route(
    {
      method: "POST",
      path: "/email/change",
      operationId: "changeEmail",
      summary: "Sends a link to a new address; the account keeps the old one until the link is used.",
      guard: "bearer",
      csrf: "same-origin",
      fresh: freshSeconds,
      body: jsonBody(z.strictObject({ email: emailField }), { email: "ada@example.org" }),
      answers: [askedAnswer],
      refusals: ["rate_limited"],
    },
    async ({ caller, body, context }) => {
      accepted(await flows.changeEmail(caller, body, context));
      return askedAnswer.give();
    },
  );

const askedAnswer = acceptedAnswer("If the address is free, a mail is on its way to it.");

const confirmRoute = ({ flows }: EmailRouteParts): Route =>
  route(
    {
      method: "POST",
      path: "/email/confirm",
      operationId: "confirmEmail",
      summary: "Gives an account its new address, by the link that was sent there.",
      guard: "public",
      csrf: "same-origin",
      body: linkBody,
      answers: [confirmedAnswer],
      refusals: ["invalid_link", "rate_limited"],
    },
    async ({ body, context }) => {
      accepted(await flows.confirmEmail(body, context));
      return confirmedAnswer.with();
    },
  );

const confirmedAnswer = emptyAnswer("The account has the new address.");
