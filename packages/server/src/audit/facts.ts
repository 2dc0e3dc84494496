import type { SecurityEvent } from "../event.ts";
import { printable } from "../printable.ts";
import type { AuditRecord } from "../store/ports.ts";
import { eventCatalogue, type FactKind } from "./catalogue.ts";

/** What a record says of an event: the facts that the catalogue lists, each of its kind; whatever else an object carries stays out. The request's id is one of the details. */
export function factsOf(
  event: SecurityEvent,
  requestId: string | undefined,
): Pick<AuditRecord, "accountId" | "sessionId" | "details"> {
  const listed: Readonly<Record<string, FactKind>> = eventCatalogue[event.type].facts;
  const values: Readonly<Record<string, unknown>> = event;
  const facts = new Map<string, unknown>([["requestId", requestId]]);
  for (const [name, kind] of Object.entries(listed)) facts.set(name, recorded[kind](values[name]));
  const { accountId, sessionId, ...details } = Object.fromEntries(facts);
  return {
    accountId: optionalText(accountId),
    sessionId: optionalText(sessionId),
    details: withoutUndefined(details),
  };
}

/** The event that a record was made of, as an application's hook is told it. */
export function eventOf({ type, accountId, sessionId, details }: AuditRecord): SecurityEvent {
  const { requestId, ...facts } = details;
  // `factsOf` put in exactly what the type has.
  return withoutUndefined({ type, accountId, sessionId, ...facts }) as unknown as SecurityEvent;
}

/** The id of the request that a record was made in. */
export const requestIdOf = ({ details }: AuditRecord): string | undefined => optionalText(details.requestId);

const recorded: Readonly<Record<FactKind, (value: unknown) => unknown>> = {
  id: optionalText,
  word: optionalText,
  words: (value) => (Array.isArray(value) ? value.slice(0, 64).flatMap((word) => optionalText(word) ?? []) : undefined),
  number: (value) => (typeof value === "number" && Number.isFinite(value) ? value : undefined),
  flag: (value) => (typeof value === "boolean" ? value : undefined),
  error: errorName,
};

function optionalText(value: unknown): string | undefined {
  return typeof value === "string" ? printable(value, 128) : undefined;
}

/** An exception's message may quote what a driver was given, so it goes to the log and not into the trail. */
function errorName(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  return optionalText(
    ["code" in error && typeof error.code === "string" ? error.code : [], error.name].flat().join(" "),
  );
}

const withoutUndefined = (facts: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined));
