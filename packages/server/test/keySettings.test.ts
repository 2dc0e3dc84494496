import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { believer, forgedBy, hour, minute, ownedWorld, secretOf, tokenBy, withRings } from "./support/keyRings.ts";

describe("another setting", () => {
  test("ASVS-11.2.2: with a new algorithm the old key signs until the new one can be known, and both verify", () =>
    withRings(async (open) => {
      const { world, advance } = ownedWorld();
      const before = await open({ world });
      const old = await tokenBy(before);
      const after = await open({ world, keys: { alg: "EdDSA" } });
      assert.equal(after.signing().alg, "ES256");
      assert.deepEqual(
        after
          .jwks()
          .keys.map(({ alg }) => alg)
          .toSorted(),
        ["ES256", "EdDSA"],
      );
      advance(hour);
      assert.equal(after.signing().alg, "EdDSA");
      assert.equal(believer(after)(old), true);
      await before.turn();
      assert.equal(before.signing().alg, "ES256", "a process with the old setting keeps to it");
      assert.equal(believer(before)(await tokenBy(after)), true);
      assert.equal(believer(after)(await tokenBy(before)), true);
    }));

  test("a generated shared secret verifies only while it is the setting, since services have it", () =>
    withRings(async (open) => {
      const hmac = await open({ keys: { alg: "HS256" } });
      const old = hmac.signing().kid;
      const [genuine, forged] = [await tokenBy(hmac), forgedBy(hmac, old)];
      assert.deepEqual([genuine, forged].map(believer(hmac)), [true, true]);
      assert.deepEqual(hmac.jwks().keys, []);
      const given = { alg: "HS256", secret: secretOf(3) } as const;
      for (const keys of [{ alg: "ES256" }, { alg: "HS512" }, given] as const) {
        const ring = await open({ keys });
        assert.deepEqual([genuine, forged].map(believer(ring)), [false, false]);
        assert.equal(ring.signing().alg, keys.alg, "the new one signs at once");
        assert.equal(ring.inventory().find(({ kid }) => kid === old)?.state, "unused");
      }
    }));

  test("a shared secret that is rotated by hand verifies on, so that nobody is signed out", () =>
    withRings(async (open) => {
      const { world, advance } = ownedWorld();
      const ring = await open({ world, keys: { alg: "HS256" } });
      const old = await tokenBy(ring);
      const { kid } = await ring.rotate();
      assert.ok(ring.secretJwk(kid), "it can be handed to services before it signs");
      advance(hour);
      assert.equal(ring.signing().kid, kid);
      assert.equal(believer(ring)(old), true);
      advance(62 * minute);
      assert.equal(believer(ring)(old), false);
    }));

  test("a shared secret of the configuration signs, is never stored or published, and is not for the store's commands", () =>
    withRings(async (open, store) => {
      const keys = { alg: "HS256", secret: secretOf(3) } as const;
      const [ring, again] = [await open({ keys }), await open({ keys })];
      const { kid } = ring.signing();
      assert.equal(again.signing().kid, kid);
      assert.deepEqual(
        (await store.keys.list()).map(({ purpose }) => purpose),
        ["refresh"],
      );
      assert.deepEqual(ring.jwks().keys, []);
      assert.equal(ring.inventory()[0]?.kept, "configuration");
      assert.equal(ring.secretJwk(kid)?.k, Buffer.from(secretOf(3)).toString("base64url"));
      assert.deepEqual([await ring.retire(kid), await ring.revoke(kid)], ["configured", "configured"]);
      await assert.rejects(ring.rotate(), /in the configuration/);
    }));
});
