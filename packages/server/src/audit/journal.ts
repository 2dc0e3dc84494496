import { type EventContext, type EventHook, guardedSink, type SecurityEvent } from "../event.ts";
import { noRequest, type RequestContext } from "../requestContext.ts";
import type { AuditRecord, AuditStore } from "../store/ports.ts";
import type { World } from "../world.ts";
import { eventCatalogue } from "./catalogue.ts";
import { eventOf, factsOf, requestIdOf } from "./facts.ts";
import { createRecordIds } from "./recordIds.ts";
import { createTrail } from "./trail.ts";

/** Who did something: an account id, `cli`, `api` or `system`; undefined for somebody who is not known. */
export type Actor = string | undefined;

/** Where rooms write down what happened: the audit trail for later, and the application's hook for now. */
export type Journal = {
  /** The line for a change, to go into `Change.audit`: it is committed with its cause or not at all. Changes nothing by itself. */
  readonly record: (event: SecurityEvent, context: RequestContext, actor?: Actor) => AuditRecord;
  /** After the commit: tells the hook of what was recorded. */
  readonly tell: (...records: readonly AuditRecord[]) => void;
  /** For a refusal, a fault and what else no change of the store is about: tells the hook now and writes the line soon. Never waits, never throws. */
  readonly refused: (event: SecurityEvent, context: RequestContext, actor?: Actor) => void;
  /** Writes what still waits. To be called before the store is closed. */
  readonly close: () => Promise<void>;
};

/** A journal over the audit trail of a store. Lines that could not be written are told to the hook as one `audit_dropped`. */
export function createJournal({
  store,
  world,
  onEvent,
}: {
  readonly store: Pick<AuditStore, "append">;
  readonly world: World;
  readonly onEvent: EventHook;
}): Journal {
  const hook = guardedSink(onEvent);
  const nextId = createRecordIds(world);
  const record: Journal["record"] = (event, context, actor) => ({
    id: nextId(),
    at: world.now(),
    type: event.type,
    outcome: eventCatalogue[event.type].outcome,
    actor,
    address: context.address,
    userAgent: context.userAgent,
    ...factsOf(event, context.requestId),
  });
  const trail = createTrail(store, (count) => {
    const event = { type: "audit_dropped", count } as const;
    hook(event, contextOf(record(event, noRequest, "system")));
  });
  return {
    record,
    tell: (...records) => {
      for (const told of records) hook(eventOf(told), contextOf(told));
    },
    refused: (event, context, actor) => {
      const refusal = record(event, context, actor);
      hook(event, contextOf(refusal));
      trail.add(refusal);
    },
    close: trail.close,
  };
}

const contextOf = (record: AuditRecord): EventContext => ({
  id: record.id,
  at: record.at,
  actor: record.actor,
  address: record.address,
  userAgent: record.userAgent,
  requestId: requestIdOf(record),
});
