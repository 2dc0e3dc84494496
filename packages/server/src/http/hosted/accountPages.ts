import type { Faults } from "../../pages/controls.ts";
import { emailPage, passwordPage, profilePage } from "../../pages/profilePage.ts";
import type { OwnedAccount } from "../flows.ts";
import { problemOfRefusal } from "../refusals.ts";
import type { Route } from "../route.ts";
import { tokenCookiesOrEnd } from "../signedIn.ts";
import { done } from "./done.ts";
import { faultsOfRefusal, fittingEmail, fittingFields, fittingPassword, ownForm, textForm } from "./forms.ts";
import type { HostedParts } from "./hostedParts.ts";
import type { Reply } from "./pageReply.ts";
import { type PersonVisit, personPage } from "./pageRoute.ts";

/** A person's own account: what is in it, the password and the address. */
export const accountPages = (parts: HostedParts): readonly Route[] => [
  showProfile(parts),
  saveProfile(parts),
  sendVerification(parts),
  showPassword(parts),
  changePassword(parts),
  showEmail(parts),
  changeEmail(parts),
];

const showProfile = (parts: HostedParts): Route =>
  personPage(
    { method: "GET", path: "/account", operationId: "accountPage", summary: "Who somebody is here.", body: "none" },
    parts,
    async ({ caller, frame }) => {
      const { account } = done(await parts.flows.profile(caller));
      return { html: profileForm(frame, parts, account, textsOf(account), {}) };
    },
  );

const profileForm = (
  frame: PersonVisit<unknown>["frame"],
  { settings }: HostedParts,
  { email, emailVerifiedAt, createdAt }: OwnedAccount,
  fields: Readonly<Record<string, string>>,
  faults: Faults,
): string =>
  profilePage(frame(), {
    email,
    isVerified: emailVerifiedAt !== undefined,
    canVerify: settings.canVerify,
    createdAt,
    fields,
    faults,
  });

const textsOf = ({ fields }: OwnedAccount): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(fields).flatMap(([name, value]) => (typeof value === "string" ? [[name, value]] : [])),
  );

const saveProfile = (parts: HostedParts): Route =>
  personPage(
    {
      method: "POST",
      path: "/account",
      operationId: "updateByForm",
      summary: "Sets the application's own fields that the form shows.",
      body: ownForm({}, parts.settings.theme.fields),
    },
    parts,
    async ({ caller, body, context, frame }) => {
      const { words } = frame();
      const { theme, minimum } = parts.settings;
      const fields = fittingFields(body, theme.fields, words);
      const again = async (faults: Faults): Promise<Reply> => {
        const { account } = done(await parts.flows.profile(caller));
        return { html: profileForm(frame, parts, account, fields.typed, faults), status: 422 };
      };
      if (!fields.ok) return again(fields.faults);
      const { account } = done(await parts.flows.profile(caller));
      const updated = await parts.flows.updateFields(caller, changedIn(fields.typed, textsOf(account)), context);
      if (updated.ok) return { to: `${parts.base}/account`, notice: { kind: "saved" } };
      const faults = faultsOfRefusal(updated.refusal, words, minimum);
      return faults ? again(faults) : done(updated);
    },
  );

/** A text that was there and is empty now is set to an empty one, so that the schema decides; one that never was is left out. */
const changedIn = (
  typed: Readonly<Record<string, string>>,
  before: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(typed).filter(([name, text]) => text !== "" || Object.hasOwn(before, name)));

const sendVerification = (parts: HostedParts): Route =>
  personPage(
    {
      method: "POST",
      path: "/account/verify-email",
      operationId: "sendVerificationByForm",
      summary: "Sends another link that proves the address.",
      body: "none",
    },
    parts,
    async ({ caller, context }) => {
      done(await parts.flows.sendVerification(caller, context));
      return { to: `${parts.base}/account`, notice: { kind: "link_sent" } };
    },
  );

const showPassword = (parts: HostedParts): Route =>
  personPage(
    {
      method: "GET",
      path: "/account/password",
      operationId: "passwordPage",
      summary: "The form of another password.",
      body: "none",
    },
    parts,
    async ({ caller, frame }) => {
      const { account } = done(await parts.flows.profile(caller));
      const { minimum } = parts.settings;
      return { html: passwordPage(frame(), { email: account.email, faults: {}, minimum }) };
    },
  );

const changePassword = (parts: HostedParts): Route =>
  personPage(
    {
      method: "POST",
      path: "/account/password",
      operationId: "changePasswordByForm",
      summary: "Changes the password, and ends the other sessions unless they are to be kept.",
      body: textForm({ current: "a phrase of several words", password: "another phrase of words", others: "end" }),
    },
    parts,
    async ({ caller, body, context, frame }) => {
      const { words } = frame();
      const { minimum } = parts.settings;
      const again = async (faults: Faults): Promise<Reply> => {
        const { account } = done(await parts.flows.profile(caller));
        return { html: passwordPage(frame(), { email: account.email, faults, minimum }), status: 422 };
      };
      const current = fittingPassword("current", body.current, words);
      const password = fittingPassword("password", body.password, words);
      if (!current.ok || !password.ok)
        return again({ ...(current.ok ? {} : current.faults), ...(password.ok ? {} : password.faults) });
      const given = { current: current.value, password: password.value, keepOtherSessions: body.others !== "end" };
      const changed = await parts.flows.changePassword(caller, given, context);
      if (changed.ok) {
        const headers = await tokenCookiesOrEnd(changed.value, parts, context);
        return { to: `${parts.base}/account/password`, notice: { kind: "password_changed" }, headers };
      }
      if (changed.refusal.reason === "invalid_credentials")
        return again({ current: words.changePassword.wrongCurrent });
      const faults = faultsOfRefusal(changed.refusal, words, minimum);
      return faults ? again(faults) : done(changed);
    },
  );

const showEmail = (parts: HostedParts): Route =>
  personPage(
    {
      method: "GET",
      path: "/account/email",
      operationId: "emailPage",
      summary: "The form of another address.",
      body: "none",
      fresh: parts.freshSeconds,
    },
    parts,
    async ({ caller, frame }) => {
      const { account } = done(await parts.flows.profile(caller));
      return { html: emailPage(frame(), { current: account.email, email: "", faults: {} }) };
    },
  );

const changeEmail = (parts: HostedParts): Route =>
  personPage(
    {
      method: "POST",
      path: "/account/email",
      operationId: "changeEmailRequestByForm",
      summary: "Sends a link to a new address; the account keeps the old one until the link is used.",
      body: textForm({ email: "ada@example.org" }),
      fresh: parts.freshSeconds,
    },
    parts,
    async ({ caller, body, context, frame }) => {
      const email = fittingEmail(body.email, frame().words);
      if (!email.ok) {
        const { account } = done(await parts.flows.profile(caller));
        return {
          html: emailPage(frame(), { current: account.email, email: body.email, faults: email.faults }),
          status: 422,
        };
      }
      const asked = await parts.flows.changeEmail(caller, { email: email.value }, context);
      if (!asked.ok && asked.refusal.reason === "rate_limited") throw problemOfRefusal(asked.refusal);
      done(asked);
      return { to: `${parts.base}/account/email`, notice: { kind: "email_requested" } };
    },
  );
