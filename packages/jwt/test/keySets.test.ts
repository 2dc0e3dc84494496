import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { createVerifier, type KeySource, keySet, keySetFromJwks, publicKey, type VerificationKey } from "@cardea/jwt";
import { actors, edJwk, everyActor, kid, publicJwk, rsaJwk, secretJwk } from "./support/actors.ts";
import { clock, craft, headerOf, policy, verdictOf } from "./support/craft.ts";

describe("keySet", () => {
  const key = (name: string | undefined, alg: "ES256" | "EdDSA" | "RS256" = "ES256") =>
    publicKey(actors[alg].publicKeyObject, { alg, kid: name });

  test("finds by kid exactly, and never under another algorithm", () => {
    const [first, second] = [key("a"), key("b", "EdDSA")];
    const { find, size, keys } = keySet([first, second]);
    assert.deepEqual([size, keys], [2, [first, second]]);
    assert.deepEqual(find("a", "ES256"), [first]);
    assert.deepEqual(find("b", "EdDSA"), [second]);
    for (const [name, alg] of [
      ["a", "EdDSA"],
      ["A", "ES256"],
      ["a ", "ES256"],
      ["c", "ES256"],
      ["", "ES256"],
      ["a", "none"],
    ]) {
      assert.deepEqual(find(name, alg), []);
    }
    for (const name of ["__proto__", "constructor", "toString", "size", "0"]) {
      assert.deepEqual(find(name, "ES256"), []);
    }
  });

  test("without kid answers with each key of the algorithm", () => {
    const [first, second, third] = [key("a"), key("b"), key("c", "EdDSA")];
    const { find } = keySet([first, second, third]);
    assert.deepEqual(find(undefined, "ES256"), [first, second]);
    assert.deepEqual(find(undefined, "EdDSA"), [third]);
    assert.deepEqual(find(undefined, "RS256"), []);
  });

  test("a kid that nobody has may mean a key without one, and a kid that somebody has never does", () => {
    const [nameless, other, named] = [key(undefined), key(undefined, "EdDSA"), key("b")];
    const { find } = keySet([nameless, other, named]);
    assert.deepEqual(find("any", "ES256"), [nameless]);
    assert.deepEqual(find("any", "EdDSA"), [other]);
    assert.deepEqual(find("any", "RS256"), []);
    assert.deepEqual(find("b", "ES256"), [named]);
    assert.deepEqual(find("b", "EdDSA"), []);
    assert.deepEqual(find(undefined, "ES256"), [nameless, named]);
  });

  test("refuses two keys with one kid, and what is no key to verify with", () => {
    assert.throws(() => keySet([key("a"), key("a", "EdDSA")]), /same kid/);
    for (const list of [undefined, null, key("a"), new Set([key("a")]), { length: 0 }]) {
      assert.throws(() => keySet(list as never), { name: "TypeError", message: /expects keys made by/ });
    }
    for (const value of [actors.ES256.signingKey, { ...key("a") }, {}, null, "a"]) {
      assert.throws(() => keySet([value as VerificationKey]), TypeError);
    }
  });

  test("is frozen, and apart from the list it was made of", () => {
    const list = [key("a")];
    const set = keySet(list);
    list.push(key("b"));
    assert.equal(set.size, 1);
    assert.deepEqual(set.find("b", "ES256"), []);
    assert.ok(Object.isFrozen(set) && Object.isFrozen(set.keys));
  });

  test("an empty set knows nobody", () => {
    const { verify } = createVerifier({ keys: keySet([]), policy, now: clock });
    for (const actor of everyActor) assert.equal(verdictOf(verify(craft(actor))), "unknown_key");
  });
});

describe("a key source of the caller's own", () => {
  const judge = (source: unknown, token = craft(actors.ES256)) =>
    verdictOf(createVerifier({ keys: source as KeySource, policy, now: clock }).verify(token));
  const { verificationKey: right } = actors.ES256;

  test("is asked for kid and alg", () => {
    const asked: unknown[] = [];
    const find = (...given: unknown[]) => {
      asked.push(given);
      return right;
    };
    assert.equal(judge({ find }), "accepted");
    assert.equal(
      judge({ find }, craft(actors.ES256, { header: headerOf(actors.ES256, { kid: undefined }) })),
      "accepted",
    );
    assert.deepEqual(asked, [
      [kid, "ES256"],
      [undefined, "ES256"],
    ]);
  });

  test("is not believed about the algorithm", () => {
    assert.equal(judge({ find: () => right }, craft(actors.RS256)), "wrong_algorithm");
    assert.equal(judge({ find: () => actors.HS256.verificationKey }), "wrong_algorithm");
  });

  test("knows no key: undefined or null, whatever else it has", () => {
    for (const nothing of [undefined, null]) {
      const find = () => nothing;
      for (const keys of [undefined, new Map([[kid, right]]), "keys", [null, {}, actors.ES256.signingKey], () => []]) {
        assert.equal(judge({ find, keys }), "unknown_key");
      }
      assert.equal(judge({ find, keys: [actors.RS256.verificationKey] }), "wrong_algorithm");
    }
  });

  test("that answers with something else than a key is a fault, never an acceptance", () => {
    const answers = [{}, { ...right }, actors.ES256.signingKey, Promise.resolve(right), publicJwk, "key", true];
    for (const answer of answers) assert.throws(() => judge({ find: () => answer }), TypeError);
  });

  test("must be able to find", () => {
    const wrong = [
      undefined,
      null,
      {},
      [],
      "secret",
      Buffer.alloc(64),
      publicJwk,
      actors.ES256.signingKey,
      { find: 1 },
    ];
    for (const keys of wrong) {
      assert.throws(() => createVerifier({ keys: keys as never, policy }), /keys must be/);
    }
  });
});

describe("keySetFromJwks", () => {
  const named = (jwk: object, name: string, members: object = {}) => ({ ...jwk, kid: name, ...members });
  const kidsOf = (keys: readonly unknown[], options = {}) =>
    keySetFromJwks({ keys }, options).keys.map(({ alg, kid }) => `${kid} ${alg}`);

  test("takes the algorithm from alg, else from the curve", () => {
    const keys = [
      named(publicJwk, "a"),
      named(edJwk, "b"),
      named(edJwk, "c", { alg: "Ed25519" }),
      named(rsaJwk, "d", { alg: "PS512" }),
      named(actors.ES512.publicKeyObject.export({ format: "jwk" }), "e", { use: "sig", x5c: ["x"], other: 1 }),
    ];
    assert.deepEqual(kidsOf(keys), ["a ES256", "b EdDSA", "c Ed25519", "d PS512", "e ES512"]);
  });

  test("skips what it must (RFC 7517 §5)", () => {
    const skipped = [
      named(rsaJwk, "no alg"),
      named(rsaJwk, "encryption", { use: "enc", alg: "RSA-OAEP" }),
      named(rsaJwk, "operation", { alg: "RS256", key_ops: ["encrypt"] }),
      named(rsaJwk, "none", { alg: "none" }),
      named(rsaJwk, "HMAC", { alg: "HS256" }),
      named(rsaJwk, "curve", { alg: "ES256" }),
      named(publicJwk, "other curve", { alg: "ES384" }),
      named(publicJwk, "unknown curve", { crv: "secp256k1" }),
      named(publicJwk, "alg of another type", { alg: 7 }),
      { kty: "AKP", pub: "AAAA", alg: "ML-DSA-128" },
      { kty: "AKP", pub: "AAAA" },
      { kty: "__proto__" },
      {},
    ];
    assert.deepEqual(kidsOf([...skipped, named(publicJwk, "a")]), ["a ES256"]);
    assert.equal(keySetFromJwks({ keys: skipped }).size, 0);
  });

  test("allow narrows the set, and decides for RSA where it leaves no choice", () => {
    const keys = [named(publicJwk, "a"), named(rsaJwk, "b"), named(rsaJwk, "c", { alg: "RS256" })];
    assert.deepEqual(kidsOf(keys, { allow: ["PS256"] }), ["b PS256"]);
    assert.deepEqual(kidsOf(keys, { allow: ["RS256", "HS256"] }), ["b RS256", "c RS256"]);
    assert.deepEqual(kidsOf(keys, { allow: ["RS256", "PS256"] }), ["c RS256"]);
    assert.deepEqual(kidsOf(keys, { allow: ["ES256"] }), ["a ES256"]);
    assert.deepEqual(kidsOf(keys, { allow: ["HS256"] }), []);
    assert.deepEqual(kidsOf(keys, { allow: [] }), []);
  });

  test("refuses secrets, weak or broken keys, shared kids and great numbers", () => {
    const faults = [
      [named(secretJwk, "a")],
      [{ kty: "oct", k: "AAAA", alg: "HS256" }],
      [named(publicJwk, "a"), { kty: "oct", k: "" }],
      [named(publicJwk, "a", { y: publicJwk.x })],
      [named(publicJwk, "a"), named(edJwk, "a")],
      [named(publicJwk, "")],
      [null],
      ["key"],
      [[publicJwk]],
      Array.from({ length: 101 }, () => ({})),
    ];
    for (const keys of faults) assert.throws(() => keySetFromJwks({ keys }), TypeError);
    assert.equal(keySetFromJwks({ keys: Array.from({ length: 100 }, (_, at) => named(publicJwk, `${at}`)) }).size, 100);
  });

  test("refuses what is no set, and options it does not know", () => {
    for (const set of [undefined, null, [], {}, "{}", { keys: {} }, { keys: "a" }, { keys: null }, publicJwk]) {
      assert.throws(() => keySetFromJwks(set), TypeError);
    }
    assert.throws(() => keySetFromJwks({ keys: [] }, { algs: [] } as object), /no option "algs"/);
    for (const allow of ["ES256", ["none"], ["es256"], [null], null, {}]) {
      assert.throws(() => keySetFromJwks({ keys: [] }, { allow: allow as never }), TypeError);
    }
  });
});
