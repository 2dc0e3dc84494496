import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { memory, realWorld, type SecurityEvent, type Store } from "cardea";
import { believer, day, hour, openRing, ownedWorld, tokenBy, withRings } from "./support/keyRings.ts";

const newStore = (): Promise<Store> => memory().open(realWorld);

describe("a key ring", () => {
  test("has the same keys when it is opened again", () =>
    withRings(async (open) => {
      const [first, second] = [await open(), await open()];
      assert.deepEqual(second.jwks(), first.jwks());
      assert.deepEqual(second.inventory(), first.inventory());
      assert.deepEqual(second.refreshSecrets(), first.refreshSecrets());
      assert.deepEqual(
        first.refreshSecrets().map(({ length }) => length),
        [32],
      );
    }));

  test("signs with a key that all know, while it makes, publishes and retires keys by the clock", () =>
    withRings(async (open) => {
      const { world, advance } = ownedWorld();
      const ring = await open({ world });
      const kids: string[] = [ring.signing().kid];
      const tokens: string[] = [await tokenBy(ring)];
      for (let passed = 0; passed < 100 * day; passed += hour / 2) {
        advance(hour / 2);
        const before = ring.jwks().keys.map(({ kid }) => kid);
        await ring.turn();
        const { kid } = ring.signing();
        if (kids.at(-1) === kid) continue;
        kids.push(kid);
        tokens.push(await tokenBy(ring));
        assert.ok(before.includes(kid), "it was published before");
        assert.deepEqual(tokens.map(believer(ring)).slice(-3), [false, true, true].slice(-tokens.length));
      }
      assert.equal(new Set(kids).size, 4);
      assert.ok(ring.inventory().filter(({ use }) => use === "access").length <= 3);
    }));

  test("while the store is down or hangs, it signs and verifies with what it has, and refuses what it does not know", async () => {
    const store = await newStore();
    let list = store.keys.list;
    const ring = await openRing({ store: { keys: { ...store.keys, list: () => list() } } });
    const isWell = async (): Promise<boolean> => believer(ring)(await tokenBy(ring));
    list = () => Promise.reject(new Error("the store is down"));
    await assert.rejects(ring.turn(), /the store is down/);
    await ring.catchUp();
    assert.equal(await isWell(), true);
    list = () => new Promise(() => undefined);
    await ring.catchUp();
    assert.equal(await isWell(), true);
    await ring.close();
  });

  test("tells what happened to keys, by their names and never by a secret part", () =>
    withRings(async (open) => {
      const { world, advance } = ownedWorld();
      const events: SecurityEvent[] = [];
      const ring = await open({ world, onEvent: (event) => events.push(event) });
      const first = ring.signing().kid;
      const { kid: second } = await ring.rotate();
      advance(hour);
      await ring.turn();
      ring.secretJwk(second);
      await ring.retire(first);
      await ring.retire(first);
      await ring.revoke(second);
      const third = ring.signing().kid;
      assert.deepEqual(
        events
          .map((event) => `${event.type} ${"kid" in event ? event.kid : ""}`)
          .filter((line) => !line.includes(ring.inventory().find(({ use }) => use === "refresh")?.kid ?? "-")),
        [
          `key_created ${first}`,
          `key_created ${second}`,
          `key_rotated ${second}`,
          `key_exported ${second}`,
          `key_retired ${first}`,
          `key_created ${third}`,
          `key_revoked ${second}`,
          `key_rotated ${third}`,
        ],
      );
    }));

  test("ASVS-11.1.2: the inventory has every key with its algorithm, its use and where it stands", () =>
    withRings(async (open) => {
      const { world, advance } = ownedWorld();
      const ring = await open({ world });
      const first = ring.signing().kid;
      const { kid: second } = await ring.rotate();
      const lines = (): readonly string[] =>
        ring
          .inventory()
          .map((key) => `${key.alg} ${key.use} ${key.state} ${key.kept}${key.public ? " published" : ""}`);
      assert.deepEqual(lines(), [
        "ES256 access signing store published",
        "ES256 access next store published",
        "HS256 refresh signing store",
      ]);
      advance(hour);
      await ring.revoke(first);
      assert.deepEqual(lines(), [
        "ES256 access signing store published",
        "ES256 access revoked store",
        "HS256 refresh signing store",
      ]);
      assert.equal(ring.inventory()[0]?.kid, second);
      const text = JSON.stringify(ring.inventory());
      assert.ok(!text.includes(String(ring.secretJwk(second)?.d)));
    }));

  for (const alg of ["RS256", "PS256", "ES384", "EdDSA"] as const) {
    test(`ASVS-11.2.3: ${alg}: a key that was made is named by its thumbprint, and what is published or verifies has no private part`, () =>
      withRings(async (open) => {
        const ring = await open({ keys: { alg } });
        await ring.rotate();
        const { keys } = ring.jwks();
        assert.equal(keys.length, 2);
        for (const jwk of keys) {
          const members = Object.keys(jwk).filter((name) =>
            ["d", "p", "q", "dp", "dq", "qi", "k", "oth", "priv"].includes(name),
          );
          assert.deepEqual([jwk.alg, jwk.use, members], [alg, "sig", []]);
          assert.equal(Buffer.from(String(jwk.kid), "base64url").length, 32);
          if (jwk.kty === "RSA") assert.equal(Buffer.from(String(jwk.n), "base64url").length, 384);
        }
        assert.deepEqual(
          ring.verifying.keys.map(({ kind }) => kind),
          ["public"],
        );
        assert.equal(ring.verifying.size, 1);
        assert.equal(believer(ring)(await tokenBy(ring)), true);
      }));
  }
});
