import assert from "node:assert/strict";
import { instant, type OpenStore, rule, twenty } from "./subject.ts";

/** Counters: no addition is lost, and an end is an end. */
export function counterConformance(name: string, open: OpenStore): void {
  const span = { now: instant, endsAt: instant + 100, restart: false };

  rule(name, "adds up until the end, which stays where the first put it", open, async ({ counters }) => {
    assert.deepEqual(await counters.add("a", 2, span), { points: 2, endsAt: instant + 100 });
    const later = { now: instant + 99, endsAt: instant + 500, restart: false };
    assert.deepEqual(await counters.add("a", 3, later), { points: 5, endsAt: instant + 100 });
    assert.deepEqual(await counters.find("a", instant + 99), { points: 5, endsAt: instant + 100 });
    assert.equal(await counters.find("a", instant + 100), undefined);
    assert.equal(await counters.find("b", instant), undefined);
  });

  rule(name, "starts anew after its end, and moves the end when asked to", open, async ({ counters }) => {
    await counters.add("a", 2, span);
    const after = { now: instant + 100, endsAt: instant + 300, restart: false };
    assert.deepEqual(await counters.add("a", 1, after), { points: 1, endsAt: instant + 300 });
    const moved = { now: instant + 200, endsAt: instant + 900, restart: true };
    assert.deepEqual(await counters.add("a", 1, moved), { points: 2, endsAt: instant + 900 });
  });

  rule(name, "gives points back, and forgets what is removed", open, async ({ counters }) => {
    await counters.add("a", 3, span);
    assert.equal((await counters.add("a", -2, span)).points, 1);
    await counters.remove("a");
    assert.equal(await counters.find("a", instant), undefined);
  });

  rule(name, "twenty who add at once all count", open, async ({ counters }) => {
    const sums = await twenty(() => counters.add("a", 1, span));
    assert.deepEqual(
      sums.map(({ points }) => points).toSorted((a, b) => a - b),
      Array.from({ length: 20 }, (_, index) => index + 1),
    );
  });

  rule(name, "prunes counters that ended", open, async ({ counters, prune }) => {
    await counters.add("a", 1, span);
    await counters.add("b", 1, { ...span, endsAt: instant + 500 });
    await prune(instant + 100, 0);
    assert.equal(await counters.find("a", instant), undefined);
    assert.equal((await counters.find("b", instant))?.points, 1);
  });
}
