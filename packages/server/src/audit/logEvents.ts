import type { EventHook, SecurityEvent } from "../event.ts";
import { escapeControls } from "../printable.ts";
import { scrub } from "../scrub.ts";
import type { AuditRecord } from "../store/ports.ts";
import { eventCatalogue } from "./catalogue.ts";
import { factsOf } from "./facts.ts";

/** The part of a logger that events need: pino has it, and so have most others. */
export type EventLogger = Readonly<Record<Level, (line: object) => void>>;

type Level = "info" | "warn" | "error";

/** An `onEvent` that writes each event as one object to a logger: what is done as `info`, what is refused as `warn`, what is broken as `error`. */
export const logEvents =
  (logger: EventLogger): EventHook =>
  (event, { id, actor, address, userAgent, requestId }) => {
    const { outcome } = eventCatalogue[event.type];
    const { accountId, sessionId, details } = factsOf(event, requestId);
    const about = { event: event.type, outcome, id, actor, accountId, sessionId, address, userAgent };
    logger[levels[outcome]]({ ...about, ...details, ...errorOf(event) });
  };

const levels: Readonly<Record<AuditRecord["outcome"], Level>> = { done: "info", refused: "warn", failed: "error" };

/** The whole of an exception, for whoever mends it; what looks like a secret is left out. */
function errorOf(event: SecurityEvent): object {
  if (event.type !== "fault") return {};
  const { error } = event;
  if (!(error instanceof Error)) return { error: { message: plain(String(error)) } };
  const { name, message, stack = "", cause } = error;
  const code = "code" in error ? { code: plain(String(error.code)) } : {};
  const because = cause === undefined ? {} : { cause: plain(String(cause)) };
  return { error: { name: plain(name), ...code, message: plain(message), stack: plain(stack), ...because } };
}

/** The lines of a stack stay lines within their text; all else that steers a terminal is escaped. */
const plain = (text: string): string => escapeControls(scrub(text.slice(0, 8192)), "\n").toWellFormed();
