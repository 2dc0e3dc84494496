import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { keySet, publicKey } from "@cardea/jwt";
import { type GeneralJws, signGeneral, verifyGeneral } from "@cardea/jwt/jws";
import { type Actor, actors } from "./support/actors.ts";
import { assertVerdicts, refusalIn, seal } from "./support/jws.ts";

const own = (owner: Actor) => publicKey(owner.publicKeyObject, { alg: owner.alg as "ES256", kid: owner.alg });
const [es, rs] = [own(actors.ES256), own(actors.RS256)];
const keys = keySet([es, rs]);

const entry = (owner: Actor, header: object = {}, payload = "hello") => {
  const { payload: _, ...signature } = seal(owner, { header: { alg: owner.alg, ...header }, payload });
  return signature;
};
const good = [entry(actors.ES256), entry(actors.RS256)] as const;
const forged = entry(actors.ES256, {}, "another payload");
const strange = entry(actors.ES384);
const { payload } = seal(actors.ES256, { header: {} });
const jws = (...signatures: object[]): GeneralJws => ({ payload, signatures }) as unknown as GeneralJws;
const byAll = (given: unknown, options: object = {}) =>
  verifyGeneral(given as GeneralJws, { keys, accept: "all", ...options });
const byAny = (given: unknown, options: object = {}) =>
  verifyGeneral(given as GeneralJws, { keys, accept: "any", ...options });

describe("several signatures", () => {
  test("all hold: accepted by all and by any, with the keys in the order of the JWS", () => {
    for (const verdict of [byAll(jws(...good)), byAny(jws(...good)), byAll(JSON.stringify(jws(...good)))]) {
      assertVerdicts(verdict, ["accepted", "accepted"], "hello");
      assert.deepEqual(
        verdict.signatures.map((each) => each.ok && each.key),
        [es, rs],
      );
    }
  });

  for (const [name, bad, code] of [
    ["is forged", forged, "bad_signature"],
    ["is by an unknown key", strange, "unknown_key"],
    ["says none", entry(actors.ES256, { alg: "none" }), "wrong_algorithm"],
    ["asks for an extension", entry(actors.ES256, { crit: ["x"], x: 1 }), "unsupported_critical"],
    ["is of another type", entry(actors.ES256, { typ: "JWT" }), "wrong_type"],
    ["has no alg", entry(actors.ES256, { alg: undefined }), "malformed_header"],
    ["asks for an unencoded payload", entry(actors.ES256, { b64: false, crit: ["b64"] }), "unsupported_critical"],
  ] as const) {
    test(`one ${name}: refused by all, accepted by any, and the result says which`, () => {
      for (const [signatures, expected] of [
        [
          [good[1], bad],
          ["accepted", code],
        ],
        [
          [bad, good[1]],
          [code, "accepted"],
        ],
      ] as const) {
        assertVerdicts(byAny(jws(...signatures)), expected, "hello");
        assertVerdicts(byAll(jws(...signatures)), expected);
        assert.equal(refusalIn(byAll(jws(...signatures))), code);
      }
    });

    test(`the only one ${name}: refused by any as well`, () => {
      for (const verify of [byAll, byAny]) {
        assertVerdicts(verify(jws(bad)), [code]);
        assert.equal(refusalIn(verify(jws(bad))), code);
        assertVerdicts(verify(jws(bad, bad)), [code, code]);
      }
    });
  }

  test("none hold: the first refusal speaks for the whole", () => {
    assertVerdicts(byAny(jws(strange, forged)), ["unknown_key", "bad_signature"]);
    assert.equal(refusalIn(byAny(jws(strange, forged))), "unknown_key");
    assert.equal(refusalIn(byAny(jws(forged, strange))), "bad_signature");
  });

  test("a signature cannot be carried over to another payload", () => {
    const other = seal(actors.ES256, { header: {}, payload: "other" }).payload;
    assertVerdicts(byAny({ ...jws(...good), payload: other }), ["bad_signature", "bad_signature"]);
  });

  test("the unprotected header of one does not speak for another", () => {
    const bare = seal(actors.ES256, { header: {}, payload: "hello" });
    const first = { ...good[0], header: { note: "x" } };
    assertVerdicts(byAll(jws(first, good[1])), ["accepted", "accepted"], "hello");
    const { payload: _, ...noAlg } = bare;
    assertVerdicts(byAny(jws({ ...good[1], header: { x: 1 } }, noAlg)), ["accepted", "malformed_header"], "hello");
  });
});

describe("the list", () => {
  const one = good[0];

  test("has 1 to 8 signatures", () => {
    assert.equal(refusalIn(byAll(jws())), "malformed_token");
    assert.equal(refusalIn(byAny(jws())), "malformed_token");
    assert.equal(refusalIn(byAll(jws(...Array(8).fill(one)))), "accepted");
    assert.equal(refusalIn(byAny(jws(...Array(9).fill(one)))), "malformed_token");
    const many = jws(...Array(1000).fill({ signature: "AA" }));
    assert.equal(refusalIn(byAny(many)), "token_too_long");
    assert.equal(refusalIn(byAny(many, { maxBytes: 1e6 })), "malformed_token");
  });

  for (const [name, bad] of Object.entries({
    "no list": { payload },
    "a list that is none": { payload, signatures: one },
    "a list that is null": { payload, signatures: null },
    "a list that looks like one": { payload, signatures: { 0: one, length: 1 } },
    "a signature beside the list": { ...jws(one), signature: one.signature },
    "a protected header beside the list": { ...jws(one), protected: one.protected },
    "an unprotected header beside the list": { ...jws(one), header: { x: 1 } },
    "the flattened form": { payload, ...one },
    "an entry that is null": jws(one, null as unknown as object),
    "an entry that is text": jws(one, "x" as unknown as object),
    "an entry that is a list": jws(one, [one]),
    "an entry without a signature": jws(one, { protected: one.protected }),
    "an entry with an empty signature": jws(one, { ...one, signature: "" }),
    "an entry with a padded signature": jws(one, { ...one, signature: `${one.signature}=` }),
    "an entry with a padded header": jws(one, { ...one, protected: `${one.protected}=` }),
    "an entry with an empty header": jws(one, { ...one, header: {} }),
  })) {
    test(`${name} makes the whole malformed, for any as well`, () => {
      for (const verify of [byAll, byAny]) {
        for (const given of [bad, JSON.stringify(bad)]) {
          const result = verify(given);
          assert.equal(refusalIn(result), "malformed_token");
          assert.deepEqual(result.signatures, []);
        }
      }
    });
  }

  test("twice in one text makes it malformed", () => {
    const text = JSON.stringify(jws(one));
    assert.equal(refusalIn(byAny(text.replace("{", `{"signatures":${JSON.stringify([forged])},`))), "malformed_token");
    assert.equal(refusalIn(byAny(text.replace('"signature":', '"signature":"AA","signature":'))), "malformed_token");
  });
});

describe("the payload of all", () => {
  const b64false = { b64: false, crit: ["b64"] };
  const accepted = { unencoded: "accepted" };
  const plain = [entry(actors.ES256, b64false), entry(actors.RS256, b64false)] as const;

  test("is encoded for all or for none (RFC 7797 §3)", () => {
    assertVerdicts(byAll({ payload: "hello", signatures: plain }, accepted), ["accepted", "accepted"], "hello");
    for (const signatures of [
      [plain[0], good[1]],
      [good[0], plain[1]],
    ]) {
      for (const given of ["hello", payload]) {
        for (const verify of [byAll, byAny]) {
          const result = verify({ payload: given, signatures }, accepted);
          assert.equal(refusalIn(result), "malformed_header");
          assert.deepEqual(result.signatures, []);
        }
      }
    }
  });

  test("comes from the caller when it is detached, and from nowhere else", () => {
    const detached = { signatures: good };
    assertVerdicts(byAll(detached, { payload: "hello" }), ["accepted", "accepted"], "hello");
    assert.equal(refusalIn(byAny(detached)), "malformed_payload");
    assert.equal(refusalIn(byAny(jws(...good), { payload: "hello" })), "malformed_payload");
    assertVerdicts(byAny(detached, { payload: "hello!" }), ["bad_signature", "bad_signature"]);
  });

  test("is not canonical base64url: the whole is malformed", () => {
    for (const bad of [`${payload}=`, `${payload} `, "aGVsbG9", "+/", "ü"]) {
      for (const verify of [byAll, byAny]) {
        assert.equal(refusalIn(verify({ payload: bad, signatures: good })), "malformed_payload");
      }
    }
  });
});

test("up to eight signers sign one payload", () => {
  const signers = Array(8).fill({ key: actors.HS256.signingKey });
  const made = signGeneral("hello", { signers });
  const result = verifyGeneral(made, { keys: actors.HS256.verificationKey, accept: "all" });
  assertVerdicts(result, Array(8).fill("accepted"), "hello");
  assert.throws(() => signGeneral("hello", { signers: [...signers, ...signers] }), TypeError);
  assert.throws(() => signGeneral("hello", { signers: [] }), TypeError);
});
