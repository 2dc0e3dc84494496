import { linkPaths } from "../mail/links.ts";
import type { LinkPurpose } from "../store/ports.ts";
import { pageAnswer, styleAnswer } from "./pageAnswer.ts";
import { type Route, route } from "./route.ts";

/** The pages that stand in, in HTML, by `pages/linkPage`. */
export type LinkPages = {
  readonly linkPage: (view: {
    readonly title: string;
    readonly option: string;
    readonly endpoint: string;
    readonly body: Readonly<Record<string, string>>;
    readonly stylesheet: string;
  }) => string;
  readonly baseStyle: string;
};

/** Where links from mails lead when the application names no page of its own. To open one spends nothing: the token never gets here. */
export function linkRoutes({
  pages,
  issuer,
}: {
  readonly pages: LinkPages;
  readonly issuer: string;
}): readonly Route[] {
  const { pathname } = new URL(issuer);
  const stylesheet = `${pathname === "/" ? "" : pathname}${stylePath}`;
  return [
    ...linkUses.map(({ purpose, operationId, path, ...use }) =>
      route(
        { ...shape, path: linkPaths[purpose], operationId, summary: summaryOf(use.option), answers: [page] },
        async () => page.with(pages.linkPage({ ...use, endpoint: issuer + path, stylesheet })),
      ),
    ),
    route(
      { ...shape, path: stylePath, operationId: "linkStyle", summary: "Styles those pages.", answers: [styleAnswer] },
      async () => styleAnswer.with(pages.baseStyle),
    ),
  ];
}

type LinkUse = {
  readonly purpose: LinkPurpose;
  readonly operationId: string;
  readonly title: string;
  readonly option: string;
  readonly path: string;
  readonly body: Readonly<Record<string, string>>;
};

const linkUses: readonly LinkUse[] = [
  {
    purpose: "verify_email",
    operationId: "verifyEmailPage",
    title: "Confirm your email address",
    option: "mail.links.verify",
    path: "/email/verify",
    body: { token: "…", password: "…" },
  },
  {
    purpose: "reset_password",
    operationId: "resetPasswordPage",
    title: "Choose a new password",
    option: "mail.links.reset",
    path: "/password/reset",
    body: { token: "…", password: "…" },
  },
  {
    purpose: "change_email",
    operationId: "confirmEmailPage",
    title: "Confirm your new email address",
    option: "mail.links.changeEmail",
    path: "/email/confirm",
    body: { token: "…" },
  },
];

const summaryOf = (option: string): string => `Stands in for the page that ${option} names.`;

const stylePath = "/links/style.css";
const shape = { method: "GET", guard: "public", csrf: "safe", body: "none" } as const;
const page = pageAnswer(200, "A page.");
