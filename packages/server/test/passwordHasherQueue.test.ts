import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { realWorld } from "cardea";
import { defaultHashCost } from "../src/people/passwordHasher/hashCost.ts";
import { createLanes } from "../src/people/passwordHasher/lanes.ts";
import { createPace } from "../src/people/passwordHasher/pace.ts";
import { createPasswordHasher } from "../src/people/passwordHasher/passwordHasher.ts";
import { OverloadedError } from "../src/refusal.ts";
import { typed } from "./support/hasher.ts";

const phrase = typed("a phrase of several words");

/** A clock that stands still, so that the pace stays what is assumed. */
const still = { ...realWorld, monotonic: () => 0 };

const statuses = (outcomes: readonly PromiseSettledResult<unknown>[]): readonly string[] =>
  outcomes.map(({ status }) => status);

describe("the queue of the password hasher", () => {
  test("ASVS-15.2.2, ASVS-2.4.1: tells callers to come back before any work once it is full, and serves those in it", async () => {
    const hasher = createPasswordHasher({ world: realWorld, workers: 1, maxQueue: 2 });
    const done = await Promise.allSettled(Array.from({ length: 8 }, () => hasher.hash(phrase)));
    assert.deepEqual(statuses(done), [...Array(3).fill("fulfilled"), ...Array(5).fill("rejected")]);
    for (const outcome of done) {
      if (outcome.status === "fulfilled") continue;
      assert.ok(outcome.reason instanceof OverloadedError);
      assert.equal(outcome.reason.retryAfterSeconds, 2);
    }
    assert.equal((await hasher.verify(phrase, await hasher.hash(phrase))).matches, true);
    await hasher.close();
  });

  test("ASVS-15.2.2: holds as many as are served within the longest wait, by the pace of the machine", async () => {
    for (const { workers, maxWaitMs, bound } of [
      { workers: 1, maxWaitMs: 150, bound: 10 },
      { workers: 2, maxWaitMs: 150, bound: 20 },
      { workers: 3, maxWaitMs: 1, bound: 3 },
    ]) {
      const hasher = createPasswordHasher({ world: still, workers, maxWaitMs });
      const tried = Array.from({ length: 60 }, () => hasher.verify(phrase, undefined));
      const done = await Promise.allSettled(tried);
      assert.equal(statuses(done).filter((status) => status === "fulfilled").length, workers + bound);
      await hasher.close();
    }
  });

  test("ASVS-15.2.2, ASVS-15.4.4: a flood of sign-ins neither fills the lane for step-up nor holds it up", async () => {
    const hasher = createPasswordHasher({ world: still, workers: 1, maxQueue: 40 });
    const order: string[] = [];
    const flood = Array.from({ length: 60 }, () => hasher.verify(phrase, undefined).then(() => order.push("sign-in")));
    const settled = Promise.allSettled(flood);
    const stepUps = Array.from({ length: 5 }, () =>
      hasher.hash(phrase, { lane: "step-up" }).then(() => order.push("step-up")),
    );
    await Promise.all(stepUps);
    // The one that is done and the one after it are with the thread already.
    assert.deepEqual(
      order,
      ["sign-in", "sign-in", ...Array.from({ length: 5 }, () => ["step-up", "sign-in"]).flat()].slice(0, order.length),
    );
    assert.equal(statuses(await settled).filter((status) => status === "rejected").length, 19);
    await hasher.close();
  });

  test("ASVS-15.2.2: the lane for step-up is bounded too, and its flood does not keep others from signing in", async () => {
    const hasher = createPasswordHasher({ world: still, workers: 1, maxQueue: 40 });
    const order: string[] = [];
    const flood = Array.from({ length: 30 }, () =>
      hasher.hash(phrase, { lane: "step-up" }).then(() => order.push("step-up")),
    );
    const settled = Promise.allSettled(flood);
    await hasher.verify(phrase, undefined).then(() => order.push("sign-in"));
    assert.ok(order.indexOf("sign-in") <= 2, order.join(" "));
    assert.equal(statuses(await settled).filter((status) => status === "fulfilled").length, 11);
    await hasher.close();
  });

  test("serves two lanes by turns, each in the order of arrival", () => {
    const lanes = createLanes<string>();
    assert.equal(lanes.next(), undefined);
    for (const item of ["a", "b", "c", "d"]) lanes.add("sign-in", item);
    for (const item of ["1", "2"]) lanes.add("step-up", item);
    assert.deepEqual([lanes.waiting("sign-in"), lanes.waiting("step-up")], [4, 2]);
    const first = [lanes.next(), lanes.next(), lanes.next(), lanes.next()];
    assert.deepEqual(first, ["1", "a", "2", "b"]);
    assert.deepEqual([lanes.next(), lanes.next(), lanes.next()], ["c", "d", undefined]);
    lanes.add("sign-in", "e");
    lanes.add("step-up", "3");
    assert.deepEqual(lanes.clear(), ["3", "e"]);
    assert.equal(lanes.next(), undefined);
  });

  test("knows the pace: assumed by the cost at first, then as measured, without the start of a thread", () => {
    let now = 0;
    const pace = createPace({ monotonic: () => now }, defaultHashCost);
    const job = (worker: object, ms: number): void => {
      pace.begins(worker);
      now += ms;
      pace.ends(worker);
    };
    assert.equal(pace.hashMs(), 15);
    assert.equal(createPace({ monotonic: () => 0 }, { ...defaultHashCost, passes: 4 }).hashMs(), 30);
    const [one, other] = [{}, {}];
    job(one, 500);
    job(other, 500);
    assert.equal(pace.hashMs(), 15);
    for (let run = 0; run < 100; run += 1) job(one, 60);
    assert.ok(Math.abs(pace.hashMs() - 60) < 1, String(pace.hashMs()));
    for (let run = 0; run < 200; run += 1) job(one, 0);
    assert.equal(pace.hashMs(), 1);
  });
});
