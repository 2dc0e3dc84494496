import type { ProblemCode } from "@cardea/verifier/wire";
import { problems } from "@cardea/verifier/wire";
import type { Frame } from "../../pages/frame.ts";
import { errorPage, waitPage } from "../../pages/messagePages.ts";
import type { Words } from "../../pages/words/words.ts";
import type { RequestContext } from "../../requestContext.ts";
import type { HttpProblem } from "../problem.ts";
import type { Shown } from "./pageReply.ts";

/** A refusal, or a fault, as people read it: what to do, and the number under which the audit trail has it. Never what was sent. */
export function refusePage(
  problem: HttpProblem,
  { frame, context }: { readonly frame: Frame; readonly context: RequestContext },
): Shown {
  const { code } = problem;
  const headers = new Headers(problem.headers);
  headers.delete("WWW-Authenticate");
  const { status } = problems[code];
  if (status === 503 && !headers.has("Retry-After")) headers.set("Retry-After", "1");
  if (code === "rate_limited" || code === "overloaded") {
    const seconds = Number(headers.get("Retry-After")) || 1;
    const back = frame.base + frame.here.path;
    return { html: waitPage(frame, { seconds, isBusy: code === "overloaded", back }), status, headers };
  }
  const { error } = frame.words;
  const text = error[textOf[code] ?? "refused"];
  const title = code === "not_found" ? error.notFoundTitle : error.title;
  return { html: errorPage(frame, { text, title, requestId: context.requestId }), status, headers };
}

/** What is not listed is a request that our own pages do not send. */
const textOf: Readonly<Partial<Record<ProblemCode, keyof Words["error"]>>> = {
  csrf_refused: "foreign",
  payload_too_large: "tooLarge",
  not_found: "notFound",
  internal_error: "fault",
  temporarily_unavailable: "fault",
  stale_view: "fault",
};
