import { z } from "zod";
import type { Journal } from "../audit/journal.ts";
import { acceptedAnswer } from "./acceptedAnswer.ts";
import { emptyAnswer } from "./answer.ts";
import { jsonBody, optionalJsonBody } from "./body.ts";
import { type CookieNames, readCookie } from "./cookies.ts";
import { refreshCredential } from "./credentials.ts";
import type { Endings } from "./endings.ts";
import type { Caller, SigningIn } from "./flows.ts";
import { csrfProblem } from "./originCheck.ts";
import { HttpProblem } from "./problem.ts";
import { accepted } from "./refusals.ts";
import { emailField, ownFields, passwordField, tokenField } from "./requestFields.ts";
import { type Callers, type Route, route, row } from "./route.ts";
import type { RoutedRequest } from "./routedRequest.ts";
import { handOutOrEnd, signedInAnswer } from "./signedIn.ts";

/** What these routes lead to. */
export type SignInRouteParts = {
  readonly flows: SigningIn;
  readonly cookies: CookieNames;
  readonly endings: Endings;
  readonly refused: Journal["refused"];
  readonly now: () => number;
};

/** How sessions begin, go on and end. */
export const signInRoutes = (parts: SignInRouteParts): readonly Route[] => [
  signUpRoute(parts),
  signInRoute(parts),
  refreshRoute(parts),
  signOutRoute(parts),
  reauthenticateRoute(parts),
];

const credentials = { email: emailField, password: passwordField };
const exampleCredentials = { email: "ada@example.com", password: "a phrase of several words" };

const signUpRoute = ({ flows }: SignInRouteParts): Route =>
  route(
    {
      method: "POST",
      path: "/sign-up",
      operationId: "signUp",
      summary: "Makes an account, or does the same work and says the same when the address is taken.",
      guard: "public",
      csrf: "same-origin",
      body: jsonBody(z.strictObject({ ...credentials, fields: ownFields.optional() }), exampleCredentials),
      answers: [signedUpAnswer],
      refusals: ["rate_limited", "overloaded"],
    },
    async ({ body: { fields = {}, ...person }, context }) => {
      accepted(await flows.signUp({ ...person, fields }, context));
      return signedUpAnswer.give();
    },
  );

const signedUpAnswer = acceptedAnswer("If the address was free, its account is ready: sign in.", 201);

const signInRoute = (parts: SignInRouteParts): Route =>
  route(
    {
      method: "POST",
      path: "/sign-in",
      operationId: "signIn",
      summary: "Checks email and password and starts a session.",
      guard: "public",
      csrf: "same-origin",
      body: jsonBody(signInForm, exampleCredentials),
      answers: [signedInAnswer],
      refusals: ["invalid_credentials", "rate_limited", "overloaded"],
    },
    async ({ body, request, context, provenance }) => {
      const { device_token: inBody, ...given } = body;
      // A cookie that another site can plant signs its visitor in as somebody else.
      if (given.transport === "cookie" && provenance !== "trusted") {
        parts.refused({ type: "csrf_refused", reason: "cookie_without_origin" }, context);
        throw csrfProblem("cookie_without_origin");
      }
      const fromBrowser = given.transport === "cookie";
      const signedIn = await parts.flows.signIn(
        {
          ...given,
          deviceToken: inBody ?? (fromBrowser ? readCookie(request, parts.cookies.device) : undefined),
          replaces: fromBrowser ? readCookie(request, parts.cookies.refresh) : undefined,
        },
        context,
      );
      return handOutOrEnd(accepted(signedIn), parts, context);
    },
  );

const signInForm = z.strictObject({
  ...credentials,
  transport: z
    .enum(["bearer", "cookie"], 'Use "bearer" or "cookie".')
    .default("bearer")
    .meta({ description: "Where the tokens go: into the body, or into cookies that scripts cannot read." }),
  device_token: tokenField.optional().meta({ description: "What an earlier sign-in on this device answered." }),
});

const refreshRoute = (parts: SignInRouteParts): Route =>
  route(
    {
      method: "POST",
      path: "/refresh",
      operationId: "refresh",
      summary: "Hands out the next pair of tokens for a refresh token.",
      guard: "public",
      csrf: "same-origin",
      body: optionalJsonBody(z.strictObject({ refresh_token: tokenField.optional() }), {
        refresh_token: "rt_m1ZpQ0aVtPz1kLmN8sRwUg.0.bWFjIG9mIHRoaXMgZ2VuZXJhdGlvbiBvZiBpdHMgc2Vzcw",
      }),
      answers: [signedInAnswer],
      refusals: ["invalid_grant", "invalid_request", "conflicting_credentials", "rate_limited"],
    },
    async ({ body, request, context }) => {
      const { token, via } = refreshCredential(request, body?.refresh_token, parts.cookies);
      const refreshed = await parts.flows.refresh({ refreshToken: token, transport: via }, context);
      if (!refreshed.ok && refreshed.refusal.reason === "invalid_grant") {
        throw new HttpProblem("invalid_grant", { headers: parts.endings.forgotten(request) });
      }
      return handOutOrEnd(accepted(refreshed), parts, context);
    },
  );

const signOutRoute = ({ flows, cookies, endings }: SignInRouteParts): Route => ({
  ...row({
    method: "POST",
    path: "/sign-out",
    operationId: "signOut",
    summary: "Ends the session of the request.",
    guard: "bearer",
    csrf: "same-origin",
    body: "none",
    answers: [signedOutAnswer],
  }),
  handle: async (input, callers) => {
    try {
      accepted(await flows.signOut(await leaverOf(input, callers, cookies), input.context));
    } catch (error) {
      throw isOver(error) ? error.with(endings.forgotten(input.request)) : error;
    }
    return signedOutAnswer.with(endings.signedOut(input.request));
  },
});

const signedOutAnswer = emptyAnswer("The session has ended.", {
  "Revocation-Position": "How far the revocation log has come: `<epoch>:<position>`.",
  "Clear-Site-Data": "What the browser is to forget.",
});

/** A browser whose access token has expired can still sign out, by its refresh token. */
async function leaverOf(
  input: RoutedRequest,
  callers: Callers,
  cookies: CookieNames,
): Promise<Caller | { readonly refreshToken: string }> {
  try {
    return await callers.bearer(input, { fresh: undefined, scope: undefined });
  } catch (error) {
    const refreshToken = readCookie(input.request, cookies.refresh);
    if (!isOver(error) || refreshToken === undefined || input.request.headers.has("authorization")) throw error;
    return { refreshToken };
  }
}

const isOver = (error: unknown): error is HttpProblem =>
  error instanceof HttpProblem && (error.code === "missing_token" || error.code === "invalid_token");

const reauthenticateRoute = (parts: SignInRouteParts): Route =>
  route(
    {
      method: "POST",
      path: "/reauthenticate",
      operationId: "reauthenticate",
      summary: "Proves anew who the caller is (RFC 9470): a new session takes the place of theirs.",
      guard: "bearer",
      csrf: "same-origin",
      body: jsonBody(z.strictObject({ password: passwordField }), { password: exampleCredentials.password }),
      answers: [signedInAnswer],
      refusals: ["invalid_credentials", "rate_limited", "overloaded"],
    },
    async ({ caller, body, context }) =>
      handOutOrEnd(accepted(await parts.flows.reauthenticate(caller, body, context)), parts, context),
  );
