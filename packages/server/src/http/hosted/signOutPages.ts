import { checkEmailPage, signedOutPage } from "../../pages/messagePages.ts";
import { readCookie } from "../cookies.ts";
import { accepted } from "../refusals.ts";
import type { Route } from "../route.ts";
import type { HostedParts } from "./hostedParts.ts";
import { saysDeleted } from "./notice.ts";
import { readPageCookie } from "./pageCookies.ts";
import { publicPage } from "./pageRoute.ts";
import { parameterOf, queryOf } from "./parameters.ts";
import { safeTarget } from "./returnTo.ts";

/** Sign out, and pages that only say something. */
export const signOutPages = (parts: HostedParts): readonly Route[] => [
  signOut(parts),
  showSignedOut(parts),
  showCheckEmail(parts),
];

const signOut = (parts: HostedParts): Route =>
  publicPage(
    {
      method: "POST",
      path: "/sign-out",
      operationId: "signOutByForm",
      summary: "Ends the session of the browser, if it has one.",
      body: "none",
    },
    parts,
    async ({ request, context, known }) => {
      const refreshToken = readCookie(request, parts.cookies.refresh);
      // By the refresh token, which needs no round of its own; by the access token only where that is all there is.
      const who = refreshToken === undefined ? await known() : { refreshToken };
      if (who) accepted(await parts.flows.signOut(who, context));
      return { to: `${parts.base}/signed-out`, headers: parts.endings.signedOut(request) };
    },
  );

const showSignedOut = (parts: HostedParts): Route =>
  publicPage(
    {
      method: "GET",
      path: "/signed-out",
      operationId: "signedOutPage",
      summary: "Says that the session has ended.",
      body: "none",
    },
    parts,
    async ({ request, frame }) => {
      const isDeleted = saysDeleted(readPageCookie(request, parts.cookies, "notice"));
      return { html: signedOutPage(frame(), { isDeleted }) };
    },
  );

const showCheckEmail = (parts: HostedParts): Route =>
  publicPage(
    {
      method: "GET",
      path: "/check-email",
      operationId: "checkEmailPage",
      summary: "Says that a mail may be on its way.",
      body: "none",
    },
    parts,
    async ({ request, frame }) => {
      const returnTo = safeTarget(parameterOf(request, "returnTo"), parts.origins);
      return { html: checkEmailPage(frame({ returnTo }), { query: queryOf({ returnTo }) }) };
    },
  );
