import type { Faults } from "../../pages/controls.ts";
import { signedInPage, signInPage } from "../../pages/signInPage.ts";
import { signUpPage } from "../../pages/signUpPage.ts";
import type { Words } from "../../pages/words/words.ts";
import { readCookie } from "../cookies.ts";
import { problemOfRefusal } from "../refusals.ts";
import type { Route } from "../route.ts";
import { tokenCookiesOrEnd } from "../signedIn.ts";
import { faultsOfRefusal, fittingCredentials, fittingFields, ownForm, textForm } from "./forms.ts";
import type { HostedParts } from "./hostedParts.ts";
import type { Reply } from "./pageReply.ts";
import { type PersonVisit, publicPage, type Visit } from "./pageRoute.ts";
import { parameterOf, queryOf } from "./parameters.ts";
import { safeTarget } from "./returnTo.ts";

/** Sign in and sign up. Where somebody wanted to go is kept all the way. */
export const signInPages = (parts: HostedParts): readonly Route[] => [
  showSignIn(parts),
  signIn(parts),
  showSignUp(parts),
  signUp(parts),
];

const showSignIn = (parts: HostedParts): Route =>
  publicPage(
    { method: "GET", path: "/sign-in", operationId: "signInPage", summary: "The form of sign-in.", body: "none" },
    parts,
    async ({ request, frame, known }) => {
      const returnTo = safeTarget(parameterOf(request, "returnTo"), parts.origins);
      const caller = await known();
      const profile = caller && (await parts.flows.profile(caller));
      if (profile?.ok && profile.value.session) {
        const target = returnTo ?? `${parts.base}/account`;
        return { html: signedInPage(frame({ returnTo }), { email: profile.value.account.email, target }) };
      }
      return { html: signInForm(frame, { email: "", returnTo, faults: {} }) };
    },
  );

const signIn = (parts: HostedParts): Route =>
  publicPage(
    {
      method: "POST",
      path: "/sign-in",
      operationId: "signInByForm",
      summary: "Checks email and password and starts a session in cookies.",
      body: textForm({ email: "ada@example.com", password: "a phrase of several words", returnTo: "" }),
    },
    parts,
    async ({ body, request, context, frame }) => {
      const returnTo = safeTarget(body.returnTo, parts.origins);
      const again = (faults: Faults): Reply => ({
        html: signInForm(frame, { email: body.email, returnTo, faults }),
        status: 422,
      });
      const { words } = frame();
      const given = fittingCredentials(body, words);
      if (!given.ok) return again(given.faults);
      const signedIn = await parts.flows.signIn(
        {
          ...given.value,
          transport: "cookie",
          deviceToken: readCookie(request, parts.cookies.device),
          replaces: readCookie(request, parts.cookies.refresh),
        },
        context,
      );
      if (!signedIn.ok) {
        const { refusal } = signedIn;
        if (refusal.reason !== "invalid_credentials") throw problemOfRefusal(refusal);
        return again({ form: wrongTry(words, refusal.triesLeft) });
      }
      const headers = await tokenCookiesOrEnd(signedIn.value, parts, context);
      return { to: returnTo ?? `${parts.base}/account`, headers };
    },
  );

/** Reads the same whether there is such an account or not: the number is of the client's own tries. */
const wrongTry = ({ signIn: { wrong, triesLeft } }: Words, left: number | undefined): string =>
  left === undefined ? wrong : `${wrong} ${triesLeft(left)}`;

type Framing = Visit<unknown>["frame"] | PersonVisit<unknown>["frame"];

const signInForm = (
  frame: Framing,
  view: { readonly email: string; readonly returnTo: string | undefined; readonly faults: Faults },
): string => signInPage(frame({ returnTo: view.returnTo }), { ...view, query: queryOf({ returnTo: view.returnTo }) });

const showSignUp = (parts: HostedParts): Route =>
  publicPage(
    { method: "GET", path: "/sign-up", operationId: "signUpPage", summary: "The form of sign-up.", body: "none" },
    parts,
    async ({ request, frame }) => {
      const returnTo = safeTarget(parameterOf(request, "returnTo"), parts.origins);
      return { html: signUpForm(frame, parts, { email: "", fields: {}, returnTo, faults: {} }) };
    },
  );

const signUp = (parts: HostedParts): Route =>
  publicPage(
    {
      method: "POST",
      path: "/sign-up",
      operationId: "signUpByForm",
      summary: "Makes an account, or does the same work and says the same when the address is taken.",
      body: ownForm(
        { email: "ada@example.com", password: "a phrase of several words", returnTo: "" },
        parts.settings.theme.fields,
      ),
    },
    parts,
    async ({ body, context, frame }) => {
      const returnTo = safeTarget(body.returnTo, parts.origins);
      const { words } = frame();
      const { theme, minimum, needsVerifiedEmail } = parts.settings;
      const fields = fittingFields(body, theme.fields, words);
      const again = (faults: Faults): Reply => ({
        html: signUpForm(frame, parts, { email: body.email, fields: fields.typed, returnTo, faults }),
        status: 422,
      });
      const given = fittingCredentials(body, words);
      if (!given.ok || !fields.ok)
        return again({ ...(given.ok ? {} : given.faults), ...(fields.ok ? {} : fields.faults) });
      const signedUp = await parts.flows.signUp({ ...given.value, fields: fields.value }, context);
      if (!signedUp.ok) {
        const faults = faultsOfRefusal(signedUp.refusal, words, minimum);
        if (faults) return again(faults);
        throw problemOfRefusal(signedUp.refusal);
      }
      const query = queryOf({ returnTo });
      if (needsVerifiedEmail) return { to: `${parts.base}/check-email${query}` };
      return { to: `${parts.base}/sign-in${query}`, notice: { kind: "signed_up" } };
    },
  );

const signUpForm = (
  frame: Framing,
  { settings }: HostedParts,
  view: {
    readonly email: string;
    readonly fields: Readonly<Record<string, string>>;
    readonly returnTo: string | undefined;
    readonly faults: Faults;
  },
): string =>
  signUpPage(frame({ returnTo: view.returnTo }), {
    ...view,
    query: queryOf({ returnTo: view.returnTo }),
    minimum: settings.minimum,
  });
