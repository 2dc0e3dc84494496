import assert from "node:assert/strict";
import { test } from "node:test";
import type { SecurityEvent } from "../src/event.ts";
import { type Circuit, openCircuit } from "../src/store/redis/circuit.ts";
import type { Client } from "../src/store/redis/client.ts";
import { realWorld } from "../src/world.ts";

/** A connection whose answers the test gives, one command after another. */
type Sent = {
  readonly words: string;
  readonly answer: (value: unknown) => void;
  readonly fail: (error: Error) => void;
};

/** A circuit over connections that the test plays. */
async function playedCircuit(deadlineMs = 60_000): Promise<{
  readonly circuit: Circuit;
  /** The next command that is sent. */
  readonly next: () => Promise<Sent>;
  /** How many were sent and not yet looked at. */
  readonly unseen: () => number;
  readonly events: readonly SecurityEvent[];
  readonly connections: () => number;
  readonly destroyed: () => number;
  readonly clock: { ms: number };
  /** Connections wait for this. */
  readonly line: { isFree: Promise<void> };
}> {
  const sent: Sent[] = [];
  let arrived = Promise.withResolvers<void>();
  let connections = 0;
  let destroyed = 0;
  const clock = { ms: 0 };
  const events: SecurityEvent[] = [];
  const onEvent = (event: SecurityEvent): unknown => events.push(event);
  const line = { isFree: Promise.resolve() };
  const connect = async (): Promise<Client> => {
    connections += 1;
    await line.isFree;
    const waiting = new Set<Sent>();
    return {
      send: (_, args) =>
        new Promise((resolve, reject) => {
          const command = { words: args.join(" "), answer: resolve, fail: reject };
          waiting.add(command);
          sent.push(command);
          arrived.resolve();
        }),
      destroy: () => {
        destroyed += 1;
        for (const { fail } of waiting) fail(new Error("the connection has ended"));
      },
    };
  };
  const next = async (): Promise<Sent> => {
    for (;;) {
      const first = sent.shift();
      if (first) return first;
      arrived = Promise.withResolvers();
      await arrived.promise;
    }
  };
  const world = { ...realWorld, monotonic: () => clock.ms };
  const circuit = await openCircuit({ connect, deadlineMs, maxAgeMs: 60_000, world, onEvent });
  return {
    circuit,
    next,
    unseen: () => sent.length,
    events,
    connections: () => connections,
    destroyed: () => destroyed,
    clock,
    line,
  };
}

/** Asks until there is an answer. */
async function untilItAnswers({ circuit, next }: Awaited<ReturnType<typeof playedCircuit>>): Promise<void> {
  for (;;) {
    const asked = circuit.ask("probe", ["GET", "probe"]);
    const outcome = await Promise.race([asked, next()]);
    if (typeof outcome === "object" && outcome !== null && "answer" in outcome) {
      const command = outcome as Sent;
      command.answer(1);
      if (command.words === "GET probe") return;
    } else await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

test("a key that is owed anew while it is being deleted is deleted once more", async () => {
  const played = await playedCircuit();
  played.circuit.owe("a");
  const first = await played.next();
  assert.equal(first.words, "DEL a");
  played.circuit.owe("a");
  first.answer(1);
  const second = await played.next();
  assert.equal(second.words, "DEL a");
  second.answer(1);
  await untilItAnswers(played);
  played.circuit.end();
});

test("nothing is asked until everything owed is paid, and what fails on the way stays owed", async () => {
  const played = await playedCircuit();
  for (const key of ["a", "b"]) played.circuit.owe(key);
  const [first, second] = [await played.next(), await played.next()];
  first.answer(1);
  second.fail(new Error("LOADING Redis is loading the dataset in memory"));
  const again = [await played.next(), await played.next()];
  assert.deepEqual(again.map(({ words }) => words).toSorted(), ["DEL a", "DEL b"]);
  const early = played.circuit.ask("a", ["GET", "a"]);
  assert.equal(played.unseen(), 0);
  assert.equal(await early, undefined);
  for (const { answer } of again) answer(1);
  await untilItAnswers(played);
  played.circuit.end();
});

test("a command that fails makes a new connection, on which its key must answer first", async () => {
  const played = await playedCircuit();
  const [slow, failing] = [played.circuit.ask("a", ["GET", "a"]), played.circuit.ask("b", ["GET", "b"])];
  await played.next();
  (await played.next()).fail(new Error("READONLY You can't write against a read only replica."));
  // What still waits is told at once, not at its deadline.
  assert.deepEqual([await slow, await failing], [undefined, undefined]);
  const probe = await played.next();
  assert.equal(probe.words, "EXISTS b");
  assert.deepEqual([played.connections(), played.destroyed()], [2, 1]);
  probe.answer(0);
  await untilItAnswers(played);
  played.circuit.end();
});

test("a command that Redis alone refuses leaves the circuit as it is", async () => {
  const played = await playedCircuit();
  for (const refusal of ["OOM command not allowed when used memory > 'maxmemory'.", "NOPERM no permissions"]) {
    const asked = played.circuit.ask("a", ["EVAL"]);
    (await played.next()).fail(new Error(refusal));
    assert.equal(await asked, undefined);
  }
  assert.equal(played.connections(), 1);
  await untilItAnswers(played);
  played.circuit.end();
});

test("more than can be remembered is waited out: as long as rows live", async () => {
  const played = await playedCircuit();
  for (let key = 0; key <= 10_000; key++) played.circuit.owe(String(key));
  played.clock.ms += 59_999;
  await new Promise((resolve) => setTimeout(resolve, 300));
  assert.equal(await played.circuit.ask("a", ["GET", "a"]), undefined);
  played.clock.ms += 1;
  await untilItAnswers(played);
  played.circuit.end();
});

test("an answer that came in while the process was busy is in time", async () => {
  const played = await playedCircuit(5);
  const asked = played.circuit.ask("a", ["GET", "a"]);
  const { answer } = await played.next();
  // From here on the event loop looks at its timers first, and reads sockets after.
  await new Promise(setImmediate);
  setImmediate(() => answer("found"));
  for (const until = performance.now() + 20; performance.now() < until; );
  assert.equal(await asked, "found");
  played.circuit.end();
});

test("a connection that comes after the end is closed at once", async () => {
  const played = await playedCircuit();
  const free = Promise.withResolvers<void>();
  played.line.isFree = free.promise;
  const asked = played.circuit.ask("a", ["GET", "a"]);
  (await played.next()).fail(new Error("the connection has ended"));
  await asked;
  while (played.connections() < 2) await new Promise((resolve) => setTimeout(resolve, 5));
  played.circuit.end();
  free.resolve();
  await new Promise(setImmediate);
  assert.equal(await played.circuit.ask("a", ["GET", "a"]), undefined);
  assert.equal(played.destroyed(), 2);
});

test("what goes on and on is told every ten seconds, by the word that names it", async () => {
  const played = await playedCircuit();
  const refusal = new Error("OOM command not allowed: EVAL at_secret");
  const refuse = async (): Promise<void> => {
    const asked = played.circuit.ask("a", ["EVAL"]);
    (await played.next()).fail(refusal);
    await asked;
  };
  for (let time = 0; time < 5; time++) await refuse();
  played.clock.ms += 9999;
  await refuse();
  assert.equal(played.events.length, 1);
  played.clock.ms += 1;
  await refuse();
  const told = played.events.map((event) => event.type === "fault" && String(event.error));
  assert.deepEqual(told, Array(2).fill("Error: Redis does not do its work (OOM); the store does it meanwhile."));
  played.circuit.end();
});
