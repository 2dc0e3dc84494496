import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { realWorld } from "cardea";
import { openBell } from "../src/store/postgres/bell.ts";

/** A bell and how often it was rung aloud. `send` says what becomes of each time. */
function bellBy(send: (times: number) => Promise<unknown>): { readonly ring: () => void; readonly rung: () => number } {
  let rung = 0;
  const bell = openBell({ config: {}, send: () => send(++rung), world: realWorld, onEvent: () => undefined });
  return { ring: bell.ring, rung: () => rung };
}

async function until(holds: () => boolean): Promise<void> {
  for (let tries = 0; tries < 1000 && !holds(); tries++) await delay(5);
  assert.ok(holds());
}

test("a bell that could not be rung is rung again by the next who wants to, also if that was meanwhile", async () => {
  const { ring, rung } = bellBy((times) => (times % 2 === 1 ? Promise.reject(new Error("gone")) : Promise.resolve()));
  ring();
  ring();
  await until(() => rung() === 2);
  await delay(20);
  ring();
  await until(() => rung() === 3);
  await delay(20);
  ring();
  await until(() => rung() === 4);
});

test("however many want to ring meanwhile, the bell rings once more afterwards", async () => {
  let go: () => void = () => undefined;
  const { ring, rung } = bellBy(() => new Promise<void>((resolve) => (go = resolve)));
  for (let times = 0; times < 100; times++) ring();
  assert.equal(rung(), 1);
  await delay(20);
  assert.equal(rung(), 1, "the first is still on its way");
  go();
  await until(() => rung() === 2);
  go();
  await delay(30);
  assert.equal(rung(), 2);
});
