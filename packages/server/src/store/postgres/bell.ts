import type { PoolConfig } from "pg";
import type { EventSink } from "../../event.ts";
import { randomToken, type World } from "../../world.ts";
import { keepListening } from "./listen.ts";
import { type Call, statement } from "./statement.ts";

/** Wakes the other processes of one database when something was appended to the log. It only wakes: they look from time to time all the same. */
export type Bell = {
  /** Wakes the others: at once, but at most once in 5 ms. To be called after a commit, since what is told before it is not there yet. */
  readonly ring: () => void;
  /** Calls when another process has rung, and when it may have rung unheard. Returns how to stop. */
  readonly listen: (onChange: () => void) => () => void;
  readonly close: () => void;
};

/** What a bell is made of: where it listens, and how it sends by the pool. */
export type BellParts = {
  readonly config: PoolConfig;
  readonly send: (call: Call) => Promise<unknown>;
  readonly world: World;
  readonly onEvent: EventSink;
};

/** A notification within the transaction would make all commits of the cluster that notify wait for each other, with their syncs. */
const notify = statement("notify", "SELECT pg_notify($1, $2)");

const restMs = 5;

/** A bell by NOTIFY and LISTEN. The connection that listens is made when somebody wants to be called, for all of this process. */
export function openBell({ config, send, world, onEvent }: BellParts): Bell {
  const id = randomToken(world, 8);
  const watchers = new Set<() => void>();
  let stopListening: (() => void) | undefined;
  let isResting = false;
  let isWanted = false;

  const tell = (payload: string): Promise<unknown> => send(notify(channel, payload));
  const callAll = (): void => {
    for (const call of watchers) call();
  };
  const wake = (): void => {
    isResting = false;
    if (isWanted) ring();
  };

  function ring(): void {
    isWanted = isResting;
    if (isResting) return;
    isResting = true;
    const rest = (): unknown => setTimeout(wake, restMs).unref();
    // Who is not woken finds it by looking.
    tell(id).then(rest, rest);
  }

  const close = (): void => {
    stopListening?.();
    stopListening = undefined;
  };

  return {
    ring,
    listen: (onChange) => {
      const call = (): void => onChange();
      watchers.add(call);
      stopListening ??= keepListening({ config, channel, id, tell, onChange: callAll, onEvent });
      return () => {
        watchers.delete(call);
        if (watchers.size === 0) close();
      };
    },
    close,
  };
}

/** Channels are of a database, whatever the schema: who shares it with another log is woken for nothing now and then. */
const channel = "cardea_revocations";
