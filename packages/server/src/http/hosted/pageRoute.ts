import { z } from "zod";
import type { Frame } from "../../pages/frame.ts";
import { wordsOf } from "../../pages/words/words.ts";
import type { Body } from "../body.ts";
import type { Caller } from "../flows.ts";
import { csrfProblem } from "../originCheck.ts";
import { pageAnswer, redirectAnswer } from "../pageAnswer.ts";
import type { QueryParameters } from "../query.ts";
import { readBody } from "../read.ts";
import { type Callers, type Route, row } from "../route.ts";
import type { RoutedRequest } from "../routedRequest.ts";
import { SessionOver } from "./done.ts";
import type { HostedParts } from "./hostedParts.ts";
import { chosenNow, languageOf } from "./language.ts";
import { momentReply } from "./moment.ts";
import { noticeIn } from "./notice.ts";
import { pageCookie, readPageCookie } from "./pageCookies.ts";
import { type Reply, respondPage } from "./pageReply.ts";
import { queryOf } from "./parameters.ts";
import { refusePage } from "./refusePage.ts";
import { visitorOf } from "./visitor.ts";

/** What is public about a page. `path` is below `/pages`. */
export type PageShape<T> = Pick<Route, "method" | "path" | "operationId" | "summary"> & {
  readonly body: Body<T> | "none";
  readonly fresh?: number | undefined;
  /** What it answers where that is no page. */
  readonly answers?: Route["answers"];
};

/** A look at a page, or a form that was sent. `frame` takes what links to other languages must keep. */
export type Visit<T> = Pick<RoutedRequest, "request" | "context"> & {
  readonly body: T;
  readonly frame: (keep?: Readonly<Record<string, string | undefined>>) => Frame;
};

/** A visit of somebody signed in. */
export type PersonVisit<T> = Visit<T> & { readonly caller: Caller };

/** A page for everybody. `known` tells who is signed in, if anybody is. */
export const publicPage = <T = undefined>(
  shape: PageShape<T>,
  parts: HostedParts,
  show: (visit: Visit<T> & { readonly known: () => Promise<Caller | undefined> }) => Promise<Reply>,
): Route =>
  pageRoute("public", shape, parts, async (input, callers, cookies) => {
    const known = async (): Promise<Caller | undefined> => {
      const visitor = await visitorOf(input, callers, { fresh: undefined, cookies }, parts);
      return visitor.state === "known" ? visitor.caller : undefined;
    };
    const body = await readBody(input.request, shape.body);
    return show({ ...visitOf(shape.path, input, parts), body, known });
  });

/** A page for who is signed in; others sign in first, and who did so long ago shows the password once more, where the page asks for that. */
export const personPage = <T = undefined>(
  shape: PageShape<T>,
  parts: HostedParts,
  show: (visit: PersonVisit<T>) => Promise<Reply>,
): Route =>
  pageRoute("bearer", shape, parts, async (input, callers, cookies) => {
    const visitor = await visitorOf(input, callers, { fresh: shape.fresh, cookies }, parts);
    const visit = visitOf(shape.path, input, parts);
    const signInFirst = { to: signInFor(sectionOf(shape.path), parts) };
    if (visitor.state === "stale") return { to: confirmFor(shape, parts) };
    if (visitor.state !== "known") return momentReply(input.request, visit.frame()) ?? signInFirst;
    const body = await readBody(input.request, shape.body);
    try {
      return await show({ ...visit, body, caller: visitor.caller });
    } catch (error) {
      if (!(error instanceof SessionOver)) throw error;
      cookies.delete("Set-Cookie");
      return { ...signInFirst, headers: parts.endings.forgotten(input.request) };
    }
  });

function pageRoute<T>(
  guard: "public" | "bearer",
  shape: PageShape<T>,
  parts: HostedParts,
  answer: (input: RoutedRequest, callers: Callers, cookies: Headers) => Promise<Reply>,
): Route {
  // A browser that is refused must get the tokens that took the place of its own, too: the old ones look stolen after a while.
  const cookiesOf = new WeakMap<Request, Headers>();
  return {
    ...row({
      ...shape,
      guard,
      query,
      path: `/pages${shape.path}`,
      csrf: shape.method === "GET" ? "safe" : "same-origin",
      answers: shape.answers ?? (shape.method === "GET" ? [shown, sentOn] : [sentOn, shownAgain]),
      refusals: ["rate_limited", "overloaded"],
    }),
    handle: async (input, callers) => {
      requirePage(input, parts);
      const cookies = new Headers();
      cookiesOf.set(input.request, cookies);
      const reply = await answer(input, callers, cookies);
      remember(input.request, reply, cookies, parts);
      return respondPage(reply, cookies, parts);
    },
    refuse: async (problem, input) =>
      respondPage(
        refusePage(problem, { ...input, frame: visitOf(shape.path, input, parts).frame() }),
        cookiesOf.get(input.request) ?? new Headers(),
        parts,
      ),
  };
}

const shown = pageAnswer(200, "The page.");
const shownAgain = pageAnswer(422, "The form once more, with what does not fit.");
const sentOn = redirectAnswer("Where it goes on.");

/** What pages read after the `?`; each ignores what it has no use for. */
const query: QueryParameters = {
  schema: z.object(
    Object.fromEntries(["lang", "returnTo", "token", "next", "before"].map((name) => [name, z.string().optional()])),
  ),
  example: { lang: "de" },
};

/** A form is sent by a page. What neither says so nor carries a cookie of ours would sign its visitor in as somebody else. */
function requirePage({ provenance, context }: RoutedRequest, { refused }: HostedParts): void {
  if (provenance !== "no-browser") return;
  refused({ type: "csrf_refused", reason: "cookie_without_origin" }, context);
  throw csrfProblem("cookie_without_origin");
}

function visitOf(
  path: string,
  { request, context }: Pick<RoutedRequest, "request" | "context">,
  { base, cookies, settings, world }: HostedParts,
): Omit<Visit<undefined>, "body"> {
  const words = wordsOf[languageOf(request, cookies)];
  const notice = request.method === "POST" ? undefined : noticeIn(readPageCookie(request, cookies, "notice"), words);
  return {
    request,
    context,
    frame: (keep = {}) => ({
      base,
      words,
      theme: settings.theme,
      here: { path: sectionOf(path), keep: definedOf(keep) },
      notice,
      now: world.now(),
    }),
  };
}

/** A language that is chosen is kept, and a notice is said once. */
function remember(request: Request, reply: Reply, headers: Headers, { cookies }: HostedParts): void {
  const language = chosenNow(request);
  if (language)
    headers.append("Set-Cookie", pageCookie(cookies, "language", { value: language, lifeSeconds: yearSeconds }));
  if ("html" in reply && readPageCookie(request, cookies, "notice") !== undefined) {
    headers.append("Set-Cookie", pageCookie(cookies, "notice", { value: "", lifeSeconds: 0 }));
  }
}

const yearSeconds = 31_536_000;

const signInFor = (path: string, { base }: HostedParts): string =>
  `${base}/sign-in${queryOf({ returnTo: base + path })}`;

const confirmFor = ({ path }: { readonly path: string }, { base }: HostedParts): string =>
  `${base}/account/confirm${queryOf({ next: sectionOf(path).slice("/account/".length) })}`;

/** A form below a section of the account belongs to its page. */
const sectionOf = (path: string): string =>
  path === "/account/verify-email" ? "/account" : path.replace(/^(\/account\/[^/]+)\/.*$/, "$1");

const definedOf = (fields: Readonly<Record<string, string | undefined>>): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(fields).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
