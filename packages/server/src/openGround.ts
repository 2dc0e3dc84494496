import { cautiousClock } from "@cardea/verifier/judge";
import { createJournal, type Journal } from "./audit/journal.ts";
import { type Background, createBackground } from "./background.ts";
import type { CheckedOptions } from "./config/options.ts";
import type { EventSink, SecurityEvent } from "./event.ts";
import { openStore } from "./openStore.ts";
import { noRequest } from "./requestContext.ts";
import type { Store } from "./store/ports.ts";
import { realWorld, type World } from "./world.ts";

/** What every room stands on. */
export type Ground = {
  /** The issuer exactly as tokens name it. */
  readonly issuer: string;
  readonly world: World;
  /** By which store and view forget what ended: see `cautiousClock`. One for all, since the first look at the clocks counts. */
  readonly cautiousNow: () => number;
  readonly store: Store;
  readonly journal: Journal;
  readonly refused: Journal["refused"];
  /** For what the issuer itself did or met. */
  readonly onEvent: EventSink;
  readonly background: Background;
};

/** Opens the store and the journal over it. Throws `ConfigurationError`. */
export async function openGround(options: CheckedOptions): Promise<Ground> {
  const world = options.world ?? realWorld;
  const cautiousNow = cautiousClock(world);
  // A store may have something to tell while it is opened, before there is anywhere to write it down.
  const early: SecurityEvent[] = [];
  let tell: EventSink = (event) => early.push(event);
  const onEvent: EventSink = (event) => tell(event);
  const store = await openStore(options, { world, onEvent });
  const journal = createJournal({ store: store.audit, world, onEvent: options.onEvent ?? (() => undefined) });
  tell = (event) => journal.refused(event, noRequest, "system");
  for (const event of early) tell(event);
  const background = createBackground((where, error) => onEvent({ type: "fault", where, error }));
  const { issuer } = options;
  return {
    // `URL.href` adds a slash to a bare origin; the issuer is the text without it.
    issuer: issuer.pathname === "/" ? issuer.origin : issuer.href,
    world,
    cautiousNow,
    store,
    journal,
    refused: journal.refused,
    onEvent,
    background,
  };
}
