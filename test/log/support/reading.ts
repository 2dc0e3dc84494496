import assert from "node:assert/strict";
import { setTimeout as delay } from "node:timers/promises";
import type { Store } from "cardea";
import { untilItHasTime } from "./writing.ts";

/** Somebody who reads the log while it is written. */
export type CursorReader = {
  /** Reads on until the head as it is after this call, and answers with every key that was seen, in the order of the log. */
  readonly finish: () => Promise<readonly string[]>;
};

/** Starts one. It knows nothing but its cursor, and demands of each slice that it goes on where the last one ended. */
export function followLog({ revocations }: Pick<Store, "revocations">, limit: number): CursorReader {
  const seen: string[] = [];
  let cursor = 0;
  let finishing = false;

  const readOn = async (): Promise<boolean> => {
    const { head, from, to, entries } = await untilItHasTime(() => revocations.read(cursor, limit));
    assert.equal(from, cursor);
    assert.deepEqual(
      entries.map(({ pos }) => pos),
      Array.from({ length: to - from }, (_, index) => from + index + 1),
    );
    seen.push(...entries.map(({ key }) => key));
    cursor = to;
    return cursor === head.pos;
  };

  const reading = (async () => {
    // The log ends where it ends for a read that began after the last writer was done.
    for (let last = finishing; !((await readOn()) && last); last = finishing) await delay(1);
    return seen;
  })();
  // What goes wrong is told to who finishes.
  reading.catch(() => undefined);
  return {
    finish: () => {
      finishing = true;
      return reading;
    },
  };
}
