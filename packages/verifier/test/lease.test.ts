import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { setImmediate as turnOfTheLoop } from "node:timers/promises";
import { createRevocationView, type RevocationView } from "@cardea/verifier/judge";
import { createLease, type Lease } from "../src/revocation/lease.ts";
import { type FakeWorld, fakeWorld } from "./support/fakeWorld.ts";

type Head = { readonly epoch: string; readonly head: number };

/** A lease of 5 seconds whose questions the test answers, when it wants; it polls only when it is poked. */
type Rig = {
  readonly world: FakeWorld;
  readonly view: RevocationView;
  readonly lease: Lease;
  /** How many questions were asked. */
  readonly asked: () => number;
  readonly answer: (head: Head | Error) => Promise<void>;
  readonly told: string[];
};

const leases: Lease[] = [];
afterEach(() => {
  for (const lease of leases.splice(0)) lease.close();
});

function openLease(): Rig {
  const world = fakeWorld();
  const view = createRevocationView({ now: world.now });
  view.apply({ epoch: "e", from: 0, to: 3, entries: [] });
  const told: string[] = [];
  const questions: PromiseWithResolvers<Head>[] = [];
  const lease = createLease({
    view,
    world,
    maxStalenessMs: 5000,
    pollMs: 600_000,
    askHead: () => {
      const question = Promise.withResolvers<Head>();
      questions.push(question);
      return question.promise;
    },
    on: {
      granted: () => told.push("granted"),
      behind: ({ epoch, head }) => told.push(`behind ${epoch}:${head}`),
      incomplete: () => told.push("incomplete"),
      fault: (fault) => told.push(`fault ${fault instanceof Error ? fault.message : fault}`),
    },
  });
  leases.push(lease);
  const answer = async (head: Head | Error): Promise<void> => {
    const question = questions.at(-1);
    if (head instanceof Error) question?.reject(head);
    else question?.resolve(head);
    await turnOfTheLoop();
  };
  return { world, view, lease, asked: () => questions.length, answer, told };
}

const reached = { epoch: "e", head: 3 };
const isLive = ({ lease }: Rig): boolean => lease.read().live;

test("nothing is granted before the first answer", () => {
  const { lease } = openLease();
  assert.deepEqual(lease.read(), { live: false, stalenessMs: Number.POSITIVE_INFINITY });
});

test("a grant counts from the moment the question was sent, not from the answer", async () => {
  const { world, lease, answer } = openLease();
  world.pass(2000);
  await answer(reached);
  assert.deepEqual(lease.read(), { live: true, stalenessMs: 2000 });
  world.pass(2999);
  assert.deepEqual(lease.read(), { live: true, stalenessMs: 4999 });
  world.pass(1);
  assert.deepEqual(lease.read(), { live: false, stalenessMs: 5000 });
});

test("an answer that took as long as the lease lasts grants nothing", async () => {
  const rig = openLease();
  rig.world.pass(5000);
  await rig.answer(reached);
  assert.equal(isLive(rig), false);
});

test("a head that the view has not reached grants nothing; once it is reached, it grants from its sending", async () => {
  const rig = openLease();
  const { world, view, lease, told, answer } = rig;
  await answer({ epoch: "e", head: 5 });
  assert.deepEqual([isLive(rig), told], [false, ["behind e:5"]]);
  view.apply({ epoch: "e", from: 3, to: 4, entries: [] });
  lease.settle();
  assert.equal(isLive(rig), false);
  world.pass(1000);
  view.apply({ epoch: "e", from: 4, to: 5, entries: [] });
  lease.settle();
  assert.deepEqual(lease.read(), { live: true, stalenessMs: 1000 });
});

test("a newer head that is not reached does not take away what an older one grants", async () => {
  const rig = openLease();
  const { world, view, lease, answer } = rig;
  await answer({ epoch: "e", head: 4 });
  world.pass(1000);
  lease.poke();
  await answer({ epoch: "e", head: 9 });
  view.apply({ epoch: "e", from: 3, to: 4, entries: [] });
  lease.settle();
  assert.deepEqual(lease.read(), { live: true, stalenessMs: 1000 });
});

test("a head of another epoch grants nothing, even if its number is reached", async () => {
  const rig = openLease();
  await rig.answer({ epoch: "f", head: 1 });
  assert.deepEqual([isLive(rig), rig.told], [false, ["behind f:1"]]);
  rig.lease.settle();
  assert.equal(isLive(rig), false);
});

test("a log that is shorter than the view grants nothing and has the view refilled", async () => {
  const rig = openLease();
  await rig.answer({ epoch: "e", head: 2 });
  assert.deepEqual([isLive(rig), rig.told], [false, ["incomplete"]]);
});

test("a view that moved while the question travelled is not taken for longer than the log", async () => {
  const rig = openLease();
  rig.view.apply({ epoch: "e", from: 3, to: 9, entries: [] });
  await rig.answer({ epoch: "e", head: 4 });
  assert.deepEqual([isLive(rig), rig.told], [true, ["granted"]]);
});

test("an unanswered question leaves the lease as it was, until it runs out", async () => {
  const rig = openLease();
  await rig.answer(reached);
  rig.world.pass(4000);
  rig.lease.poke();
  await rig.answer(new Error("unreachable"));
  assert.deepEqual(rig.told, ["granted", "fault unreachable"]);
  assert.equal(isLive(rig), true);
  rig.world.pass(1000);
  assert.equal(isLive(rig), false);
});

for (const [rule, jumpMs] of [
  ["slept or was set forward", 501],
  ["was set back", -501],
] as const) {
  test(`a machine that ${rule} voids the lease and asks at once`, async () => {
    const rig = openLease();
    await rig.answer(reached);
    rig.world.wall += jumpMs;
    assert.equal(isLive(rig), false);
    assert.equal(rig.asked(), 2);
    rig.world.wall -= jumpMs;
    assert.equal(isLive(rig), false, "what was voided stays void");
    await rig.answer(new Error("unreachable"));
    assert.equal(isLive(rig), false);
    rig.lease.poke();
    await rig.answer(reached);
    assert.equal(isLive(rig), true);
  });

  test(`a question that was on its way while the machine ${rule} grants nothing`, async () => {
    const rig = openLease();
    rig.world.wall += jumpMs;
    await rig.answer(reached);
    assert.deepEqual([isLive(rig), rig.told], [false, []]);
    rig.lease.poke();
    await rig.answer(reached);
    assert.equal(isLive(rig), true);
  });
}

test("a clock that is slewed a little is no jump, and the older of both clocks counts", async () => {
  const rig = openLease();
  await rig.answer(reached);
  rig.world.wall += 400;
  assert.deepEqual(rig.lease.read(), { live: true, stalenessMs: 400 });
  rig.world.wall -= 800;
  assert.deepEqual(rig.lease.read(), { live: true, stalenessMs: 0 });
});

test("a clock that answers NaN grants nothing", async () => {
  const rig = openLease();
  await rig.answer(reached);
  rig.world.wall = Number.NaN;
  assert.equal(isLive(rig), false);
});

test("a clock that went back between two questions has the view refilled, for expired entries live again", async () => {
  const rig = openLease();
  await rig.answer(reached);
  rig.world.wall -= 3_600_000;
  rig.lease.poke();
  assert.deepEqual(rig.told, ["granted", "incomplete"]);
});

test("a clock that went forward needs no refill", async () => {
  const rig = openLease();
  await rig.answer(reached);
  rig.world.wall += 3_600_000;
  rig.lease.poke();
  await rig.answer(reached);
  assert.deepEqual(rig.told, ["granted", "granted"]);
});

test("whoever pokes while a question is on its way gets one more after it, however many they are", async () => {
  const { lease, asked, answer } = openLease();
  for (let each = 0; each < 10; each++) lease.poke();
  assert.equal(asked(), 1);
  await answer(reached);
  assert.equal(asked(), 2);
  await answer(reached);
  assert.equal(asked(), 2);
});

test("after close nothing is asked, and a late answer grants nothing", async () => {
  const rig = openLease();
  rig.lease.close();
  await rig.answer(reached);
  rig.lease.poke();
  assert.deepEqual([isLive(rig), rig.asked(), rig.told], [false, 1, []]);
});
