import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { RevocationEntry } from "@cardea/verifier/wire";
import { HttpProblem } from "../src/http/problem.ts";
import { createDownstream } from "../src/relay/downstream.ts";
import { createKeySetCache } from "../src/relay/keySet.ts";
import { createKnownServices } from "../src/relay/knownServices.ts";
import { createUpstreamLog, type UpstreamLog } from "../src/relay/upstreamLog.ts";

const entry = (pos: number, expiresAt = 1e15): RevocationEntry => ({ kind: "session", key: `s${pos}`, pos, expiresAt });
const positions = (entries: readonly RevocationEntry[]): readonly number[] => entries.map(({ pos }) => pos);

describe("a copy of somebody else's log", () => {
  const clock = { now: 1_000_000, ms: 0 };
  const open = (keyRevoked: () => void = () => undefined): UpstreamLog =>
    createUpstreamLog({ world: { monotonic: () => clock.ms }, cautiousNow: () => clock.now, keyRevoked });

  test("says nothing before it has an epoch", async () => {
    await assert.rejects(open().read(0, 10), { code: "store_busy" });
  });

  test("is read like a store: by pages that chain, and empty at and beyond the head", async () => {
    const log = open();
    log.apply({ epoch: "one", from: 0, to: 9, entries: [entry(2), entry(4), entry(7)] });
    const head = { epoch: "one", pos: 9 };
    assert.deepEqual(await log.read(0, 2), { head, from: 0, to: 4, entries: [entry(2), entry(4)] });
    assert.deepEqual(await log.read(4, 2), { head, from: 4, to: 9, entries: [entry(7)] });
    assert.deepEqual(await log.read(0, 3), { head, from: 0, to: 9, entries: [entry(2), entry(4), entry(7)] });
    for (const after of [9, 50]) assert.deepEqual(await log.read(after, 2), { head, from: 9, to: 9, entries: [] });
  });

  test("holds each entry once, in order, whatever overlaps, and takes no frame that leaves a hole", async () => {
    const log = open();
    log.apply({ epoch: "one", from: 0, to: 3, entries: [entry(1), entry(3)] });
    assert.equal(log.apply({ epoch: "one", from: 5, to: 6, entries: [entry(6)] }), "gap");
    assert.equal(log.apply({ epoch: "two", from: 3, to: 6, entries: [entry(6)] }), "other_epoch");
    assert.equal(log.apply({ epoch: "one", from: 1, to: 6, entries: [entry(6), entry(3), entry(5)] }), "joined");
    assert.equal(log.apply({ epoch: "one", from: 0, to: 3, entries: [entry(1), entry(3)] }), "joined");
    assert.deepEqual(positions((await log.read(0, 10)).entries), [1, 3, 5, 6]);
    assert.equal(log.position, 6);
  });

  test("begins anew with another epoch", async () => {
    const log = open();
    log.apply({ epoch: "one", from: 0, to: 3, entries: [entry(1), entry(3)] });
    assert.equal(log.apply({ epoch: "two", from: 0, to: 2, entries: [entry(2)] }), "joined");
    const { head, entries } = await log.read(0, 10);
    assert.deepEqual([head, positions(entries)], [{ epoch: "two", pos: 2 }, [2]]);
  });

  test("forgets what expired, and not before", async () => {
    const log = open();
    const ends = clock.now + 5_000_000;
    log.apply({ epoch: "one", from: 0, to: 3, entries: [entry(1, ends - 1), entry(2, ends), entry(3)] });
    clock.ms += 60_000;
    await log.read(0, 10);
    clock.now = ends;
    clock.ms += 4_020_000;
    assert.deepEqual(positions((await log.read(0, 10)).entries), [2, 3]);
    assert.equal(log.size, 2);
  });

  test("forgets nothing that arrived lately, however far ahead its clock is", async () => {
    const log = open();
    log.apply({ epoch: "one", from: 0, to: 1, entries: [entry(1, clock.now)] });
    clock.now += 86_400_000;
    for (let minutes = 0; minutes < 67; minutes++) {
      clock.ms += 60_000;
      assert.deepEqual(positions((await log.read(0, 10)).entries), [1]);
    }
    clock.ms += 60_000;
    assert.deepEqual((await log.read(0, 10)).entries, []);
  });

  test("tells when a signing key was revoked, once", () => {
    let told = 0;
    const log = open(() => {
      told += 1;
    });
    const ofKey: RevocationEntry = { kind: "key", key: "k1", pos: 2, expiresAt: 1e15 };
    log.apply({ epoch: "one", from: 0, to: 1, entries: [entry(1)] });
    assert.equal(told, 0);
    log.apply({ epoch: "one", from: 1, to: 2, entries: [ofKey] });
    log.apply({ epoch: "one", from: 0, to: 2, entries: [entry(1), ofKey] });
    assert.equal(told, 1);
  });
});

describe("what is said of many verifiers at once", () => {
  const clock = { ms: 0 };
  const open = (position: number) => {
    const told = { times: 0 };
    const moved = (): void => {
      told.times += 1;
    };
    const downstream = createDownstream({
      log: { epoch: "one", position },
      world: { monotonic: () => clock.ms },
      moved,
    });
    /** As the head is answered: who asks is greeted first, and says then how far it is. */
    const hear = async (name: string, pos: number | undefined, maxStalenessMs = 5000, epoch = "one") => {
      await downstream.greet({ serviceId: "svc", name, maxStalenessMs });
      if (pos !== undefined) downstream.confirm({ serviceId: "svc", name }, { epoch, pos });
    };
    return { ...downstream, hear, told };
  };

  test("is what the slowest of them has, and the relay itself", async () => {
    const { hear, summary } = open(8);
    assert.deepEqual(summary().applied, { epoch: "one", pos: 8 });
    await hear("quick", 9);
    assert.deepEqual(summary().applied, { epoch: "one", pos: 8 });
    await hear("slow", 3);
    assert.deepEqual(summary().applied, { epoch: "one", pos: 3 });
    await hear("slow", 8);
    assert.deepEqual(summary().applied, { epoch: "one", pos: 8 });
  });

  test("is nothing while somebody has nothing, or something of another epoch", async () => {
    const { hear, summary } = open(8);
    await hear("quick", 8);
    await hear("new", undefined);
    assert.equal(summary().applied, undefined);
    await hear("new", 8, 5000, "another");
    assert.equal(summary().applied, undefined);
    await hear("new", 8);
    assert.deepEqual(summary().applied, { epoch: "one", pos: 8 });
  });

  test("is worth a word upstream when somebody has come further, and only then", async () => {
    const { hear, told } = open(8);
    for (const pos of [undefined, 3, 3, 3, 8, 8]) await hear("one", pos);
    assert.equal(told.times, 2);
  });

  test("bounds the longest trust of all with the relay's own delay, and never exceeds an hour", async () => {
    const { hear, summary } = open(8);
    await hear("a", 8, 5000);
    await hear("b", 8, 30_000);
    assert.equal(summary().maxStalenessMs, 32_000);
    await hear("c", 8, 3_600_000);
    assert.equal(summary().maxStalenessMs, 3_600_000);
  });

  test("counts who fell silent until its lease is certainly over, the longest that it was given", async () => {
    const { hear, summary } = open(8);
    await hear("slow", 3, 20_000);
    await hear("slow", 3, 1000);
    clock.ms += 20_500;
    assert.deepEqual(summary().applied, { epoch: "one", pos: 3 });
    clock.ms += 1000;
    assert.deepEqual(summary().applied, { epoch: "one", pos: 8 });
  });
});

describe("what a relay knows of service credentials", () => {
  /** Upstream that knows one pair, and counts who asks. */
  function open() {
    const clock = { ms: 0 };
    const state = { asked: 0, isAway: false, secret: "right" };
    const services = createKnownServices({
      upstream: {
        issuer: "https://issuer.test/auth",
        fetch: async (url, init) => {
          state.asked += 1;
          assert.equal(url, "https://issuer.test/auth/revocation/head");
          if (state.isAway) throw new TypeError("fetch failed");
          const isKnown = new Headers(init?.headers).get("authorization") === `Basic ${btoa(`svc:${state.secret}`)}`;
          return new Response(null, { status: isKnown ? 200 : 401 });
        },
      },
      world: { monotonic: () => clock.ms },
    });
    return { clock, state, services };
  }

  test("is asked of upstream, and remembered for a minute if the pair is good and five seconds if not", async () => {
    const { clock, state, services } = open();
    const right = () => services.authenticate("svc", "right");
    const wrong = () => services.authenticate("svc", "wrong");
    assert.deepEqual([await right(), await right()], Array(2).fill({ id: "svc", scopes: ["revocation:read"] }));
    assert.deepEqual([await wrong(), await wrong(), state.asked], [undefined, undefined, 2]);
    clock.ms = 4999;
    assert.deepEqual([await wrong(), state.asked], [undefined, 2]);
    clock.ms = 5000;
    state.secret = "wrong";
    assert.deepEqual([(await wrong())?.id, state.asked], ["svc", 3]);
    clock.ms = 59_999;
    assert.deepEqual([(await right())?.id, state.asked], ["svc", 3]);
    clock.ms = 60_000;
    assert.deepEqual([await right(), state.asked], [undefined, 4]);
  });

  test("is asked once for all who come at once", async () => {
    const { state, services } = open();
    await Promise.all(Array.from({ length: 50 }, () => services.authenticate("svc", "right")));
    assert.equal(state.asked, 1);
  });

  test("is nothing while upstream is away, and asked again after that", async () => {
    const { state, services } = open();
    state.isAway = true;
    await assert.rejects(services.authenticate("svc", "right"), { code: "temporarily_unavailable" });
    state.isAway = false;
    assert.equal((await services.authenticate("svc", "right"))?.id, "svc");
  });

  test("is not asked about more than a few strangers at once", async () => {
    const { state, services } = open();
    const guesses = Array.from({ length: 100 }, (_, index) => services.authenticate("svc", `guess${index}`));
    const ends = await Promise.allSettled(guesses);
    const refused = ends.filter((end) => end.status === "rejected");
    assert.ok(refused.every(({ reason }) => reason instanceof HttpProblem && reason.code === "overloaded"));
    assert.deepEqual([state.asked, refused.length], [16, 84]);
  });
});

describe("the issuer's key set at a relay", () => {
  test("is fetched once for as long as it may be kept, and again after a key was revoked", async () => {
    const clock = { ms: 0 };
    let fetched = 0;
    const keySet = createKeySetCache({
      upstream: {
        issuer: "https://issuer.test/auth",
        fetch: async () => {
          fetched += 1;
          const headers = { "cache-control": "public, max-age=100" };
          return new Response(JSON.stringify({ keys: [{ kty: "OKP", kid: `k${fetched}` }] }), { headers });
        },
      },
      world: { monotonic: () => clock.ms },
      signal: new AbortController().signal,
    });
    const read = async () => {
      const { jwks, maxAgeSeconds } = await keySet.read();
      return [JSON.stringify(jwks).includes(`k${fetched}`), fetched, maxAgeSeconds];
    };
    assert.deepEqual(await read(), [true, 1, 100]);
    clock.ms = 99_000;
    assert.deepEqual(await read(), [true, 1, 1]);
    clock.ms = 100_000;
    assert.deepEqual(await read(), [true, 2, 100]);
    clock.ms = 200_000;
    const early = keySet.read();
    keySet.forget();
    await early;
    assert.deepEqual(await read(), [true, 4, 100]);
  });
});
