import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { retireKey, revokeKey, rotateKeys } from "../src/keys/changeKeys.ts";
import { accessSigner, stateOf } from "../src/keys/life.ts";
import type { KeyPolicy, SignsWith } from "../src/keys/policy.ts";
import { turnKeys } from "../src/keys/turnKeys.ts";
import type { StoredKey } from "../src/store/ports.ts";
import { accessKeys, type KeyHistory, keyHistory, policyWith, start, statesAt } from "./support/keyHistory.ts";
import { day, hour, minute } from "./support/keyRings.ts";

describe("another setting", () => {
  const es256 = policyWith();
  const edDsa = policyWith({ signsWith: { source: "generated", alg: "EdDSA" } });
  let count = 0;
  const opened = (first: KeyPolicy): readonly StoredKey[] => {
    const history = keyHistory(first);
    history.turn(start);
    return history.at(start);
  };
  const turnedBy = (policy: KeyPolicy, rows: readonly StoredKey[], now: number): readonly StoredKey[] => {
    const history = keyHistory(policy);
    history.apply(now, { answer: 0, write: rows });
    const makeKey: KeyHistory["makeKey"] = ({ signerKid }) => ({
      kid: signerKid ?? (rows.some(({ kid }) => kid === "other") ? `later ${count++}` : "other"),
      sealed: signerKid === undefined ? "sealed" : "public.sealed",
    });
    history.apply(now, turnKeys(rows, { now, policy, makeKey }));
    return history.at(now);
  };
  const signerAt = (policy: KeyPolicy, rows: readonly StoredKey[], now: number): string | undefined => {
    const signer = accessSigner(rows, now, policy);
    return signer && `${signer.kid} ${signer.alg}`;
  };

  test("ASVS-11.2.2: a new algorithm's key is published first, and signs after publishAhead; the old one signs until then", () => {
    const rows = turnedBy(edDsa, opened(es256), start + day);
    assert.equal(signerAt(edDsa, rows, start + day), "key0 ES256");
    assert.equal(signerAt(edDsa, rows, start + day + hour - 1), "key0 ES256");
    assert.equal(signerAt(edDsa, rows, start + day + hour), "other EdDSA");
  });

  test("a process that still has the old setting goes on with its own keys, and neither makes any for the other", () => {
    let rows = turnedBy(edDsa, opened(es256), start + day);
    for (let now = start + day; now < start + 3 * day; now += hour) {
      rows = turnedBy(edDsa, turnedBy(es256, rows, now), now);
      assert.equal(signerAt(es256, rows, now), "key0 ES256");
    }
    assert.equal(accessKeys(rows).length, 2);
  });

  test("the old algorithm's key is closed once its successor is overdue, since nobody has its setting any more", () => {
    let rows = turnedBy(edDsa, opened(es256), start + day);
    rows = turnedBy(edDsa, rows, start + 29 * day);
    assert.equal(rows.find(({ kid }) => kid === "key0")?.signsUntil, undefined);
    const late = start + 30 * day + hour;
    rows = turnedBy(edDsa, rows, late);
    assert.equal(rows.find(({ kid }) => kid === "key0")?.verifiesUntil, late + 62 * minute);
    rows = turnedBy(edDsa, rows, late + 2 * 62 * minute);
    assert.ok(!rows.some(({ kid }) => kid === "key0"));
  });

  const atOnce: Readonly<Record<string, readonly [SignsWith, SignsWith, string | undefined]>> = {
    "from a generated secret to a key pair": [
      { source: "generated", alg: "HS256" },
      { source: "generated", alg: "ES256" },
      "other ES256",
    ],
    "from a key pair to a generated secret": [
      { source: "generated", alg: "ES256" },
      { source: "generated", alg: "HS256" },
      "other HS256",
    ],
    "from a signer to a key pair": [
      { source: "signer", alg: "ES256", kid: "kms" },
      { source: "generated", alg: "ES256" },
      "other ES256",
    ],
    "from one signer to another": [
      { source: "signer", alg: "ES256", kid: "kms" },
      { source: "signer", alg: "ES256", kid: "kms2" },
      "kms2 ES256",
    ],
    "to a shared secret of the configuration": [
      { source: "generated", alg: "ES256" },
      { source: "shared", alg: "HS256" },
      undefined,
    ],
  };
  for (const [name, [from, to, expected]] of Object.entries(atOnce)) {
    test(`${name} the new key signs at once: the old one cannot`, () => {
      const policy = policyWith({ signsWith: to });
      const rows = turnedBy(policy, opened(policyWith({ signsWith: from })), start + day);
      assert.equal(signerAt(policy, rows, start + day), expected);
    });
  }

  test("a signer's key waits as well, then signs on a lease that goes on while somebody has it, and ends by itself", () => {
    const kms = policyWith({ signsWith: { source: "signer", alg: "ES256", kid: "kms" } });
    let rows = turnedBy(kms, opened(es256), start + day);
    assert.equal(signerAt(kms, rows, start + day), "key0 ES256");
    assert.equal(signerAt(kms, rows, start + day + hour), "kms ES256");
    for (let now = start + 2 * day; now < start + 100 * day; now += day) rows = turnedBy(kms, rows, now);
    const last = start + 100 * day;
    assert.equal(signerAt(kms, rows, last), "kms ES256");
    rows = turnedBy(es256, rows, last);
    const left = rows.find(({ kid }) => kid === "kms");
    assert.ok(left?.signsUntil !== undefined && left.signsUntil > last && left.signsUntil <= last + 30 * day);
    assert.equal(left.verifiesUntil, left.signsUntil + 62 * minute);
    assert.equal(signerAt(es256, rows, last)?.endsWith("ES256"), true);
    assert.notEqual(signerAt(es256, rows, last), "kms ES256");
  });
});

describe("by hand", () => {
  const policy = policyWith();
  const decide = (
    history: KeyHistory,
    decision: ReturnType<typeof revokeKey> | ReturnType<typeof retireKey>,
    now: number,
  ) => {
    const change = decision(history.at(now), { now, policy, makeKey: history.makeKey });
    history.apply(now, change);
    return change;
  };

  test("a rotation publishes a key that signs after publishAhead; while it waits, another asks in vain", () => {
    const history = keyHistory(policy);
    history.turn(start);
    const rotate = (now: number) => {
      const change = rotateKeys("access")(history.at(now), { now, policy, makeKey: history.makeKey });
      history.apply(now, change);
      return change.answer;
    };
    assert.deepEqual(rotate(start + day), { kid: "key2", signsFrom: start + day + hour, made: true });
    assert.deepEqual(rotate(start + day + hour - 1), { kid: "key2", signsFrom: start + day + hour, made: false });
    assert.deepEqual(rotate(start + day + hour), { kid: "key3", signsFrom: start + day + 2 * hour, made: true });
    assert.deepEqual(statesAt(history, start + day + hour), ["key0 verifying", "key2 signing", "key3 next"]);
  });

  test("a key of the configuration is not rotated here", () => {
    for (const signsWith of [
      { source: "shared", alg: "HS256" },
      { source: "signer", alg: "ES256", kid: "kms" },
    ] as const) {
      const turning = { now: start, policy: policyWith({ signsWith }), makeKey: keyHistory(policy).makeKey };
      assert.equal(rotateKeys("access")([], turning).answer, "not_generated");
      assert.notEqual(rotateKeys("refresh")([], turning).answer, "not_generated");
    }
  });

  test("a revoked key that signed is followed by the next one, which verifiers know; the one after keeps its time", () => {
    const fast = policyWith({ rotateEveryMs: 30 * minute });
    const history = keyHistory(fast);
    for (let now = start; now < start + 2 * hour; now += minute) history.turn(now);
    const now = start + 2 * hour - minute;
    const [current, next, later] = accessKeys(history.at(now)).filter((key) =>
      ["signing", "next"].includes(stateOf(key, now)),
    );
    assert.ok(current && next && later);
    const change = revokeKey(current.kid)(history.at(now), { now, policy: fast, makeKey: history.makeKey });
    history.apply(now, change);
    assert.equal(accessSigner(history.at(now), now, fast)?.kid, next.kid);
    assert.equal(history.at(now).find(({ kid }) => kid === later.kid)?.signsFrom, later.signsFrom);
    assert.equal(history.at(now).find(({ kid }) => kid === next.kid)?.signsUntil, later.signsFrom);
    assert.deepEqual(
      change.revocations?.map(({ kind, key }) => [kind, key]),
      [["key", current.kid]],
    );
  });

  test("without a next one a fresh key signs at once, and the revoked one stays on record for good", () => {
    const history = keyHistory(policy);
    history.turn(start);
    assert.equal(decide(history, revokeKey("key0"), start + day).answer, "revoked");
    assert.deepEqual(statesAt(history, start + day), ["key0 revoked", "key2 signing"]);
    assert.deepEqual(decide(history, revokeKey("key0"), start + 2 * day).write, undefined, "a second time is none");
    for (let now = start + day; now < start + 400 * day; now += day) history.turn(now);
    assert.equal(statesAt(history, start + 399 * day)[0], "key0 revoked");
  });

  test("a revoked key in the middle of those that wait leaves no gap", () => {
    const fast = policyWith({ rotateEveryMs: 20 * minute });
    const history = keyHistory(fast);
    for (let now = start; now < start + 2 * hour; now += minute) history.turn(now);
    const now = start + 2 * hour - minute;
    const waiting = accessKeys(history.at(now)).filter((key) => stateOf(key, now) === "next");
    for (const decision of [revokeKey, retireKey]) {
      const own = keyHistory(fast);
      own.apply(now, { answer: 0, write: history.at(now) });
      const change = decision(waiting[1]?.kid ?? "")(own.at(now), {
        now,
        policy: fast,
        makeKey: ({ alg }) => ({ kid: `new ${alg}`, sealed: "" }),
      });
      own.apply(now, change);
      for (let later = now; later < now + 2 * hour; later += minute) {
        const signer = accessSigner(own.at(now), later, fast);
        assert.ok(signer && signer.kid !== waiting[1]?.kid, `after ${(later - now) / minute} minutes`);
      }
    }
  });

  test("a revoked refresh secret needs no entry in the log, and another one makes tokens at once", () => {
    const history = keyHistory(policy);
    history.turn(start);
    const change = decide(history, revokeKey("key1"), start + day);
    assert.deepEqual(change.revocations, []);
    const refresh = history.at(start + day).filter(({ purpose }) => purpose === "refresh");
    assert.deepEqual(
      refresh.map((key) => stateOf(key, start + day)),
      ["revoked", "signing"],
    );
  });

  test("only a key that does not sign can be retired", () => {
    const history = keyHistory(policy);
    history.turn(start);
    assert.equal(decide(history, retireKey("key0"), start).answer, "signs");
    assert.equal(decide(history, retireKey("key1"), start).answer, "signs");
    assert.equal(decide(history, retireKey("nobody"), start).answer, "unknown");
    history.turn(start + 30 * day - hour);
    assert.equal(decide(history, retireKey("key2"), start + 30 * day - minute).answer, "retired");
    const after = start + 30 * day;
    assert.equal(accessSigner(history.at(after), after, policy)?.kid, "key0", "the one before goes on");
    history.turn(after);
    history.turn(after + hour);
    assert.equal(decide(history, retireKey("key0"), after + hour).answer, "retired");
    assert.equal(
      stateOf(history.at(after + hour).find(({ kid }) => kid === "key0") as StoredKey, after + hour),
      "retired",
    );
  });
});
