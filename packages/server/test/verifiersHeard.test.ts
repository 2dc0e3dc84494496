import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { setImmediate as nextTurn } from "node:timers/promises";
import { memory, realWorld, type SecurityEvent, type Store } from "cardea";
import { createVerifiers, type Said, type Verifiers } from "../src/revoke/verifiers.ts";

const instant = 1_800_000_000_000;

const said = (more: Partial<Said> = {}): Said => ({
  serviceId: "svc-1",
  name: "api-1",
  epoch: "epoch",
  applied: 7,
  maxStalenessMs: 5000,
  ...more,
});

type Bench = {
  readonly verifiers: Verifiers;
  readonly store: Store;
  readonly events: readonly SecurityEvent[];
  readonly advance: (ms: number) => void;
};

/** An issuer whose time the test owns. Several on one store stand for several processes. */
async function open(given?: Store): Promise<Bench> {
  let now = 0;
  const store = given ?? (await memory().open(realWorld));
  const events: SecurityEvent[] = [];
  const world = { now: () => instant + now, monotonic: () => now };
  const verifiers = createVerifiers({ store: store.verifiers, world, onEvent: (event) => events.push(event) });
  const advance = (ms: number): void => {
    now += ms;
  };
  return { verifiers, store, events, advance };
}

const position = (pos: number) => ({ epoch: "epoch", pos });

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
    await verifiers.heard(said());
    assert.deepEqual(await store.verifiers.list(0), [{ ...said(), heardAt: instant }]);
  });

  test("so is one that trusts its view for longer than before", async () => {
    const { verifiers, store } = await open();
    await verifiers.heard(said());
    await verifiers.heard(said({ maxStalenessMs: 9000 }));
    assert.equal((await store.verifiers.list(0))[0]?.maxStalenessMs, 9000);
  });

  test("one that cannot be written down gets no answer, hence no lease", async () => {
    const { store } = await open();
    const note = (): Promise<void> => Promise.reject(new Error("the store is gone"));
    const { verifiers } = await open({ ...store, verifiers: { ...store.verifiers, note } });
    await assert.rejects(verifiers.heard(said()), /the store is gone/);
  });

  test("what they say again is written once a second, and progress soon", async () => {
    const { store } = await open();
    let written = 0;
    const note: Store["verifiers"]["note"] = (notes) => {
      written += 1;
      return store.verifiers.note(notes);
    };
    const { verifiers, advance } = await open({ ...store, verifiers: { ...store.verifiers, note } });
    for (let time = 0; time < 9; time++) {
      await verifiers.heard(said());
      advance(100);
    }
    await verifiers.close();
    assert.equal(written, 1);
    await verifiers.heard(said({ applied: 8 }));
    await verifiers.close();
    assert.equal(written, 2);
    assert.equal((await store.verifiers.list(0))[0]?.applied, 8);
    advance(1000);
    await verifiers.heard(said({ applied: 8 }));
    await verifiers.close();
    assert.equal(written, 3);
  });

  test("are listed for an hour", async () => {
    const { verifiers, advance, store } = await open();
    await verifiers.heard(said());
    advance(3_600_000);
    assert.equal((await verifiers.list()).length, 1);
    advance(1);
    assert.deepEqual(await verifiers.list(), []);
    await verifiers.forget();
    assert.deepEqual(await store.verifiers.list(0), []);
  });
});

describe("waiting until a position holds everywhere", () => {
  test("without verifiers there is nothing to wait for", async () => {
    const { verifiers } = await open();
    assert.deepEqual(await verifiers.effect(position(8), 60_000), { confirmed: [], lapsed: [], pending: [] });
  });

  test("each verifier has to say that it is there, in the log's epoch", async () => {
    const { verifiers, advance } = await open();
    await verifiers.heard(said());
    await verifiers.heard(said({ name: "api-2", epoch: "another", applied: 99 }));
    await verifiers.heard(said({ name: "api-3", epoch: undefined, applied: 0 }));
    const effect = verifiers.effect(position(8), 60_000);
    assert.equal(await isPending(effect), true);
    advance(3);
    await verifiers.heard(said({ applied: 8 }));
    await verifiers.heard(said({ name: "api-2", applied: 9 }));
    assert.equal(await isPending(effect), true);
    advance(4);
    await verifiers.heard(said({ name: "api-3", applied: 8 }));
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
    await there.verifiers.heard(said());
    const effect = here.verifiers.effect(position(8), 60_000);
    assert.equal(await isPending(effect), true);
    await there.verifiers.heard(said({ applied: 8 }));
    await there.verifiers.close();
    assert.deepEqual(
      (await effect).confirmed.map(({ name }) => name),
      ["api-1"],
    );
  });

  test("one that falls silent is waited for as long as it trusts what it has, from the question on", async () => {
    const { verifiers, advance } = await open();
    await verifiers.heard(said());
    advance(4000);
    const effect = verifiers.effect(position(8), 60_000);
    advance(4999);
    await verifiers.heard(said({ name: "api-2", applied: 8 }));
    assert.equal(await isPending(effect), true);
    advance(1);
    await verifiers.heard(said({ name: "api-2", applied: 8 }));
    const { confirmed, lapsed, pending } = await effect;
    assert.deepEqual([confirmed.length, lapsed, pending], [1, [{ serviceId: "svc-1", name: "api-1" }], []]);
  });

  test("one that asks all the time and never gets there is waited for no longer than that either: it gets no lease", async () => {
    const { verifiers, advance } = await open();
    await verifiers.heard(said());
    const effect = verifiers.effect(position(8), 60_000);
    for (let second = 0; second < 5; second++) {
      assert.equal(await isPending(effect), true);
      advance(1000);
      await verifiers.heard(said());
    }
    assert.equal((await effect).lapsed.length, 1);
  });

  test("one that died long ago keeps nobody waiting, and one of a minute ago may only have another clock", async () => {
    const { verifiers, advance } = await open();
    await verifiers.heard(said());
    advance(65_001);
    assert.equal((await verifiers.effect(position(8), 60_000)).lapsed.length, 1);
    await verifiers.heard(said({ name: "api-2" }));
    advance(65_000);
    const effect = verifiers.effect(position(8), 60_000);
    assert.equal(await isPending(effect), true);
    advance(5000);
    await verifiers.heard(said({ name: "api-3", applied: 8 }));
    assert.equal((await effect).lapsed.length, 2);
  });

  test("no longer than the caller wants", async () => {
    const { verifiers, advance } = await open();
    await verifiers.heard(said({ maxStalenessMs: 600_000 }));
    const effect = verifiers.effect(position(8), 1000);
    assert.equal(await isPending(effect), true);
    advance(1000);
    await verifiers.heard(said({ maxStalenessMs: 600_000 }));
    assert.deepEqual((await effect).pending, [{ serviceId: "svc-1", name: "api-1" }]);
  });
});
