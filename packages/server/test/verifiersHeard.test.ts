import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { setTimeout as delay, setImmediate as nextTurn } from "node:timers/promises";
import { memory, realWorld, type Store } from "cardea";
import { OverloadedError } from "../src/refusal.ts";
import { api, instant, open, position, self } from "./support/hearing.ts";
import { eventually } from "./support/servers/eventually.ts";

/** A store whose notes can be refused, and how many were written. */
async function withNotes(): Promise<{ readonly store: Store; readonly written: () => number; fail: boolean }> {
  const real = await memory().open(realWorld);
  let written = 0;
  const bench = {
    fail: false,
    written: () => written,
    store: {
      ...real,
      verifiers: {
        ...real.verifiers,
        note: async (notes: Parameters<Store["verifiers"]["note"]>[0]) => {
          if (bench.fail) throw new Error("the store is gone");
          written += 1;
          await real.verifiers.note(notes);
        },
      },
    },
  };
  return bench;
}

/** Whether it is still waited for after everything that could be done has been done. */
async function isPending(promise: Promise<unknown>): Promise<boolean> {
  let isOver = false;
  void promise.then(() => {
    isOver = true;
  });
  for (let turn = 0; turn < 20; turn++) await nextTurn();
  return !isOver;
}

describe("verifiers that are heard of", () => {
  test("one that is new is known to every issuer before it is answered", async () => {
    const { verifiers, store } = await open();
    await verifiers.greet({ ...api, maxStalenessMs: 5000 });
    assert.deepEqual(await store.verifiers.list(0), [
      { ...api, epoch: undefined, applied: 0, maxStalenessMs: 5000, heardAt: instant },
    ]);
  });

  test("so is one that trusts its view for longer than before; one that says less than its namesake changes nothing", async () => {
    const { verifiers, store } = await open();
    for (const maxStalenessMs of [5000, 9000, 10]) await verifiers.greet({ ...api, maxStalenessMs });
    assert.equal((await store.verifiers.list(0))[0]?.maxStalenessMs, 9000);
  });

  test("F-05: one that cannot be written down gets no answer, hence no lease, however often and at once it asks", async () => {
    const notes = await withNotes();
    const { verifiers, store } = await open(notes.store);
    notes.fail = true;
    const greet = () => verifiers.greet({ ...api, maxStalenessMs: 5000 });
    const refused = await Promise.allSettled([greet(), greet(), greet()]);
    assert.deepEqual(
      refused.map(({ status }) => status),
      ["rejected", "rejected", "rejected"],
    );
    await assert.rejects(greet(), /the store is gone/);
    notes.fail = false;
    await greet();
    assert.equal((await store.verifiers.list(0)).length, 1);
  });

  test("F-05: one whose note could not be written anew for ten seconds is not relied on", async () => {
    const notes = await withNotes();
    const { verifiers, advance } = await open(notes.store);
    const greet = () => verifiers.greet({ ...api, maxStalenessMs: 5000 });
    await greet();
    notes.fail = true;
    advance(9999);
    await greet();
    advance(1);
    await assert.rejects(greet(), /the store is gone/);
  });

  test("what they say again is written once a second, and progress soon", async () => {
    const notes = await withNotes();
    const { verifiers, ask, advance, store } = await open(notes.store);
    await verifiers.greet({ ...api, maxStalenessMs: 5000 });
    for (let time = 0; time < 9; time++) {
      await verifiers.greet({ ...api, maxStalenessMs: 5000 });
      advance(100);
    }
    await verifiers.close();
    assert.equal(notes.written(), 1);
    await ask(api.name, 8);
    await verifiers.close();
    assert.equal(notes.written(), 2);
    assert.equal((await store.verifiers.list(0))[0]?.applied, 8);
    advance(1000);
    await ask(api.name, 8);
    await verifiers.close();
    assert.equal(notes.written(), 3);
  });

  test("one service may have ten thousand names, and forgets make room", async () => {
    const { verifiers, advance } = await open();
    const names = Array.from({ length: 10_000 }, (_, at) => `api-${at}`);
    await Promise.all(names.map((name) => verifiers.greet({ ...api, name, maxStalenessMs: 5000 })));
    const another = () => verifiers.greet({ ...api, name: "one-more", maxStalenessMs: 5000 });
    await assert.rejects(another, OverloadedError);
    await verifiers.greet({ ...api, serviceId: "svc-2", maxStalenessMs: 5000 });
    advance(3_660_001);
    await verifiers.forget();
    await another();
  });

  test("are listed for an hour, and a minute for clocks that differ", async () => {
    const { verifiers, advance, store } = await open();
    await verifiers.greet({ ...api, maxStalenessMs: 5000 });
    advance(3_660_000);
    assert.equal((await verifiers.list()).length, 1);
    advance(1);
    assert.deepEqual(await verifiers.list(), []);
    await verifiers.forget();
    assert.deepEqual(await store.verifiers.list(0), []);
  });

  test("an issuer is one of them until it closes, and waits for the others but not for itself", async () => {
    const here = await open();
    const there = await open(here.store, { ...self, name: "there" });
    await here.verifiers.greet({ ...self, maxStalenessMs: 5000 });
    await there.verifiers.greet({ ...self, name: "there", maxStalenessMs: 5000 });
    const effect = here.verifiers.effect(position(8), 60_000);
    assert.equal(await isPending(effect), true);
    there.verifiers.confirm({ ...self, name: "there" }, position(8));
    await there.verifiers.close();
    const { lapsed, pending } = await effect;
    assert.deepEqual([lapsed, pending], [[], []]);
    assert.equal((await here.verifiers.list()).length, 1);
  });
});

describe("waiting until a position holds everywhere", () => {
  test("without verifiers there is nothing to wait for", async () => {
    const { verifiers } = await open();
    assert.deepEqual(await verifiers.effect(position(8), 60_000), { confirmed: [], lapsed: [], pending: [] });
  });

  test("each verifier has to say that it is there, in the log's epoch", async () => {
    const { verifiers, ask, advance } = await open();
    await ask("api-1", 7);
    await ask("api-2", 7);
    verifiers.confirm({ ...api, name: "api-2" }, { epoch: "another", pos: 99 });
    await verifiers.greet({ ...api, name: "api-3", maxStalenessMs: 5000 });
    const effect = verifiers.effect(position(8), 60_000);
    assert.equal(await isPending(effect), true);
    advance(3);
    await ask("api-1", 8);
    await ask("api-2", 9);
    await delay(60);
    assert.equal(await isPending(effect), true);
    advance(4);
    await ask("api-3", 8);
    assert.deepEqual(await effect, {
      confirmed: [
        { serviceId: "svc-1", name: "api-1", ms: 3 },
        { serviceId: "svc-1", name: "api-2", ms: 3 },
        { serviceId: "svc-1", name: "api-3", ms: 7 },
      ],
      lapsed: [],
      pending: [],
    });
  });

  test("what another issuer hears counts", async () => {
    const here = await open();
    const there = await open(here.store);
    await there.ask("api-1", 7);
    const effect = here.verifiers.effect(position(8), 60_000);
    assert.equal(await isPending(effect), true);
    await there.ask("api-1", 8);
    await there.verifiers.close();
    assert.deepEqual(
      (await effect).confirmed.map(({ name }) => name),
      ["api-1"],
    );
  });

  test("one that falls silent is waited for as long as it trusts what it has, from the question on", async () => {
    const { verifiers, ask, advance } = await open();
    await ask("api-1", 7);
    advance(4000);
    const effect = verifiers.effect(position(8), 60_000);
    advance(4999);
    await ask("api-2", 8);
    assert.equal(await isPending(effect), true);
    advance(1);
    await ask("api-2", 8);
    const { confirmed, lapsed, pending } = await effect;
    assert.deepEqual([confirmed.length, lapsed, pending], [1, [{ serviceId: "svc-1", name: "api-1" }], []]);
  });

  test("one that asks all the time and never gets there is waited for no longer than that either: it gets no lease", async () => {
    const { verifiers, ask, advance } = await open();
    await ask("api-1", 7);
    const effect = verifiers.effect(position(8), 60_000);
    for (let second = 0; second < 5; second++) {
      assert.equal(await isPending(effect), true);
      advance(1000);
      await ask("api-1", 7);
    }
    assert.equal((await effect).lapsed.length, 1);
  });

  test("one that died long ago keeps nobody waiting, and one of a minute ago may only have another clock", async () => {
    const { verifiers, ask, advance } = await open();
    await ask("api-1", 7);
    advance(65_001);
    assert.equal((await verifiers.effect(position(8), 60_000)).lapsed.length, 1);
    await ask("api-2", 7);
    advance(65_000);
    const effect = verifiers.effect(position(8), 60_000);
    assert.equal(await isPending(effect), true);
    advance(5000);
    await ask("api-3", 8);
    assert.equal((await effect).lapsed.length, 2);
  });

  test("one that has left is waited for as long as its last lease may last, and never again, by no issuer", async () => {
    const here = await open();
    const there = await open(here.store, { ...self, name: "there" });
    await here.ask("api-1", 7);
    await there.ask("api-1", 7);
    here.verifiers.leave(api);
    here.advance(4999);
    const effect = here.verifiers.effect(position(8), 60_000);
    await delay(60);
    assert.equal(await isPending(effect), true);
    here.advance(1);
    const nobody = { confirmed: [], lapsed: [], pending: [] };
    assert.deepEqual(await effect, nobody);
    await eventually("it is written", async () => (await there.verifiers.list()).length === 0);
    assert.deepEqual(await there.verifiers.effect(position(8), 60_000), nobody);
  });

  test("one that asks again after it had left is known to every issuer before it is answered", async () => {
    const here = await open();
    const there = await open(here.store, { ...self, name: "there" });
    await here.ask("api-1", 7);
    here.verifiers.leave(api);
    here.advance(5000);
    await eventually("it is written", async () => {
      await here.verifiers.list();
      return (await there.verifiers.list()).length === 0;
    });
    await here.verifiers.forget();
    await here.ask("api-1", 7);
    assert.deepEqual((await there.verifiers.list()).length, 1);
    here.verifiers.leave(api);
    await here.ask("api-1", 7);
    here.advance(5000);
    assert.equal((await here.verifiers.list()).length, 1);
    here.verifiers.leave({ ...api, name: "nobody" });
    assert.equal((await here.verifiers.list()).length, 1);
  });

  test("no longer than the caller wants", async () => {
    const { verifiers, ask, advance } = await open();
    await ask("api-1", 7, { maxStalenessMs: 600_000 });
    const effect = verifiers.effect(position(8), 1000);
    assert.equal(await isPending(effect), true);
    advance(1000);
    await ask("api-1", 7, { maxStalenessMs: 600_000 });
    assert.deepEqual((await effect).pending, [{ serviceId: "svc-1", name: "api-1" }]);
  });
});
