import type { Faults } from "../../pages/controls.ts";
import { deadLinkPage } from "../../pages/messagePages.ts";
import { changeEmailPage, forgotPage, resetPage, verifyPage } from "../../pages/recoveryPages.ts";
import { accepted, problemOfRefusal } from "../refusals.ts";
import type { Route } from "../route.ts";
import { faultsOfRefusal, fittingEmail, fittingPassword, textForm } from "./forms.ts";
import type { HostedParts } from "./hostedParts.ts";
import type { Reply } from "./pageReply.ts";
import { publicPage, type Visit } from "./pageRoute.ts";
import { parameterOf, queryOf } from "./parameters.ts";
import { safeTarget } from "./returnTo.ts";

/** A forgotten password, and where the links of mails lead. To open a link spends nothing: the token only goes into a form. */
export const recoveryPages = (parts: HostedParts): readonly Route[] => [
  showForgot(parts),
  forgot(parts),
  ...linkPages.map(({ path, operationId, summary, show }) =>
    publicPage({ method: "GET", path, operationId, summary, body: "none" }, parts, async ({ request, frame }) => {
      const token = parameterOf(request, "token");
      if (token === undefined) return { html: deadLinkPage(frame()), status: 422 };
      return { html: show(frame, token, {}, parts) };
    }),
  ),
  reset(parts),
  verify(parts),
  changeEmail(parts),
];

type Framing = Visit<unknown>["frame"];
type Show = (frame: Framing, token: string, faults: Faults, parts: HostedParts) => string;

const showReset: Show = (frame, token, faults, { settings }) =>
  resetPage(frame({ token }), { token, faults, minimum: settings.minimum });
const showVerify: Show = (frame, token, faults) => verifyPage(frame({ token }), { token, faults });
const showChangeEmail: Show = (frame, token) => changeEmailPage(frame({ token }), { token });

const linkPages = [
  { path: "/reset", operationId: "resetPage", summary: "The form of a new password, by a link.", show: showReset },
  {
    path: "/verify",
    operationId: "verifyPage",
    summary: "The form that proves an address, by a link.",
    show: showVerify,
  },
  {
    path: "/change-email",
    operationId: "changeEmailPage",
    summary: "The form that takes a new address, by a link.",
    show: showChangeEmail,
  },
] as const;

const forgotView = (returnTo: string | undefined) => ({ returnTo, query: queryOf({ returnTo }) });

const showForgot = (parts: HostedParts): Route =>
  publicPage(
    {
      method: "GET",
      path: "/forgot",
      operationId: "forgotPage",
      summary: "The form for a forgotten password.",
      body: "none",
    },
    parts,
    async ({ request, frame }) => {
      const returnTo = safeTarget(parameterOf(request, "returnTo"), parts.origins);
      return { html: forgotPage(frame({ returnTo }), { email: "", faults: {}, ...forgotView(returnTo) }) };
    },
  );

const forgot = (parts: HostedParts): Route =>
  publicPage(
    {
      method: "POST",
      path: "/forgot",
      operationId: "forgotByForm",
      summary: "Sends a link for a new password to an address, if it has an account.",
      body: textForm({ email: "ada@example.com", returnTo: "" }),
    },
    parts,
    async ({ body, context, frame }) => {
      const returnTo = safeTarget(body.returnTo, parts.origins);
      const email = fittingEmail(body.email, frame().words);
      if (!email.ok) {
        const view = { email: body.email, faults: email.faults, ...forgotView(returnTo) };
        return { html: forgotPage(frame({ returnTo }), view), status: 422 };
      }
      accepted(await parts.flows.forgotPassword({ email: email.value }, context));
      return { to: `${parts.base}/check-email${queryOf({ returnTo })}` };
    },
  );

const linkForm = textForm({
  token: "lt_dGhpcnR5LXR3byBieXRlcyBvbmx5IHRoZSBtYWlsIGg",
  password: "another phrase of words",
});

const deadLink = (frame: Framing): Reply => ({ html: deadLinkPage(frame()), status: 422 });

const reset = (parts: HostedParts): Route =>
  publicPage(
    {
      method: "POST",
      path: "/reset",
      operationId: "resetByForm",
      summary: "Sets a new password by a link and ends all sessions.",
      body: linkForm,
    },
    parts,
    async ({ body: { token, password: text }, context, frame }) => {
      const { words } = frame();
      const again = (faults: Faults): Reply => ({ html: showReset(frame, token, faults, parts), status: 422 });
      const password = fittingPassword("password", text, words);
      if (!password.ok) return again(password.faults);
      const outcome = await parts.flows.resetPassword({ token, password: password.value }, context);
      if (outcome.ok) return { to: `${parts.base}/sign-in`, notice: { kind: "password_reset" } };
      if (outcome.refusal.reason === "invalid_link") return deadLink(frame);
      const faults = faultsOfRefusal(outcome.refusal, words, parts.settings.minimum);
      if (faults) return again(faults);
      throw problemOfRefusal(outcome.refusal);
    },
  );

const verify = (parts: HostedParts): Route =>
  publicPage(
    {
      method: "POST",
      path: "/verify",
      operationId: "verifyByForm",
      summary: "Proves an address by its link and the account's password.",
      body: linkForm,
    },
    parts,
    async ({ body: { token, password: text }, context, frame }) => {
      const { words } = frame();
      const again = (faults: Faults): Reply => ({ html: showVerify(frame, token, faults, parts), status: 422 });
      const password = fittingPassword("password", text, words);
      if (!password.ok) return again(password.faults);
      const outcome = await parts.flows.verifyEmail({ token, password: password.value }, context);
      if (outcome.ok) return { to: `${parts.base}/sign-in`, notice: { kind: "verified" } };
      if (outcome.refusal.reason === "invalid_link") return deadLink(frame);
      if (outcome.refusal.reason === "invalid_credentials") return again({ password: words.faults.wrongPassword });
      throw problemOfRefusal(outcome.refusal);
    },
  );

const changeEmail = (parts: HostedParts): Route =>
  publicPage(
    {
      method: "POST",
      path: "/change-email",
      operationId: "changeEmailByForm",
      summary: "Gives an account its new address, by the link that was sent there.",
      body: textForm({ token: "lt_dGhpcnR5LXR3byBieXRlcyBvbmx5IHRoZSBtYWlsIGg" }),
    },
    parts,
    async ({ body: { token }, context, frame }) => {
      const outcome = await parts.flows.confirmEmail({ token }, context);
      if (outcome.ok) return { to: `${parts.base}/sign-in`, notice: { kind: "email_changed" } };
      if (outcome.refusal.reason === "invalid_link") return deadLink(frame);
      throw problemOfRefusal(outcome.refusal);
    },
  );
