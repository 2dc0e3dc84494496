import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import type { TextStorage } from "@cardea/client";
import { lockHere } from "../src/lock.ts";
import { eventually } from "./support/eventually.ts";

describe("a lease in localStorage", () => {
  /** All that shares it sees it at once, as tabs of one process do. */
  const sharedStorage = (): TextStorage & { readonly texts: Map<string, string> } => {
    const texts = new Map<string, string>();
    return {
      texts,
      getItem: (key) => texts.get(key) ?? null,
      setItem: (key, value) => void texts.set(key, value),
      removeItem: (key) => void texts.delete(key),
    };
  };
  let drawn = 0;
  const lease = (storage: TextStorage, clock = { now: 0 }) =>
    lockHere({
      locks: undefined,
      storage: () => storage,
      now: () => clock.now,
      draw: () => `tab${drawn++}`,
      later: (work, ms) => {
        const timer = setTimeout(() => {
          clock.now += ms;
          work();
        }, 0);
        return () => clearTimeout(timer);
      },
    });
  const forEver = new AbortController().signal;

  test("one tab has it at a time, and each gets it", async () => {
    const storage = sharedStorage();
    let holders = 0;
    let most = 0;
    const work = async (): Promise<void> => {
      holders += 1;
      most = Math.max(most, holders);
      await turn();
      holders -= 1;
    };
    const clock = { now: 0 };
    await Promise.all(Array.from({ length: 8 }, () => lease(storage, clock)("a", forEver, work)));
    assert.deepEqual([most, holders, storage.texts.size], [1, 0, 0]);
  });

  test("of a tab that has died is over after a while", async () => {
    const storage = sharedStorage();
    storage.setItem("a.lease", "dead 15000");
    const clock = { now: 0 };
    assert.equal(await lease(storage, clock)("a", forEver, async () => "done"), "done");
    assert.ok(clock.now >= 15_000);
  });

  test("stops nobody whose patience is over, who then leaves the other's lease alone", async () => {
    const storage = sharedStorage();
    storage.setItem("a.lease", "other 999999999");
    assert.equal(await lease(storage)("a", AbortSignal.abort(), async () => "done"), "done");
    assert.equal(storage.getItem("a.lease"), "other 999999999");
  });

  test("is given back when the work fails", async () => {
    const storage = sharedStorage();
    const lock = lease(storage);
    await assert.rejects(
      lock("a", forEver, async () => Promise.reject(new Error("a fault"))),
      /a fault/,
    );
    assert.equal(storage.texts.size, 0);
    assert.equal(await lock("a", forEver, async () => "next"), "next");
  });

  test("leaves the work's result alone when the storage closes meanwhile", async () => {
    const storage = sharedStorage();
    let isClosed = false;
    const getItem: TextStorage["getItem"] = (key) => {
      if (isClosed) throw new Error("closed");
      return storage.getItem(key);
    };
    const work = async (): Promise<string> => {
      isClosed = true;
      return "done";
    };
    assert.equal(await lease({ ...storage, getItem })("a", forEver, work), "done");
  });

  test("is not needed where the storage takes nothing", async () => {
    const storage: TextStorage = {
      ...sharedStorage(),
      setItem: () => {
        throw new Error("full");
      },
    };
    assert.equal(await lease(storage)("a", forEver, async () => "done"), "done");
  });
});

test("Web Locks: who waits too long goes ahead, once", async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const name = `held for ever ${process.pid}`;
  const held = navigator.locks.request(name, () => promise);
  const lock = lockHere({
    locks: navigator.locks,
    storage: () => undefined,
    later: () => () => undefined,
    now: () => 0,
    draw: () => "",
  });
  const patience = new AbortController();
  let times = 0;
  const done = lock(name, patience.signal, async () => {
    times += 1;
    return "done";
  });
  patience.abort();
  assert.equal(await done, "done");
  resolve();
  await held;
  await eventually("it was done", () => times === 1);
});
