import assert from "node:assert/strict";
import { test } from "node:test";
import { createVerifier, type StandardSchemaV1, sign } from "@cardea/jwt";
import { actors } from "./support/actors.ts";
import { clock, goodClaims, policy } from "./support/craft.ts";

const { signingKey, verificationKey: keys } = actors.HS256;

/** A schema that counts how often it is asked, and what a verifier with it remembers. */
function asked(output: () => unknown): { readonly times: () => number; readonly verify: (token: string) => unknown } {
  let times = 0;
  const schema: StandardSchemaV1<unknown, unknown> = {
    "~standard": {
      version: 1,
      vendor: "test",
      validate: () => {
        times++;
        return { value: output() };
      },
    },
  };
  const { verify } = createVerifier({ keys, policy: { ...policy, claims: schema }, now: clock, cacheSize: 10 });
  return {
    times: () => times,
    verify: (token) => {
      const result = verify(token);
      assert.ok(result.ok);
      return result.claims;
    },
  };
}

test("what nobody can change is remembered", () => {
  for (const output of [() => ({ a: [{ b: 1 }] }), () => "text", () => null, () => Object.freeze({ a: { b: 1 } })]) {
    const { verify, times } = asked(output);
    const token = sign(goodClaims, signingKey);
    assert.equal(verify(token), verify(token));
    assert.equal(times(), 1);
  }
});

test("what the one who got it can change is made anew each time", () => {
  const circle: Record<string, unknown> = {};
  circle.self = circle;
  for (const output of [
    () => ({ scopes: new Set(["read"]) }),
    () => ({ deep: [{ at: new Date(0) }] }),
    () => new Map(),
    () => ({ act: () => 1 }),
    () => circle,
  ]) {
    const { verify, times } = asked(output);
    const token = sign(goodClaims, signingKey);
    verify(token);
    verify(token);
    assert.equal(times(), 2);
  }
  const { verify } = asked(() => ({ scopes: new Set(["read"]) }));
  const token = sign(goodClaims, signingKey);
  (verify(token) as { scopes: Set<string> }).scopes.add("admin");
  assert.deepEqual([...(verify(token) as { scopes: Set<string> }).scopes], ["read"]);
});
