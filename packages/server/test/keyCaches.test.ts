import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { accessSigner, stateOf } from "../src/keys/life.ts";
import { jwksMaxAgeSeconds, leastPublishAheadMs, reloadEveryMs, unknownKeyWaitMs } from "../src/keys/policy.ts";
import type { StoredKey } from "../src/store/ports.ts";
import { clockErrorMs } from "../src/world.ts";
import { keyHistory, policyWith, start } from "./support/keyHistory.ts";
import { minute, second } from "./support/keyRings.ts";

describe("what may be cached", () => {
  const rhythm = fc.record({
    rotateEveryMs: fc.integer({ min: second, max: 3 * minute }),
    publishAheadMs: fc.integer({ min: leastPublishAheadMs, max: 8 * minute }),
    ttlMs: fc.integer({ min: 10 * second, max: 4 * minute }),
    /** How long processes slept between turns, now and then long past every date. */
    pauses: fc.array(
      fc.oneof(
        { weight: 9, arbitrary: fc.integer({ min: 50, max: 4000 }) },
        fc.integer({ min: 4000, max: 20 * minute }),
      ),
      { minLength: 50, maxLength: 250 },
    ),
    instants: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 40, maxLength: 40 }),
  });
  type Rhythm = typeof rhythm extends fc.Arbitrary<infer T> ? T : never;

  function lived({ rotateEveryMs, publishAheadMs, ttlMs, pauses, instants }: Rhythm) {
    const policy = policyWith({ rotateEveryMs, publishAheadMs, verifyForMs: ttlMs + 2 * minute });
    const history = keyHistory(policy);
    let now = start;
    for (const pause of pauses) {
      history.turn(now);
      now += pause;
    }
    return { policy, history, instants: instants.map((share) => start + Math.floor(share * (now - start))) };
  }
  const isPublished = (rows: readonly StoredKey[], kid: string, now: number): boolean =>
    rows.some((key) => key.kid === kid && !["retired", "revoked"].includes(stateOf(key, now)));

  test("at any instant a token just signed verifies with a JWKS from any cache, at a verifier that waits before it asks again", () => {
    fc.assert(
      fc.property(rhythm, (given) => {
        const { policy, history, instants } = lived(given);
        const maxAgeMs = jwksMaxAgeSeconds(policy) * second;
        assert.ok(maxAgeMs >= second && maxAgeMs <= 5 * minute);
        const oldest = maxAgeMs + unknownKeyWaitMs + reloadEveryMs + clockErrorMs;
        for (const instant of instants) {
          const signer = accessSigner(history.at(instant), instant, policy);
          assert.ok(signer, "somebody always signs");
          if (signer.kid === "key0") continue;
          for (const age of [0, maxAgeMs, oldest]) {
            const known = history.at(instant - age);
            assert.ok(isPublished(known, signer.kid, instant - age), `${signer.kid} is not in a JWKS ${age} ms old`);
          }
        }
      }),
      { numRuns: 300 },
    );
  });

  test("at any instant every token that has not expired verifies with the JWKS of now", () => {
    fc.assert(
      fc.property(rhythm, (given) => {
        const { policy, history, instants } = lived(given);
        for (const instant of instants) {
          for (
            let signedAt = Math.max(start, instant - given.ttlMs);
            signedAt <= instant;
            signedAt += given.ttlMs / 7
          ) {
            const signer = accessSigner(history.at(signedAt), signedAt, policy);
            assert.ok(signer && isPublished(history.at(instant), signer.kid, instant));
          }
        }
      }),
      { numRuns: 300 },
    );
  });

  test("five minutes at most, one second with the shortest lead", () => {
    assert.equal(jwksMaxAgeSeconds(policyWith()), 300);
    assert.equal(jwksMaxAgeSeconds({ publishAheadMs: leastPublishAheadMs }), 1);
  });
});
