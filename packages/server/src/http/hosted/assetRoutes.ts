import { hostedStyle } from "../../pages/hostedStyle.ts";
import { redirectAnswer, scriptAnswer, styleAnswer } from "../pageAnswer.ts";
import { type Route, route } from "../route.ts";
import type { HostedParts } from "./hostedParts.ts";
import { parameterOf, queryOf } from "./parameters.ts";

/** What pages load, and short addresses that lead to pages. */
export const assetRoutes = ({ base, settings }: HostedParts): readonly Route[] => {
  const style = hostedStyle(settings.theme.colors);
  return [
    route(
      {
        ...shape,
        path: "/pages/style.css",
        operationId: "pageStyle",
        summary: "Styles the pages.",
        answers: [styleAnswer],
      },
      async () => styleAnswer.with(style),
    ),
    route(
      {
        ...shape,
        path: "/pages/script.js",
        operationId: "pageScript",
        summary: "What pages do beyond their forms.",
        answers: [scriptAnswer],
      },
      async () => scriptAnswer.with(new TextDecoder().decode(await settings.script())),
    ),
    ...doors.map(({ path, operationId, to, atRoot }) =>
      route(
        { ...shape, path, operationId, summary: `Leads to ${to}.`, atRoot, answers: [found] },
        async ({ request }) =>
          found.to(
            base + to + queryOf({ returnTo: parameterOf(request, "returnTo"), lang: parameterOf(request, "lang") }),
          ),
      ),
    ),
  ];
};

const shape = { method: "GET", guard: "public", csrf: "safe", body: "none" } as const;
const found = redirectAnswer("The page.");

/** The last one is where password managers look (W3C, "A Well-Known URL for Changing Passwords"). */
const doors = [
  { path: "/sign-in", operationId: "goToSignIn", to: "/sign-in", atRoot: false },
  { path: "/sign-up", operationId: "goToSignUp", to: "/sign-up", atRoot: false },
  { path: "/account", operationId: "goToAccount", to: "/account", atRoot: false },
  { path: "/.well-known/change-password", operationId: "goToChangePassword", to: "/account/password", atRoot: true },
] as const;
