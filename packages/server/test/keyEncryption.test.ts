import assert from "node:assert/strict";
import { createCipheriv, hkdfSync } from "node:crypto";
import { describe, test } from "node:test";
import { exportSecretJwk, generateKey } from "@cardea/jwt";
import { ConfigurationError, memory, realWorld, type SecurityEvent, type Store } from "cardea";
import { day, hour, openRing, ownedWorld, secretOf, withRings } from "./support/keyRings.ts";

const [secret, newSecret] = [secretOf(1), secretOf(2)];
const newStore = (): Promise<Store> => memory().open(realWorld);

describe("the key-encryption secret", () => {
  test("another one does not open the keys, and leaves them as they were", () =>
    withRings(async (open, store) => {
      await open();
      const before = await store.keys.list();
      await assert.rejects(open({ secrets: [newSecret] }), (error) => {
        assert.ok(error instanceof ConfigurationError);
        assert.match(error.message, /Restore the secret .*CARDEA_SECRET.*To replace a secret, give both/);
        return true;
      });
      assert.deepEqual(await store.keys.list(), before);
    }));

  test("of two that start at once with different secrets, the later one does not start", async () => {
    const store = await newStore();
    await (await openRing({ store })).close();
    let isFirst = true;
    const list = (): ReturnType<typeof store.keys.list> => {
      const seen = isFirst ? Promise.resolve([]) : store.keys.list();
      isFirst = false;
      return seen;
    };
    await assert.rejects(
      openRing({ store: { keys: { ...store.keys, list } }, secrets: [newSecret] }),
      ConfigurationError,
    );
    assert.equal((await store.keys.list()).length, 2);
  });

  test("a row that was moved, renamed or given another use does not open", () =>
    withRings(async (open, store) => {
      await open();
      await open({ keys: { alg: "EdDSA" } });
      const [first, second] = (await store.keys.list()).filter(({ purpose }) => purpose === "access");
      assert.ok(first && second);
      const moved = [
        { ...first, sealed: second.sealed },
        { ...first, kid: second.kid },
        { ...first, alg: second.alg },
        { ...first, kid: `${first.kid}x` },
        { ...first, purpose: "refresh" as const },
        { ...first, sealed: `public.${first.sealed}` },
      ];
      for (const row of moved) {
        const keys: Store["keys"] = { list: async () => [row], change: async (decide) => decide([row]).answer };
        await assert.rejects(openRing({ store: { keys } }), ConfigurationError);
      }
    }));

  test("a new one in front of the old seals everything anew, and then the old one can go", () =>
    withRings(async (open, store) => {
      const before = await open();
      const events: SecurityEvent[] = [];
      const both = await open({ secrets: [newSecret, secret], onEvent: (event) => events.push(event) });
      assert.deepEqual(events, [{ type: "keys_resealed", count: 2 }]);
      const after = await open({ secrets: [newSecret] });
      for (const ring of [both, after]) {
        assert.equal(ring.signing().kid, before.signing().kid);
        assert.deepEqual(ring.refreshSecrets(), before.refreshSecrets());
      }
      const sealed = await store.keys.list();
      await both.turn();
      assert.deepEqual(await store.keys.list(), sealed, "once is enough");
      await assert.rejects(open({ secrets: [secret] }), ConfigurationError);
    }));

  test("a process that lacks the new secret goes on with the keys it has, and tells once what does not open", () =>
    withRings(async (open) => {
      const { world, advance } = ownedWorld();
      const events: SecurityEvent[] = [];
      const old = await open({ world, onEvent: (event) => events.push(event) });
      events.length = 0;
      const both = await open({ world, secrets: [newSecret, secret] });
      await both.rotate();
      for (let turns = 0; turns < 5; turns++) await old.turn();
      assert.equal(old.signing().kid, both.signing().kid);
      assert.deepEqual(
        events.map(({ type }) => type),
        ["fault"],
      );
      assert.ok(events[0]?.type === "fault" && events[0].error instanceof ConfigurationError);
      advance(hour);
      assert.throws(() => old.signing(), /No key can sign/, "rather none than one that is over");
      assert.equal(old.refreshSecrets().length, 1);
    }));

  test("keys that the first version sealed open, and are sealed anew", () =>
    withRings(async (open, store) => {
      const key = generateKey("ES256");
      const sealed = sealedByFirstVersion(JSON.stringify(exportSecretJwk(key)), `access|ES256|${key.kid}`);
      const row = { kid: String(key.kid), purpose: "access", alg: "ES256", sealed } as const;
      const times = { createdAt: 1, signsFrom: realWorld.now() - day };
      const ends = { signsUntil: undefined, verifiesUntil: undefined, revokedAt: undefined };
      await store.keys.change(() => ({ answer: 0, write: [{ ...row, ...times, ...ends }] }));
      const ring = await open();
      assert.equal(ring.signing().kid, key.kid);
      assert.match((await store.keys.list()).find(({ kid }) => kid === key.kid)?.sealed ?? "", /^v2\./);
    }));

  function sealedByFirstVersion(text: string, label: string): string {
    const key = new Uint8Array(hkdfSync("sha256", secret, new Uint8Array(0), "cardea key sealing v1", 32));
    const nonce = Buffer.alloc(12, 5);
    const cipher = createCipheriv("aes-256-gcm", key, nonce).setAAD(Buffer.from(label));
    const body = Buffer.concat([cipher.update(text, "utf8"), cipher.final(), cipher.getAuthTag()]);
    return `v1.${nonce.toString("base64url")}.${body.toString("base64url")}`;
  }
});
