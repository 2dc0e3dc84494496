import assert from "node:assert/strict";
import { test } from "node:test";
import { memory, realWorld, type Store } from "cardea";
import type { SecurityEvent } from "../src/event.ts";
import { createReassertion, type Reassertion } from "../src/revoke/reassertion.ts";
import type { LogSlice, NewRevocation } from "../src/store/ports.ts";
import { eventually } from "./support/servers/eventually.ts";

const now = 1_800_000_000_000;
const session = (key: string, expiresAt = now + 1000): NewRevocation => ({ kind: "session", key, expiresAt });

/** What an issuer that was there has seen of an earlier epoch: these entries, at positions from 1. */
const before = (entries: readonly NewRevocation[]) => ({
  epoch: "the-one-before",
  entries: entries.map((entry, index) => ({ ...entry, pos: index + 1 })),
});

type Survivor = {
  readonly reassertion: Reassertion;
  readonly events: readonly SecurityEvent[];
  readonly pull: () => Promise<LogSlice>;
};

/** An issuer over a store whose log has begun anew; it has read that to the head. */
async function survivorOf(
  { revocations }: Store,
  seen: readonly NewRevocation[],
  ways: { readonly sessions?: readonly string[]; readonly keys?: readonly string[]; readonly most?: number } = {},
): Promise<Survivor> {
  const events: SecurityEvent[] = [];
  const onEvent = (event: SecurityEvent): unknown => events.push(event);
  const { most = 100_000 } = ways;
  const reassertion = createReassertion({ store: revocations, world: realWorld, now: () => now, onEvent, most });
  reassertion.joined(before(seen));
  const pull = async (): Promise<LogSlice> => {
    const slice = await revocations.read(0, 10_000);
    reassertion.joined({ epoch: slice.head.epoch, entries: slice.entries });
    reassertion.reached(slice.head);
    return slice;
  };
  reassertion.start({
    endSession: async (id) => ways.sessions?.includes(id) === true && (await revocations.append([session(id)])).pos > 0,
    revokeKey: async (kid) => ways.keys?.includes(kid) === true,
    pull,
  });
  return { reassertion, events, pull };
}

const keysIn = async ({ revocations }: Store): Promise<readonly string[]> =>
  (await revocations.read(0, 10_000)).entries.map(({ kind, key, issuedBefore }) =>
    [kind, key, issuedBefore].filter((part) => part !== undefined && part !== "").join(":"),
  );

const isTold = ({ events }: Survivor): boolean =>
  events.some((event) => event.type === "fault" && /told again/.test(String(event.error)));

test("what the new epoch lacks and is not over is told again, in its order, and nothing twice", async () => {
  const store = await memory().open(realWorld);
  const seen = [
    session("a"),
    session("over", now),
    session("b"),
    { kind: "all", key: "", expiresAt: now + 9 },
  ] as const;
  const survivor = await survivorOf(store, seen);
  await survivor.pull();
  await eventually("it is told", () => isTold(survivor));
  assert.deepEqual(await keysIn(store), ["session:a", "session:b", "all"]);
  for (let look = 0; look < 3; look++) await survivor.pull();
  await survivor.reassertion.close();
  assert.deepEqual(await keysIn(store), ["session:a", "session:b", "all"]);
});

test("an entry is lacking, too, where the log holds only an earlier one for the same name, or one for another instant", async () => {
  const store = await memory().open(realWorld);
  await store.revocations.append([session("early"), session("same"), { ...session("instant"), issuedBefore: 5 }]);
  const seen = [
    session("x", now),
    session("same"),
    { ...session("instant"), issuedBefore: 5 },
    { ...session("instant"), issuedBefore: 9 },
    session("early"),
  ];
  const survivor = await survivorOf(store, seen);
  await survivor.pull();
  await eventually("it is told", () => isTold(survivor));
  assert.deepEqual((await keysIn(store)).slice(3), ["session:instant:9", "session:early"]);
});

test("what was appended between the loss and the new epoch is told again, as its position was another's before", async () => {
  const store = await memory().open(realWorld);
  // The log kept "a" alone; then "late" was appended where "b" had been; then somebody noticed.
  await store.revocations.append([session("a"), session("late")]);
  await store.revocations.renew({ ...(await store.revocations.read(0, 1)).head, pos: 4 });
  const survivor = await survivorOf(store, [session("a"), session("b"), session("c"), session("d")]);
  await survivor.pull();
  await eventually("it is told", () => isTold(survivor));
  assert.deepEqual(
    (await keysIn(store)).toSorted(),
    ["a", "b", "c", "d", "late", "late"].map((key) => `session:${key}`),
  );
  await survivor.pull();
  await survivor.reassertion.close();
  assert.equal((await keysIn(store)).length, 6);
});

test("of several survivors all that is lacking comes back, and each finds it there", async () => {
  const store = await memory().open(realWorld);
  const seen = Array.from({ length: 2500 }, (_, index) => session(`s${index}`));
  const survivors = await Promise.all([0, 1, 2].map(() => survivorOf(store, seen)));
  await Promise.all(survivors.map(({ pull }) => pull()));
  await eventually("all of it is there", async () => new Set(await keysIn(store)).size === seen.length);
  for (const survivor of survivors) await survivor.pull();
  await Promise.all(survivors.map(({ reassertion }) => reassertion.close()));
  const { length } = await keysIn(store);
  for (const survivor of survivors) {
    await survivor.pull();
    await survivor.reassertion.close();
  }
  assert.equal((await keysIn(store)).length, length);
});

test("a session and a key that came back are ended again by themselves, and are not appended a second time", async () => {
  const store = await memory().open(realWorld);
  await store.revocations.renew({ ...(await store.revocations.read(0, 1)).head, pos: 3 });
  const key = { kind: "key", key: "k1", expiresAt: now + 1000 } as const;
  const survivor = await survivorOf(store, [session("gone"), session("live"), key], {
    sessions: ["live"],
    keys: ["k1"],
  });
  await survivor.pull();
  await eventually("it is told", () => isTold(survivor));
  // What has ended comes first; the rest is appended together.
  assert.deepEqual(await keysIn(store), ["session:live", "session:gone"]);
});

test("a log that cannot be written is told as soon as it can", async () => {
  const store = await memory().open(realWorld);
  let fails = true;
  const append: typeof store.revocations.append = async (all) => {
    if (fails) throw new Error("the disk is full");
    return store.revocations.append(all);
  };
  const survivor = await survivorOf({ ...store, revocations: { ...store.revocations, append } }, [session("a")]);
  await survivor.pull();
  await eventually("the failure is told", () => survivor.events.length > 0);
  fails = false;
  await eventually("it is told again", async () => {
    await survivor.pull();
    return isTold(survivor);
  });
  assert.deepEqual(await keysIn(store), ["session:a"]);
});

test("no more are remembered than are wanted, and those are the latest", async () => {
  const store = await memory().open(realWorld);
  const seen = Array.from({ length: 9 }, (_, index) => session(`s${index}`));
  const survivor = await survivorOf(store, seen, { most: 4 });
  await survivor.pull();
  await eventually("it is told", () => isTold(survivor));
  assert.deepEqual(await keysIn(store), ["session:s5", "session:s6", "session:s7", "session:s8"]);
});

test("a log that goes on in its epoch is told nothing", async () => {
  const store = await memory().open(realWorld);
  const { epoch } = await store.revocations.append([session("a")]);
  const survivor = await survivorOf(store, []);
  survivor.reassertion.joined({ epoch, entries: [{ ...session("b"), pos: 2 }] });
  survivor.reassertion.joined({ epoch, entries: [{ ...session("c"), pos: 3 }] });
  await survivor.pull();
  await survivor.reassertion.close();
  assert.deepEqual(await keysIn(store), ["session:a"]);
});
