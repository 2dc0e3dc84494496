import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { createVerifier } from "@cardea/verifier";
import { createRevocationView, type RevocationView } from "@cardea/verifier/judge";
import { endpoints, type RevocationEntry, readSnapshot } from "@cardea/verifier/wire";
import { memory, realWorld } from "cardea";
import { OverloadedError } from "../src/refusal.ts";
import { createSnapshots, type SnapshotReading } from "../src/revoke/snapshots.ts";
import { startIssuer } from "./support/issuer.ts";

const size = 60_000;
const sessions = (from: number, to: number): RevocationEntry[] =>
  Array.from({ length: to - from }, (_, at) => ({
    kind: "session",
    key: `s${from + at}`,
    pos: from + at + 1,
    expiresAt: 1_900_000_000_000,
  }));

/** A view of several parts, and how often it was asked for all that it holds. */
function counted() {
  const view = createRevocationView({ now: () => 0 });
  view.use({ id: "k1", key: [1, 2] });
  view.apply({ epoch: "e1", from: 0, to: size, entries: sessions(0, size) });
  const counts = { snapshots: 0, parts: 0 };
  const prints: RevocationView["prints"] = () => {
    const found = view.prints();
    if (!found) return undefined;
    counts.snapshots += 1;
    return {
      head: found.head,
      parts: function* () {
        for (const part of found.parts()) {
          counts.parts += 1;
          yield part;
        }
        return undefined;
      },
    };
  };
  const snapshots = createSnapshots({
    get epoch() {
      return view.epoch;
    },
    get position() {
      return view.position;
    },
    get keyId() {
      return view.keyId;
    },
    prints,
  });
  const read = (): SnapshotReading => {
    const reading = snapshots.read();
    assert.ok(reading);
    return reading;
  };
  /** News that are at no place of their own: the log moves. */
  const moveOn = (by: number): void => {
    const { position: from } = view;
    view.apply({ epoch: view.epoch ?? "", from, to: from + by, entries: [] });
  };
  return { view, counts, read, moveOn };
}

/** All that is left for a reader. */
function rest({ next, close }: SnapshotReading): Buffer {
  const pieces: Uint8Array[] = [];
  for (let piece = next(); piece; piece = next()) pieces.push(piece);
  close();
  return Buffer.concat(pieces);
}

const positionOf = (bytes: Buffer): number => readSnapshot(bytes).position;

describe("a snapshot that many read", () => {
  test("is written once, whoever comes when and goes on how fast", () => {
    const { counts, read, moveOn } = counted();
    const readers: { readonly reading: SnapshotReading; readonly pieces: Uint8Array[] }[] = [];
    for (let each = 0; each < 50; each++) {
      readers.push({ reading: read(), pieces: [] });
      moveOn(1);
      // Each is at another place.
      for (const { reading, pieces } of readers.slice(0, each % 7)) {
        const piece = reading.next();
        if (piece) pieces.push(piece);
      }
    }
    const all = readers.map(({ reading, pieces }) => Buffer.concat([...pieces, rest(reading)]));
    const [first] = all;
    assert.ok(first);
    assert.equal(readSnapshot(first).entries, size);
    for (const bytes of all) assert.equal(bytes.equals(first), true);
    assert.equal(counts.snapshots, 1);
    const parts = [...readSnapshot(first).parts()].length;
    assert.ok(parts > 1);
    assert.equal(counts.parts, parts);
  });

  test("serves those who come later, until the log has gone on by a thousand positions", () => {
    const { counts, read, moveOn } = counted();
    assert.equal(positionOf(rest(read())), size);
    moveOn(1000);
    assert.equal(positionOf(rest(read())), size);
    moveOn(1);
    assert.equal(positionOf(rest(read())), size + 1001);
    assert.equal(counts.snapshots, 2);
  });

  test("is joined as long as it is being written, and begun anew when its only reader has left it", () => {
    const { counts, read, moveOn } = counted();
    const slow = read();
    slow.next();
    moveOn(5000);
    const other = read();
    assert.equal(positionOf(rest(other)), size);
    slow.close();
    const alone = read();
    alone.next();
    alone.close();
    alone.close();
    assert.equal(positionOf(rest(read())), size + 5000);
    assert.equal(counts.snapshots, 3);
  });

  test("is kept for five seconds after its last reader", (context) => {
    context.mock.timers.enable({ apis: ["setTimeout"] });
    const { counts, read } = counted();
    rest(read());
    context.mock.timers.tick(4000);
    rest(read());
    context.mock.timers.tick(4999);
    const last = read();
    context.mock.timers.tick(10_000);
    rest(last);
    rest(read());
    assert.equal(counts.snapshots, 1);
    context.mock.timers.tick(5000);
    rest(read());
    assert.equal(counts.snapshots, 2);
  });

  test("breaks off for all of its readers when the view goes over to another log", () => {
    const { view, read } = counted();
    const readers = [read(), read()];
    for (const { next } of readers) next();
    view.adopt("e2");
    for (const { next } of [...readers, ...readers]) assert.throws(next, /another log/);
    view.adopt("e1");
    view.apply({ epoch: "e1", from: 0, to: size, entries: [] });
    assert.equal(positionOf(rest(read())), size);
    for (const { close } of readers) close();
  });

  test("is one of three at most: while those are read slowly, who needs another one is told to come back", () => {
    const { read, moveOn } = counted();
    const slow = [0, 1, 2].map(() => {
      const reading = read();
      while (reading.next()) void 0;
      moveOn(1001);
      return reading;
    });
    assert.throws(read, (error) => error instanceof OverloadedError && error.retryAfterSeconds === 5);
    slow[1]?.close();
    assert.equal(positionOf(rest(read())), size + 3003);
  });
});

test("fifty verifiers that start together while the log goes on are live by one snapshot", async () => {
  const store = await memory().open(realWorld);
  await store.revocations.append(sessions(0, 20_000));
  const issuer = await startIssuer({ mode: "hybrid", store: { ...memory(), open: async () => store } });
  const { service, secret } = await issuer.auth.services.create("orders");
  const positions: number[] = [];
  const fetchAndWatch: typeof fetch = async (input, init) => {
    if (!String(input).endsWith(endpoints.snapshot)) return fetch(input, init);
    // To each of them the log is at another position when it asks.
    await issuer.auth.revocations.revoke({ kind: "tenant", key: `t${positions.length}` });
    const response = await fetch(input, init);
    const bytes = Buffer.from(await response.arrayBuffer());
    positions.push(positionOf(bytes));
    return new Response(bytes, response);
  };
  const verifiers = Array.from({ length: 50 }, () =>
    createVerifier({
      issuer: issuer.url,
      audience: "cardea",
      credentials: { id: service.id, secret },
      revocation: { maxStaleness: "30s", whenStale: "deny" },
      readyTimeout: "60s",
      world: { fetch: fetchAndWatch },
    }),
  );
  await Promise.all(verifiers.map(({ ready }) => ready()));
  assert.equal(positions.length, 50);
  // Two or three, should so busy a machine pause between them for longer than a snapshot is kept.
  assert.ok(new Set(positions).size <= 5, `${new Set(positions).size} snapshots`);
  for (const { revocation } of verifiers) assert.ok(revocation.entries >= 20_000);
  await Promise.all(verifiers.map(({ close }) => close()));
  await issuer.close();
});
