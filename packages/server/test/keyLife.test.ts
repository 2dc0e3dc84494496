import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { rotateKeys } from "../src/keys/changeKeys.ts";
import { accessSigner, isOf, stateOf } from "../src/keys/life.ts";
import { refreshLine } from "../src/keys/policy.ts";
import { turnKeys } from "../src/keys/turnKeys.ts";
import { accessKeys, keyHistory, policyWith, start, statesAt } from "./support/keyHistory.ts";
import { day, hour, minute, second } from "./support/keyRings.ts";

describe("keys by the clock", () => {
  test("the first key signs at once; each next one is published ahead, signs, verifies, is retired and forgotten", () => {
    const history = keyHistory(policyWith());
    const at: Readonly<Record<string, readonly string[]>> = {
      [start]: ["key0 signing"],
      [start + 30 * day - hour - minute]: ["key0 signing"],
      [start + 30 * day - hour]: ["key0 signing", "key2 next"],
      [start + 30 * day - 1]: ["key0 signing", "key2 next"],
      [start + 30 * day]: ["key0 verifying", "key2 signing"],
      [start + 30 * day + 62 * minute - 1]: ["key0 verifying", "key2 signing"],
      [start + 30 * day + 62 * minute]: ["key0 retired", "key2 signing"],
      [start + 30 * day + 124 * minute]: ["key2 signing"],
    };
    for (const [instant, states] of Object.entries(at)) {
      history.turn(Number(instant));
      assert.deepEqual(statesAt(history, Number(instant)), states, instant);
    }
  });

  test("a second turn at the same instant, by whomever, finds nothing to do", () => {
    const history = keyHistory(policyWith({ rotateEveryMs: 3 * second, publishAheadMs: 40 * second }));
    for (let now = start; now < start + 5 * minute; now += second) {
      history.turn(now);
      const again = turnKeys(history.at(now), {
        now,
        policy: policyWith({ rotateEveryMs: 3 * second, publishAheadMs: 40 * second }),
        makeKey: history.makeKey,
      });
      assert.deepEqual([again.write, again.remove], [[], []]);
    }
  });

  test("keys that rotate faster than they are published ahead wait in a row, as many as it takes", () => {
    const policy = policyWith({ rotateEveryMs: 3 * second, publishAheadMs: 40 * second, verifyForMs: 130 * second });
    const history = keyHistory(policy);
    const signed: string[] = [];
    for (let now = start; now < start + 10 * minute; now += 500) {
      history.turn(now);
      const signer = accessSigner(history.at(now), now, policy);
      assert.ok(signer);
      if (signed.at(-1) !== signer.kid) signed.push(signer.kid);
      const keys = accessKeys(history.at(now));
      const next = keys.filter((key) => stateOf(key, now) === "next").length;
      if (now > start + minute) assert.ok(next >= Math.ceil(40 / 3) && next <= Math.ceil(40 / 3) + 1, String(next));
      assert.ok(keys.length < 110, "retired ones are forgotten");
    }
    const rotations = (10 * 60 - 40) / 3;
    assert.ok(Math.abs(signed.length - 1 - rotations) <= 1, `${signed.length - 1} rotations, not ${rotations}`);
  });

  test("after a sleep of days the key that signed goes on, until its successor has been published", () => {
    const policy = policyWith();
    const history = keyHistory(policy);
    history.turn(start);
    const late = start + 45 * day;
    assert.equal(accessSigner(history.at(late), late, policy)?.kid, "key0");
    history.turn(late);
    assert.deepEqual(statesAt(history, late), ["key0 signing", "key2 next"]);
    assert.deepEqual(statesAt(history, late + hour), ["key0 verifying", "key2 signing"]);
  });

  test("a clock that was set back signs with the same keys", () => {
    const policy = policyWith();
    const history = keyHistory(policy);
    history.turn(start);
    assert.equal(history.turn(start - day), 0);
    assert.equal(accessSigner(history.at(start), start - day, policy)?.kid, "key0");
  });

  test("a clock that ran a year ahead for a while has put off no rotation", () => {
    const policy = policyWith();
    const history = keyHistory(policy);
    history.turn(start);
    history.turn(start + 365 * day);
    history.apply(start + day, { answer: 0, write: history.at(start + 365 * day) });
    history.turn(start + day);
    assert.deepEqual(statesAt(history, start + day), ["key0 signing", "key2 next"]);
    assert.deepEqual(statesAt(history, start + 30 * day), ["key0 verifying", "key2 signing"]);
  });

  test("refresh secrets turn too, and read as long as a session can last", () => {
    const policy = policyWith();
    const history = keyHistory(policy);
    for (let now = start; now < start + 200 * day; now += hour / 2) history.turn(now);
    const now = start + 200 * day - hour;
    const states = history
      .at(now)
      .filter(({ purpose }) => purpose === "refresh")
      .map((key) => stateOf(key, now));
    assert.deepEqual(states, ["verifying", "verifying", "verifying", "signing"]);
    for (const row of history.at(now).filter((key) => isOf(refreshLine, key) && key.signsUntil !== undefined)) {
      assert.equal(row.verifiesUntil, (row.signsUntil ?? 0) + 90 * day);
    }
  });

  test("a generated shared secret is never rotated by the clock, only by hand", () => {
    const policy = policyWith({ signsWith: { source: "generated", alg: "HS256" } });
    const history = keyHistory(policy);
    history.turn(start);
    for (let now = start; now < start + 400 * day; now += 10 * day) history.turn(now);
    assert.equal(accessKeys(history.at(start + 400 * day)).length, 1);
    const now = start + 400 * day;
    const { answer, ...change } = rotateKeys("access")(history.at(now), { now, policy, makeKey: history.makeKey });
    assert.ok(typeof answer === "object" && answer.made);
    history.apply(now, { answer, ...change });
    assert.equal(accessSigner(history.at(now), now + hour, policy)?.kid, answer.kid);
  });
});
