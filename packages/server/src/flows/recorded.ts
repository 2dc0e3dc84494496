import type { Flows } from "../http/flows.ts";
import type { Refusal } from "../http/refusals.ts";
import { noRequest, type RequestContext } from "../requestContext.ts";
import type { FlowParts } from "./parts.ts";

/** Refusals that no room below writes down. */
const unwritten: readonly Refusal["reason"][] = [
  "session_ended",
  "unknown_session",
  "password_refused",
  "fields_refused",
];

/** The same flows, whose refusals are in the audit trail: who asked for what, from where, and why it was not done. */
export function recorded(flows: Flows, refused: FlowParts["refused"]): Flows {
  const written = Object.entries(flows).map(([operation, flow]) => [
    operation,
    async (...given: readonly unknown[]) => {
      const outcome = await (flow as Flow)(...given);
      if (!outcome.ok && unwritten.includes(outcome.refusal.reason)) {
        const { refusal } = outcome;
        const reason = refusal.reason === "password_refused" ? refusal.why : refusal.reason;
        const who = callerOf(given[0]);
        const context = given.findLast(isContext) ?? noRequest;
        refused({ type: "request_refused", operation, reason, ...who }, { ...context, actor: who.accountId });
      }
      return outcome;
    },
  ]);
  return Object.fromEntries(written) as Flows;
}

type Flow = (
  ...given: readonly unknown[]
) => Promise<{ readonly ok: true } | { readonly ok: false; readonly refusal: Refusal }>;

const isContext = (given: unknown): given is RequestContext =>
  typeof given === "object" && given !== null && "requestId" in given;

/** The caller is what a flow of somebody signed in is given first. */
function callerOf(given: unknown): { readonly accountId?: string; readonly sessionId?: string } {
  const { accountId, sessionId }: { readonly accountId?: unknown; readonly sessionId?: unknown } = Object(given);
  return typeof accountId === "string" && typeof sessionId === "string" ? { accountId, sessionId } : {};
}
