import assert from "node:assert/strict";
import { setImmediate as nextTurn } from "node:timers/promises";
import { epochLead, type NewRevocation } from "../ports.ts";
import { account, instant, type OpenStore, rule, startSession, twenty } from "./subject.ts";

/** The revocation log: dense positions in commit order, rows and head of one snapshot, and a head that never moves back. */
export function revocationConformance(name: string, open: OpenStore): void {
  const revocation = (key: string, expiresAt = instant + 1000): NewRevocation => ({ kind: "session", key, expiresAt });

  rule(name, "starts empty, at position 0 of an epoch", open, async ({ revocations }) => {
    const slice = await revocations.read(0, 10);
    assert.deepEqual({ ...slice, head: slice.head.pos }, { head: 0, from: 0, to: 0, entries: [] });
    assert.match(slice.head.epoch, /^[A-Za-z0-9._~-]{8,128}$/);
  });

  rule(
    name,
    "gives entries dense positions in the order in which they were appended",
    open,
    async ({ revocations }) => {
      const issuedBefore: NewRevocation = { kind: "all", key: "", expiresAt: instant + 9, issuedBefore: 1_700_000_000 };
      assert.equal((await revocations.append([revocation("a"), revocation("b")])).pos, 2);
      assert.equal((await revocations.append([issuedBefore])).pos, 3);
      const { from, to, entries } = await revocations.read(0, 10);
      assert.deepEqual([from, to], [0, 3]);
      assert.deepEqual(entries, [
        { ...revocation("a"), pos: 1 },
        { ...revocation("b"), pos: 2 },
        { ...issuedBefore, pos: 3 },
      ]);
    },
  );

  rule(name, "reads on from a cursor, and ends a cut slice at its last entry", open, async ({ revocations }) => {
    await revocations.append(["a", "b", "c", "d"].map((key) => revocation(key)));
    const cut = await revocations.read(1, 2);
    assert.deepEqual([cut.from, cut.to, cut.head.pos], [1, 3, 4]);
    assert.deepEqual(
      cut.entries.map(({ key }) => key),
      ["b", "c"],
    );
    assert.deepEqual(
      (await revocations.read(cut.to, 2)).entries.map(({ key }) => key),
      ["d"],
    );
  });

  rule(name, "answers at the head for a cursor at or beyond it", open, async ({ revocations }) => {
    await revocations.append([revocation("a")]);
    for (const after of [1, 2, Number.MAX_SAFE_INTEGER]) {
      const { from, to, entries } = await revocations.read(after, 10);
      assert.deepEqual([from, to, entries.length], [1, 1, 0]);
    }
  });

  rule(
    name,
    "twenty who append at once get positions of their own, and none is lost",
    open,
    async ({ revocations }) => {
      await twenty((index) => revocations.append([revocation(`r${index}`)]));
      const { entries, head } = await revocations.read(0, 100);
      assert.equal(head.pos, 20);
      assert.deepEqual(
        entries.map(({ pos }) => pos),
        Array.from({ length: 20 }, (_, index) => index + 1),
      );
      assert.equal(new Set(entries.map(({ key }) => key)).size, 20);
    },
  );

  rule(name, "a reader that follows while twenty append misses nothing", open, async ({ revocations }) => {
    const seen: string[] = [];
    let cursor = 0;
    const writing = twenty((index) => revocations.append([revocation(`r${index}`)]));
    while (cursor < 20) {
      const slice = await revocations.read(cursor, 3);
      assert.equal(slice.from, cursor);
      seen.push(...slice.entries.map(({ key }) => key));
      cursor = slice.to;
      await nextTurn();
    }
    await writing;
    assert.equal(new Set(seen).size, 20);
  });

  rule(name, "forgets expired entries, but never a position", open, async ({ revocations, prune }) => {
    await revocations.append([
      revocation("short", instant + 10),
      revocation("long", instant + 1000),
      revocation("short", instant + 10),
    ]);
    await prune(instant + 10, 0);
    const { from, to, entries, head } = await revocations.read(0, 10);
    assert.deepEqual([from, to, head.pos], [0, 3, 3]);
    assert.deepEqual(
      entries.map(({ key }) => key),
      ["long"],
    );
    assert.equal((await revocations.append([revocation("next")])).pos, 4);
  });

  rule(name, "does not begin anew for a head that it reaches, or of another epoch", open, async ({ revocations }) => {
    const head = await revocations.append([revocation("a"), revocation("b")]);
    for (const seen of [head, { ...head, pos: 1 }, { epoch: "of-another-log", pos: 99 }]) await revocations.renew(seen);
    assert.deepEqual((await revocations.read(0, 10)).head, head);
  });

  rule(
    name,
    "begins anew, beyond every position, when it does not reach a head that was seen",
    open,
    async ({ revocations }) => {
      const { epoch } = await revocations.append([revocation("a")]);
      await twenty(() => revocations.renew({ epoch, pos: 40 }));
      const { head, entries } = await revocations.read(0, 10);
      assert.notEqual(head.epoch, epoch);
      assert.equal(head.pos, 40 + epochLead);
      assert.deepEqual(entries, [{ ...revocation("a"), pos: 1 }]);
      assert.deepEqual(await revocations.append([revocation("b")]), { epoch: head.epoch, pos: head.pos + 1 });
    },
  );

  rule(name, "an ended session and its revocation are one change", open, async (store) => {
    await startSession(store, "s1", account("ada"));
    await store.people.change({ sessionId: "s1" }, () => ({
      answer: undefined,
      ended: ["s1"],
      revocations: [revocation("s1")],
    }));
    assert.deepEqual((await store.revocations.read(0, 10)).entries, [{ ...revocation("s1"), pos: 1 }]);
    assert.deepEqual(await store.people.sessions("account-ada"), []);
  });

  rule(name, "a change with many revocations gives them positions in its order", open, async (store) => {
    await startSession(store, "s1", account("ada"));
    const revocations = ["a", "b", "c"].map((key) => revocation(key));
    await store.people.change({ accountId: "account-ada" }, () => ({ answer: 0, revocations }));
    assert.deepEqual(
      (await store.revocations.read(0, 10)).entries.map(({ key, pos }) => [key, pos]),
      [
        ["a", 1],
        ["b", 2],
        ["c", 3],
      ],
    );
  });
}
