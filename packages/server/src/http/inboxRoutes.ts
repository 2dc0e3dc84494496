import type { Mail } from "../mail/mail.ts";
import type { Inbox } from "../mail/transport/inbox.ts";
import type { World } from "../world.ts";
import { pageAnswer, styleAnswer } from "./pageAnswer.ts";
import { HttpProblem } from "./problem.ts";
import { type Route, type RoutedRequest, route } from "./route.ts";

/** The development inbox in HTML, by `pages/devInbox`. */
export type InboxPages = {
  readonly inboxPage: (view: View & { readonly mails: readonly Mail[] }) => string;
  readonly mailPage: (view: View & { readonly mail: Mail }) => string;
  readonly missingMailPage: (view: View) => string;
  readonly inboxStyle: string;
};

/** The path of the list, and the time in milliseconds since the epoch. */
type View = { readonly path: string; readonly now: number };

/**
 * The mails of a development server, for whoever reaches it: mount it for an inbox that `development` made, and never else. It
 * answers under the issuer's own host only, or a website could point its own name at this machine and read along (DNS rebinding).
 */
export function inboxRoutes({
  inbox,
  pages,
  issuer,
  world,
}: {
  readonly inbox: Inbox;
  readonly pages: InboxPages;
  readonly issuer: string;
  readonly world: World;
}): readonly Route[] {
  const { host, pathname } = new URL(issuer);
  const path = `${pathname === "/" ? "" : pathname}${inboxPath}`;
  const row = (
    shape: Pick<Route, "path" | "operationId" | "summary" | "answers">,
    answer: (view: View, input: RoutedRequest) => Response,
  ): Route =>
    route(
      { ...shape, method: "GET", guard: "public", csrf: "safe", body: "none", refusals: ["not_found"] },
      async (input) => {
        if (new URL(input.request.url).host !== host) throw new HttpProblem("not_found");
        return answer({ path, now: world.now() }, input);
      },
    );
  return [
    row(
      { path: inboxPath, operationId: "devInbox", summary: "Lists the mails, in development.", answers: [found] },
      (view) => found.with(pages.inboxPage({ ...view, mails: inbox.list() })),
    ),
    row(
      {
        path: `${inboxPath}.css`,
        operationId: "devInboxStyle",
        summary: "Styles the list of mails, in development.",
        answers: [styleAnswer],
      },
      () => styleAnswer.with(pages.inboxStyle),
    ),
    row(
      {
        path: `${inboxPath}/:id`,
        operationId: "devInboxMail",
        summary: "Shows a mail, in development.",
        answers: [found, missing],
      },
      (view, { parameter }) => {
        const mail = inbox.find(parameter("id"));
        return mail ? found.with(pages.mailPage({ ...view, mail })) : missing.with(pages.missingMailPage(view));
      },
    ),
  ];
}

const inboxPath = "/dev/inbox";

const found = pageAnswer(200, "A page.");
const missing = pageAnswer(404, "There is no such mail.");
