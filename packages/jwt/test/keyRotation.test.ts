import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  type AlgorithmName,
  createVerifier,
  exportSecretJwk,
  generateKey,
  type KeySource,
  keySet,
  type PrivateKey,
  privateKey,
  publicKeyOf,
  sign,
  type VerificationKey,
} from "@cardea/jwt";
import { actors } from "./support/actors.ts";
import { clock, craft, goodClaims, headerOf, policy, segments, verdictOf } from "./support/craft.ts";

const makeKey = (kid?: string): PrivateKey => privateKey(secretOf(generateKey("ES256")), { alg: "ES256", kid });
const publics = (keys: readonly PrivateKey[]) => keys.map((key) => publicKeyOf(key));
const verifierWith = (keys: VerificationKey | KeySource) => createVerifier({ keys, policy, now: clock });
const judge = (keys: VerificationKey | KeySource, token: string) => verdictOf(verifierWith(keys).verify(token));
const nameless = Array.from({ length: 5 }, () => makeKey());
const named = ["a", "b", "c", "d", "e"].map(makeKey);

/** A source of the caller's own that answers with these keys and writes down what it was asked. */
function recorder(answer: readonly VerificationKey[] | VerificationKey | undefined) {
  const asked: (readonly [kid: string | undefined, alg: AlgorithmName])[] = [];
  const find: KeySource["find"] = (kid, alg) => {
    asked.push([kid, alg]);
    return answer;
  };
  return { asked, find };
}

describe("rotation with kid", () => {
  const [old, fresh] = [makeKey("2026-01"), makeKey("2026-02")];

  test("both keys are good while the set holds both, and each is asked by its own name", () => {
    const set = keySet(publics([old, fresh]));
    for (const key of [old, fresh]) {
      const result = verifierWith(set).verify(sign(goodClaims, key));
      assert.ok(result.ok);
      assert.equal(result.key.kid, key.kid);
    }
  });

  test("a key that has left the set is unknown, also to a verifier that has seen its tokens", () => {
    let keys = keySet(publics([old, fresh]));
    const { verify } = verifierWith({ find: (kid, alg) => keys.find(kid, alg) });
    const token = sign(goodClaims, old);
    assert.equal(verdictOf(verify(token)), "accepted");
    keys = keySet(publics([fresh]));
    assert.equal(verdictOf(verify(token)), "unknown_key");
    assert.equal(verdictOf(verify(sign(goodClaims, fresh))), "accepted");
  });

  test("a kid is no hint but a claim: the other key's signature under it is refused", () => {
    const set = keySet(publics([old, fresh]));
    const impostor = privateKey(secretOf(fresh), { alg: "ES256", kid: "2026-01" });
    assert.equal(judge(set, sign(goodClaims, impostor)), "bad_signature");
  });
});

describe("a token without kid", () => {
  const anonymous = (key: PrivateKey) => sign(goodClaims, privateKey(secretOf(key), { alg: "ES256" }));

  for (const [title, keys] of [
    ["keys that have a kid", named],
    ["keys that have none", nameless],
  ] as const) {
    test(`is tried against each of four ${title}; the one that fits is in the result`, () => {
      const four = keySet(publics(keys.slice(0, 4)));
      keys.slice(0, 4).forEach((key, at) => {
        const result = verifierWith(four).verify(anonymous(key));
        assert.ok(result.ok);
        assert.equal(result.key, four.keys[at]);
      });
      assert.equal(judge(four, anonymous(keys[4] ?? assert.fail())), "bad_signature");
    });

    test(`is not tried against any of five ${title}`, () => {
      const five = keySet(publics(keys));
      for (const key of keys) assert.equal(judge(five, anonymous(key)), "unknown_key");
    });
  }

  test("is tried against keys of its own algorithm alone, so that others do not count", () => {
    const others = [actors.EdDSA, actors.ES384, actors.RS256].map(({ verificationKey }) => verificationKey);
    const source = keySet(publics(named.slice(0, 4)));
    const keys = {
      find: (kid: string | undefined, alg: AlgorithmName) => [
        ...source.find(kid, alg),
        ...others.filter((key) => key.alg === alg),
      ],
    };
    assert.equal(judge(keys, anonymous(named[3] ?? assert.fail())), "accepted");
    assert.equal(judge(keys, craft(actors.ES384, { header: '{"alg":"ES384"}' })), "accepted");
    assert.equal(judge(keys, craft(actors.ES512, { header: '{"alg":"ES512"}' })), "unknown_key");
  });

  test("that is forged is a bad signature, whichever of several keys it was meant for", () => {
    const set = keySet(publics(named.slice(0, 4)));
    const [header, payload, signature] = segments(anonymous(named[1] ?? assert.fail()));
    const evil = Buffer.from(JSON.stringify({ ...goodClaims, sub: "admin" })).toString("base64url");
    for (const token of [
      `${header}.${evil}.${signature}`,
      `${header}.${payload}.AAAA`,
      `${header}.${payload}.${Buffer.alloc(64).toString("base64url")}`,
    ]) {
      assert.equal(judge(set, token), "bad_signature");
    }
  });
});

describe("a kid that nobody has", () => {
  const stray = (key: PrivateKey) => sign(goodClaims, privateKey(secretOf(key), { alg: "ES256", kid: "stray" }));

  test("may mean a key without a name, and never one that has another name", () => {
    const [first, second] = nameless;
    assert.ok(first && second);
    const set = keySet(publics([first, second, ...named]));
    for (const key of [first, second]) assert.equal(judge(set, stray(key)), "accepted");
    for (const key of named) assert.equal(judge(set, stray(key)), "bad_signature");
    assert.equal(judge(keySet(publics(named)), stray(named[0] ?? assert.fail())), "unknown_key");
  });

  test("is not tried against five keys without a name", () => {
    const set = keySet(publics(nameless));
    for (const key of nameless) assert.equal(judge(set, stray(key)), "unknown_key");
    assert.equal(judge(keySet(publics(nameless.slice(1))), stray(nameless[4] ?? assert.fail())), "accepted");
  });

  test("a name that one key has is never tried against the keys without one", () => {
    const [first] = nameless;
    assert.ok(first);
    const token = sign(goodClaims, privateKey(secretOf(first), { alg: "ES256", kid: "a" }));
    assert.equal(judge(keySet(publics([first, ...named])), token), "bad_signature");
  });
});

describe("a source of the caller's own that answers with a list", () => {
  const [first, second, ...more] = named;
  assert.ok(first && second);
  const token = sign(goodClaims, second);

  test("has each of up to four tried, in its order, and is asked once", () => {
    const source = recorder(publics([first, second]));
    const result = verifierWith(source).verify(token);
    assert.ok(result.ok);
    assert.equal(result.key.kid, "b");
    assert.deepEqual(source.asked, [["b", "ES256"]]);
    const [one, other] = publics([second, second]);
    assert.ok(one && other);
    const twice = verifierWith(recorder([one, other])).verify(token);
    assert.ok(twice.ok);
    assert.equal(twice.key, one);
  });

  test("five are too many, even if the right one comes first", () => {
    assert.equal(judge(recorder(publics([second, first, ...more])), token), "unknown_key");
    assert.equal(judge(recorder(publics([first, ...more.slice(0, 2), second])), token), "accepted");
  });

  test("an empty list is an unknown key, a list without the right one a bad signature", () => {
    assert.equal(judge(recorder([]), token), "unknown_key");
    assert.equal(judge(recorder(publics([first, ...more])), token), "bad_signature");
  });

  test("one key of another algorithm among them spoils the list, wherever it stands", () => {
    const stranger = actors.HS256.verificationKey;
    for (const list of [
      [stranger, ...publics([second])],
      [...publics([second]), stranger],
    ]) {
      assert.equal(judge(recorder(list), token), "wrong_algorithm");
    }
  });

  test("a list with something else than keys is a fault, never an acceptance", () => {
    for (const wrong of [undefined, null, {}, second, { ...publicKeyOf(second) }, "key", Promise.resolve()]) {
      for (const list of [[wrong], [publicKeyOf(second), wrong], [wrong, publicKeyOf(second)]]) {
        assert.throws(() => judge(recorder(list as never), token), TypeError);
      }
    }
  });

  test("is asked for each token anew, also when it is made of a key set", () => {
    const set = keySet(publics([first, second]));
    const source = recorder(publicKeyOf(second));
    const { verify } = verifierWith({ ...set, ...source });
    for (let round = 1; round <= 3; round++) {
      assert.equal(verdictOf(verify(token)), "accepted");
      assert.equal(source.asked.length, round);
    }
    let trusted = publics([first, second]);
    const changing = verifierWith({ ...set, find: () => trusted });
    assert.equal(verdictOf(changing.verify(token)), "accepted");
    trusted = publics([first]);
    assert.equal(verdictOf(changing.verify(token)), "bad_signature");
  });

  test("is not asked before form, header and algorithm are right", () => {
    const source = recorder(publicKeyOf(second));
    const [header, payload] = segments(token);
    const early = [
      "a".repeat(9000),
      `${header}.${payload}.=`,
      craft(actors.ES256, { header: headerOf(actors.ES256, { alg: "none" }) }),
      craft(actors.ES256, { header: headerOf(actors.ES256, { crit: ["x"], x: 1 }) }),
      craft(actors.ES256, { header: headerOf(actors.ES256, { typ: "at+jwt" }) }),
      craft(actors.ES256, { header: '{"alg":"ES256","alg":"ES256"}' }),
    ];
    for (const other of early) assert.notEqual(judge(source, other), "accepted");
    assert.deepEqual(source.asked, []);
  });
});

/** The private JWK without its name. */
function secretOf(key: PrivateKey) {
  const { kid: _, ...jwk } = exportSecretJwk(key);
  return jwk;
}
