import assert from "node:assert/strict";
import { test } from "node:test";
import { realWorld, type Store, type StoreFactory } from "cardea";
import type { KeyRing } from "../../src/keys/keyRing.ts";
import { openRing, ownedWorld, type RingGiven } from "./keyRings.ts";

const hour = 3_600_000;
const day = 24 * hour;

/** Races of issuers over one store's keys: ten issuers, each with a connection of its own where the store has such. */
export function keyRaceConformance(name: string, newFactory: () => Promise<StoreFactory>): void {
  const race = (
    rule: string,
    run: (open: (given?: Partial<RingGiven>) => Promise<KeyRing>, store: Store) => Promise<void>,
  ) =>
    test(`${rule} (${name})`, async () => {
      const factory = await newFactory();
      const stores = await Promise.all(Array.from({ length: 10 }, () => factory.open(realWorld)));
      const rings: KeyRing[] = [];
      let opened = 0;
      const [first] = stores;
      assert.ok(first);
      try {
        await run(async (given) => {
          const ring = await openRing({ store: stores[opened++ % stores.length] ?? first, ...given });
          rings.push(ring);
          return ring;
        }, first);
      } finally {
        await Promise.all(rings.map((ring) => ring.close()));
        await Promise.all([...new Set(stores)].map((store) => store.close()));
      }
    });
  const accessKids = async (store: Store): Promise<readonly string[]> =>
    (await store.keys.list()).filter(({ purpose }) => purpose === "access").map(({ kid }) => kid);
  const ten = <T>(make: () => Promise<T>): Promise<readonly T[]> => Promise.all(Array.from({ length: 10 }, make));
  const only = (kids: readonly string[]): string => {
    assert.equal(new Set(kids).size, 1, kids.join(", "));
    return kids[0] ?? "";
  };

  race("ten issuers that start at once sign with one key", async (open, store) => {
    const rings = await ten(open);
    const kid = only(rings.map((ring) => ring.signing().kid));
    assert.deepEqual(await accessKids(store), [kid]);
    assert.deepEqual(
      rings.map((ring) => ring.refreshSecrets().length),
      Array(10).fill(1),
    );
  });

  race(
    "A-11: a hundred rotations at once by ten issuers make one key; the old one signs on until it is known, and verifies after",
    async (open, store) => {
      const { world, advance } = ownedWorld();
      const rings = await ten(() => open({ world }));
      const old = only(rings.map((ring) => ring.signing().kid));
      const rotations = await Promise.all(Array.from({ length: 100 }, (_, at) => rings[at % 10]?.rotate()));
      const next = only(rotations.map((rotation) => rotation?.kid ?? ""));
      assert.equal(rotations.filter((rotation) => rotation?.made).length, 1);
      assert.deepEqual((await accessKids(store)).toSorted(), [old, next].toSorted());
      await Promise.all(rings.map((ring) => ring.turn()));
      for (const ring of rings) {
        assert.equal(ring.signing().kid, old);
        assert.deepEqual(
          ring
            .jwks()
            .keys.map(({ kid }) => kid)
            .toSorted(),
          [old, next].toSorted(),
        );
      }
      advance(hour);
      for (const ring of rings) {
        assert.equal(ring.signing().kid, next);
        assert.equal(ring.verifying.find(old, "ES256").length, 1);
      }
    },
  );

  race("when a rotation is due, ten issuers that turn ten times each make one key", async (open, store) => {
    const { world, advance } = ownedWorld();
    const rings = await ten(() => open({ world }));
    advance(30 * day - hour);
    await Promise.all(Array.from({ length: 100 }, (_, at) => rings[at % 10]?.turn()));
    assert.equal((await accessKids(store)).length, 2);
    assert.equal((await store.keys.list()).length, 4, "and one refresh secret");
    advance(hour);
    only(rings.map((ring) => ring.signing().kid));
  });

  race("twenty who revoke one key at once make one successor and one entry of the log", async (open, store) => {
    const rings = await ten(open);
    const old = only(rings.map((ring) => ring.signing().kid));
    const outcomes = await Promise.all(Array.from({ length: 20 }, (_, at) => rings[at % 10]?.revoke(old)));
    assert.deepEqual(new Set(outcomes), new Set(["revoked"]));
    await Promise.all(rings.map((ring) => ring.turn()));
    const kid = only(rings.map((ring) => ring.signing().kid));
    assert.notEqual(kid, old);
    assert.equal((await accessKids(store)).length, 2);
    const { entries } = await store.revocations.read(0, 10);
    assert.deepEqual(
      entries.map((entry) => [entry.kind, entry.key]),
      [["key", old]],
    );
    for (const ring of rings) assert.deepEqual(ring.verifying.find(old, "ES256"), []);
  });
}
