import assert from "node:assert/strict";
import { test } from "node:test";
import type { NewRevocation, Store } from "../ports.ts";
import { account, instant, startSession } from "./subject.ts";

/** Opens two stores over the same new, empty place, as two processes would. */
export type OpenTwo = () => Promise<readonly [Store, Store]>;

const revocation = (name: string): NewRevocation => ({ kind: "session", key: name, expiresAt: instant + 1000 });

/** Each way in which the log moves. */
const moves: readonly (readonly [string, (store: Store) => Promise<unknown>])[] = [
  ["an append", ({ revocations }) => revocations.append([revocation("a")])],
  [
    "the end of a session",
    ({ people }) =>
      people.change({ sessionId: "s1" }, () => ({ answer: 0, ended: ["s1"], revocations: [revocation("s1")] })),
  ],
  [
    "a registration",
    ({ people }) =>
      people.register("new@example.com", () => ({
        answer: 0,
        account: account("new"),
        revocations: [revocation("new")],
      })),
  ],
  ["a change of keys", ({ keys }) => keys.change(() => ({ answer: 0, revocations: [revocation("k1")] }))],
];

/** That who watches the log is woken by what another process does. Opened twice by `openTwo`. */
export function watchConformance(name: string, openTwo: OpenTwo): void {
  test(`${name}: who watches the log is woken by another process until it stops`, { timeout: 60_000 }, async () => {
    const [here, there] = await openTwo();
    try {
      await startSession(there, "s1", account("ada"));
      const [first, second] = [watching(here), watching(here)];
      for (const [index, [what, move]] of moves.entries()) {
        await move(there);
        await first.seen(index + 1, what);
      }
      await second.seen(moves.length, "everything");
      first.stop();
      const calls = first.calls();
      await there.revocations.append([revocation("last")]);
      await second.seen(moves.length + 1, "the last append");
      second.stop();
      assert.equal(first.calls(), calls);
    } finally {
      await Promise.all([here.close(), there.close()]);
    }
  });
}

type Watching = {
  /** Reads when it is called, and only then, until the log is there. */
  readonly seen: (pos: number, what: string) => Promise<void>;
  readonly calls: () => number;
  readonly stop: () => void;
};

function watching({ revocations }: Store): Watching {
  let calls = 0;
  let looked = 0;
  let wake = (): void => undefined;
  const stop = revocations.watch(() => {
    calls += 1;
    wake();
  });
  const call = async (): Promise<void> => {
    if (calls === looked) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
    looked = calls;
  };
  let reached = 0;
  return {
    calls: () => calls,
    stop,
    seen: async (pos, what) => {
      while (reached < pos) {
        await call();
        reached = (await revocations.read(0, 100)).head.pos;
      }
      assert.equal(reached, pos, what);
    },
  };
}
