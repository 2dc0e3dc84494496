import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { setImmediate as nextTurn } from "node:timers/promises";
import { generateKey, sign, unchecked } from "@cardea/jwt";
import { createJudge } from "@cardea/verifier/judge";
import { memory, realWorld, type Store } from "cardea";
import { judgeSigned } from "../src/session/modes/signedTokens.ts";
import { createRefreshTokens } from "../src/session/refreshToken.ts";
import {
  believer,
  claims,
  day,
  forgedBy,
  hour,
  minute,
  openRing,
  ownedWorld,
  tokenBy,
  withRings,
} from "./support/keyRings.ts";

const newStore = (): Promise<Store> => memory().open(realWorld);

describe("a key that is over, or not there yet", () => {
  test("J-50: a token by a retired key is refused, also where it was believed a moment ago", () =>
    withRings(async (open) => {
      const { world, advance } = ownedWorld();
      const ring = await open({ world });
      const believes = believer(ring);
      const old = ring.signing().kid;
      const [genuine, forged] = [await tokenBy(ring), forgedBy(ring, old)];
      await ring.rotate();
      advance(hour);
      assert.deepEqual([genuine, forged].map(believes), [true, true], "in the overlap it is");
      assert.equal(await ring.retire(old), "retired");
      assert.deepEqual([genuine, forged].map(believes), [false, false]);
      assert.ok(!ring.jwks().keys.some(({ kid }) => kid === old));
      assert.equal(ring.secretJwk(old), undefined);
    }));

  test("J-50: a token by a revoked key is refused here at once and everywhere within a turn, and the log says so", () =>
    withRings(async (open, store) => {
      const [ring, other] = [await open(), await open()];
      const [believes, otherBelieves] = [believer(ring), believer(other)];
      const old = ring.signing().kid;
      const forged = forgedBy(ring, old);
      assert.ok(believes(forged) && otherBelieves(forged));
      assert.equal(await ring.revoke(old), "revoked");
      assert.equal(believes(forged), false);
      await other.turn();
      assert.equal(otherBelieves(forged), false);
      const fresh = await tokenBy(ring);
      assert.ok(believes(fresh) && otherBelieves(fresh));
      for (const { signing, jwks } of [ring, other]) {
        assert.notEqual(signing().kid, old);
        assert.ok(!jwks().keys.some(({ kid }) => kid === old));
      }
      const { entries } = await store.revocations.read(0, 10);
      assert.deepEqual(
        entries.map(({ kind, key }) => [kind, key]),
        [["key", old]],
      );
      assert.ok((entries[0]?.expiresAt ?? 0) > realWorld.now() + 364 * day);
    }));

  test("J-51: a token by the next key is refused until that signs, and again once its time is over", () =>
    withRings(async (open) => {
      const { world, advance } = ownedWorld();
      const ring = await open({ world });
      const believes = believer(ring);
      const { kid, signsFrom } = await ring.rotate();
      const early = forgedBy(ring, kid);
      assert.ok(
        ring.jwks().keys.some((jwk) => jwk.kid === kid),
        "it is published",
      );
      assert.equal(believes(early), false);
      advance(signsFrom - world.now() - 5001);
      assert.equal(believes(early), false, "a clock may be five seconds wrong, not more");
      advance(5001);
      assert.equal(ring.signing().kid, kid);
      assert.equal(believes(early), true);
      for (let passed = 0; passed < 30 * day; passed += hour / 2) {
        advance(hour / 2);
        await ring.turn();
      }
      assert.equal(ring.inventory().find((key) => key.kid === kid)?.state, "verifying");
      assert.equal(believes(early), true);
      advance(62 * minute);
      assert.equal(believes(early), false);
      assert.ok(!ring.jwks().keys.some((jwk) => jwk.kid === kid));
    }));

  test("S-33: while the refresh secret is replaced, old refresh tokens read and new ones are made with the new one", () =>
    withRings(async (open) => {
      const { world, advance } = ownedWorld();
      const [ring, other] = [await open({ world }), await open({ world })];
      const [here, there] = [createRefreshTokens(ring.refreshSecrets), createRefreshTokens(other.refreshSecrets)];
      const claim = { sessionId: "s".repeat(22), generation: 7 };
      const old = here.make(claim);
      const { made } = await ring.rotate("refresh");
      assert.equal(made, true);
      await other.turn();
      assert.equal(here.make(claim), old, "it is not used yet");
      advance(hour);
      const anew = here.make(claim);
      assert.notEqual(anew, old);
      for (const token of [old, anew]) {
        assert.deepEqual(here.read(token), claim);
        assert.deepEqual(there.read(token), claim);
      }
      assert.equal(there.make(claim), anew);
      advance(90 * day);
      await ring.turn();
      assert.deepEqual([here.read(old), here.read(anew)], [undefined, claim]);
    }));

  test("a token by a key that another process made in an emergency is believed, and a flood of made-up ones costs four reads a second", async () => {
    const store = await newStore();
    let reads = 0;
    const list = (): ReturnType<typeof store.keys.list> => {
      reads += 1;
      return store.keys.list();
    };
    const counting = { keys: { ...store.keys, list } };
    const [ring, other] = [await openRing({ store }), await openRing({ store: counting })];
    const judge = createJudge({
      keys: other.verifying,
      issuer: claims.iss,
      audience: unchecked,
      revocation: unchecked,
      now: realWorld.now,
    });
    await ring.revoke(ring.signing().kid);
    const now = Math.floor(realWorld.now() / 1000);
    const rest = { aud: "app", client_id: "c", jti: "j", sid: "s", rvp: 0, iat: now, exp: now + 60 };
    const fresh = await ring.signing().sign({ ...claims, ...rest }, "at+jwt");
    assert.equal(judge.verify(fresh).ok, false);
    const forged = sign({ ...claims, ...rest }, generateKey("ES256"), { typ: "at+jwt" });
    reads = 0;
    const startedAt = realWorld.monotonic();
    const secondsPassed = (): number => (realWorld.monotonic() - startedAt) / 1000;
    const answers: Promise<boolean>[] = [];
    while (secondsPassed() < 0.7) {
      for (const token of [fresh, forged]) {
        answers.push(judgeSigned(token, { judge, keys: other }).then(({ ok }) => ok === (token === fresh)));
      }
      await nextTurn();
    }
    assert.deepEqual(new Set(await Promise.all(answers)), new Set([true]));
    assert.ok(answers.length > 100 && reads <= 1 + 4 * secondsPassed(), `${reads} reads for ${answers.length} tokens`);
    await ring.close();
    await other.close();
  });
});
