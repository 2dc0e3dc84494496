import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { actors, mainActors } from "./support/actors.ts";
import {
  b64,
  craft,
  craftClaims,
  goodClaims,
  headerOf,
  now,
  rememberingVerifier,
  segments,
  verdictOf,
} from "./support/craft.ts";

const tokensOf = (count: number) =>
  Array.from({ length: count }, (_, at) => craftClaims(actors.HS256, { jti: `other-${at}` }));

/** Which of the tokens are remembered after all of them came, in order. Asks a verifier of its own about each one. */
function remembered(tokens: readonly string[], cacheSize: number): readonly number[] {
  return tokens.flatMap((token, at) => {
    const { verify, seen } = rememberingVerifier(actors.HS256, { cacheSize });
    for (const each of tokens) assert.ok(verify(each).ok);
    const before = seen.fullChecks;
    assert.ok(verify(token).ok);
    return seen.fullChecks === before ? [at] : [];
  });
}

describe("memory is bounded", () => {
  for (const cacheSize of [2, 3, 4, 5, 7, 8, 16]) {
    test(`at most ${cacheSize} tokens, at least half as many, the latest among them`, () => {
      for (const count of [1, 2, 3, 4, 5, 6, 9, 17, 40]) {
        const kept = remembered(tokensOf(count), cacheSize);
        assert.ok(kept.length <= cacheSize, `${kept.length} of ${count}`);
        assert.ok(kept.length >= Math.min(count, Math.floor(cacheSize / 2)), `${kept.length} of ${count}`);
        assert.equal(kept.at(-1), count - 1);
        assert.deepEqual(
          kept,
          kept.map((_, at) => count - kept.length + at),
          "the latest ones",
        );
      }
    });
  }

  test("a token that keeps coming is kept, however many others come between", () => {
    const { verify, seen } = rememberingVerifier(actors.HS256, { cacheSize: 4 });
    const [regular = "", ...others] = tokensOf(60);
    assert.ok(verify(regular).ok);
    for (const other of others) {
      assert.ok(verify(other).ok);
      assert.ok(verify(regular).ok);
    }
    assert.equal(seen.fullChecks, 60);
  });
});

describe("refusals are never remembered", () => {
  for (const actor of mainActors) {
    test(`${actor.alg}: not even of a token that becomes good`, () => {
      const { verify, seen } = rememberingVerifier(actor);
      const early = craftClaims(actor, { nbf: now + 10 });
      for (let round = 0; round < 3; round++) assert.equal(verdictOf(verify(early)), "not_yet_valid");
      seen.at = now + 10;
      assert.equal(verdictOf(verify(early)), "accepted");
    });
  }

  test("a flood of refused tokens pushes no good one out", () => {
    const { verify, seen } = rememberingVerifier(actors.HS256, { cacheSize: 2 });
    const token = craft(actors.HS256);
    assert.ok(verify(token).ok);
    const [header, , signature] = segments(token);
    for (let at = 0; at < 200; at++) {
      const payload = b64(JSON.stringify({ ...goodClaims, jti: `other-${at}` }));
      assert.equal(verdictOf(verify(`${header}.${payload}.${signature}`)), "bad_signature");
      assert.equal(verdictOf(verify(craftClaims(actors.HS256, { aud: `${at}` }))), "wrong_audience");
      assert.equal(verdictOf(verify(`${at}.${token}`)), "malformed_token");
    }
    assert.ok(verify(token).ok);
    assert.equal(seen.fullChecks, 1);
  });
});

describe("CVE-2026-35039: one token is never answered with what was found out about another", () => {
  for (const actor of mainActors) {
    test(`${actor.alg}: a changed header or payload under a remembered signature is refused`, () => {
      const { verify, seen } = rememberingVerifier(actor);
      const token = craft(actor);
      const [header, payload, signature] = segments(token);
      const admin = b64(JSON.stringify({ ...goodClaims, sub: "admin" }));
      const forged = [
        [`${header}.${admin}.${signature}`, "bad_signature"],
        [`${b64(headerOf(actor, { x: 1 }))}.${payload}.${signature}`, "bad_signature"],
        [`${b64(headerOf(actor, { alg: "none" }))}.${payload}.${signature}`, "wrong_algorithm"],
        [`${b64(headerOf(actor, { kid: "other" }))}.${payload}.${signature}`, "unknown_key"],
        [`${header}.${payload}=.${signature}`, "malformed_token"],
        [`${header}.${payload}. ${signature}`, "malformed_token"],
        [`a${token}`, "malformed_header"],
        [signature.slice(-43), "malformed_token"],
      ] as const;
      for (let round = 0; round < 2; round++) {
        for (const [text, code] of forged) {
          assert.ok(verify(token).ok);
          assert.equal(verdictOf(verify(text)), code);
        }
      }
      assert.equal(seen.fullChecks, 1);
    });

    test(`${actor.alg}: tokens that share the last 43 characters are judged each for itself`, () => {
      const { verify, seen } = rememberingVerifier(actor);
      const token = craft(actor);
      assert.ok(verify(token).ok);
      const tail = token.slice(-43);
      const [header, payload, signature] = segments(craftClaims(actor, { jti: "8" }));
      const grafted = `${header}.${payload}.${signature.slice(0, -43)}${tail}`;
      assert.equal(grafted.slice(-43), tail);
      assert.notEqual(grafted, token);
      for (let round = 0; round < 3; round++) {
        assert.equal(verdictOf(verify(grafted)), "bad_signature");
        assert.ok(verify(token).ok);
      }
      assert.equal(seen.fullChecks, 1);
    });
  }

  test("nor when the token that shares them is about to be forgotten", () => {
    const { verify, seen } = rememberingVerifier(actors.RS256, { cacheSize: 2 });
    const token = craft(actors.RS256);
    const [header, , signature] = segments(token);
    const forged = `${header}.${b64(JSON.stringify({ ...goodClaims, sub: "admin" }))}.${signature}`;
    for (let round = 0; round < 3; round++) {
      assert.ok(verify(token).ok);
      assert.ok(verify(craftClaims(actors.RS256, { jti: `next-${round}` })).ok, "which makes the first the elder");
      assert.equal(verdictOf(verify(forged)), "bad_signature");
    }
    assert.equal(seen.fullChecks, 4, "and it is still remembered each time");
  });

  test("tokens of equal claims but for one are never mixed up", () => {
    const { verify } = rememberingVerifier(actors.HS256, { cacheSize: 8 });
    for (let round = 0; round < 3; round++) {
      for (let at = 0; at < 20; at++) {
        const result = verify(craftClaims(actors.HS256, { sub: `user-${at}` }));
        assert.ok(result.ok);
        assert.equal((result.claims as { sub?: string }).sub, `user-${at}`);
      }
    }
  });

  test("what is no string is none of the remembered tokens", () => {
    const { verify } = rememberingVerifier(actors.HS256);
    const token = craft(actors.HS256);
    assert.ok(verify(token).ok);
    const likes = [new String(token), [token], { toString: () => token }, Buffer.from(token), undefined, null];
    for (const like of likes) assert.equal(verdictOf(verify(like as string)), "malformed_token");
  });
});
