import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { runInNewContext } from "node:vm";
import { createExplainer, createVerifier, type StandardSchemaV1 } from "@cardea/jwt";
import { actors } from "./support/actors.ts";
import { clock, craft, craftClaims, goodClaims, policy, verdictOf } from "./support/craft.ts";

type Roles = { readonly sub: string; readonly roles: readonly string[] };

/** What zod, valibot or arktype would make of `{ sub: string, roles: string[] }`, written by hand. */
const rolesSchema: StandardSchemaV1<unknown, Roles> = {
  "~standard": {
    version: 1,
    vendor: "by hand",
    validate(value) {
      const { sub, roles } = value as Partial<Roles>;
      if (typeof sub !== "string" || !Array.isArray(roles) || !roles.every((role) => typeof role === "string")) {
        return { issues: [{ message: "no roles" }] };
      }
      return { value: { sub, roles: [...roles] } };
    },
  },
};

const answering = (answer: unknown): StandardSchemaV1<unknown, Roles> => ({
  "~standard": { version: 1, vendor: "test", validate: () => answer as { value: Roles } },
});

const actor = actors.EdDSA;
const verifierWith = (claims: StandardSchemaV1<unknown, Roles>) => {
  const options = { keys: actor.verificationKey, policy: { ...policy, claims }, now: clock };
  return { verify: createVerifier(options).verify, explain: createExplainer(options) };
};

describe("a claims schema", () => {
  test("types the claims, and its output takes their place, frozen", () => {
    const result = verifierWith(rolesSchema).verify(craftClaims(actor, { roles: ["admin"], more: 1 }));
    assert.ok(result.ok);
    const roles: readonly string[] = result.claims.roles;
    assert.deepEqual(roles, ["admin"]);
    assert.deepEqual({ ...result.claims }, { sub: "alice", roles: ["admin"] });
    assert.ok(Object.isFrozen(result.claims) && Object.isFrozen(roles));
  });

  test("refuses claims of another shape", () => {
    const { verify, explain } = verifierWith(rolesSchema);
    for (const claims of [{}, { roles: "admin" }, { roles: [1] }, { sub: undefined, roles: [] }]) {
      const token = craftClaims(actor, claims);
      assert.equal(verdictOf(verify(token)), "claims_rejected");
      assert.equal(explain(token).refusal?.code, "claims_rejected");
    }
  });

  test("sees claims only after every other check", () => {
    let seen = 0;
    const counting: StandardSchemaV1<unknown, Roles> = {
      "~standard": {
        ...rolesSchema["~standard"],
        validate: (value) => {
          seen += 1;
          return rolesSchema["~standard"].validate(value);
        },
      },
    };
    const { verify } = verifierWith(counting);
    const refused = [{ exp: 1, iat: 0 }, { aud: "x" }, { iss: "x" }, { nbf: 9e9 }].map((claims) =>
      craftClaims(actor, claims),
    );
    for (const token of [...refused, craft({ ...actor, seal: () => "AA" })]) assert.equal(verify(token).ok, false);
    assert.equal(seen, 0);
    assert.ok(verify(craftClaims(actor, { roles: [] })).ok);
    assert.equal(seen, 1);
  });

  test("gets claims that it cannot change", () => {
    const meddling = {
      "~standard": {
        version: 1,
        vendor: "test",
        validate: (value: unknown) => ({ value: Object.assign(value as object, { sub: "admin" }) }),
      },
    } as unknown as StandardSchemaV1<unknown, Roles>;
    assert.throws(() => verifierWith(meddling).verify(craft(actor)), TypeError);
  });

  test("that is a function with the interface on it (arktype) works too", () => {
    const callable = Object.assign(() => undefined, { "~standard": rolesSchema["~standard"] });
    assert.ok(verifierWith(callable).verify(craftClaims(actor, { roles: [] })).ok);
  });

  test("whose answer is frozen on the surface alone is frozen to the bottom", () => {
    const inner = { list: [{ a: 1 }] };
    const circle: { self?: unknown; inner: unknown } = { inner };
    circle.self = circle;
    const value = Object.freeze({ inner, circle: Object.freeze(circle), twice: [inner, inner] });
    const result = verifierWith(answering({ value })).verify(craft(actor));
    assert.ok(result.ok);
    for (const part of [inner, inner.list, inner.list[0], circle, value.twice]) assert.ok(Object.isFrozen(part));
  });

  test("may make dates, maps and instances, which are left alone", () => {
    class Money {
      amount = 1;
    }
    const value = { at: new Date(0), map: new Map([["a", 1]]), money: new Money(), bytes: new Uint8Array(2) };
    const result = verifierWith(answering({ value })).verify(craft(actor));
    assert.ok(result.ok);
    assert.ok(Object.isFrozen(result.claims) && !Object.isFrozen(value.money));
  });

  describe("that misbehaves is an error, never an acceptance", () => {
    const answer = { value: goodClaims };
    const foreign = () => runInNewContext("Promise.resolve({ value: 1 })");
    const faults: Readonly<Record<string, readonly [answer: () => unknown, message: RegExp]>> = {
      "a promise": [async () => answer, /promise/],
      "a promise that is rejected": [() => Promise.reject(new Error("late")), /promise/],
      "a promise of another realm": [foreign, /promise/],
      "neither value nor issues": [() => ({}), /neither a value nor issues/],
      "a bare value": [() => true, /./],
      nothing: [() => undefined, /./],
      null: [() => null, /./],
    };
    for (const [name, [make, message]] of Object.entries(faults)) {
      test(name, () => {
        assert.throws(() => verifierWith(answering(make())).verify(craft(actor)), { name: "TypeError", message });
        assert.throws(() => verifierWith(answering(make())).explain(craft(actor)), { name: "TypeError", message });
      });
    }

    test("an exception goes through", () => {
      const bug = new Error("bug in the schema");
      const throwing = {
        "~standard": {
          version: 1,
          vendor: "test",
          validate: () => {
            throw bug;
          },
        },
      } as const;
      assert.throws(() => verifierWith(throwing).verify(craft(actor)), bug);
    });

    test("issues refuse, even with a value beside them", () => {
      for (const issues of [[], [{}], null, "no"]) {
        assert.equal(
          verdictOf(verifierWith(answering({ value: goodClaims, issues })).verify(craft(actor))),
          "claims_rejected",
        );
      }
    });
  });
});
