import assert from "node:assert/strict";
import type { JsonWebKey } from "node:crypto";
import { describe, test } from "node:test";
import {
  type AlgorithmName,
  createSigner,
  exportPublicJwk,
  exportSecretJwk,
  generateKey,
  importSecretJwk,
  type KeyPairAlgorithmName,
  keySetFromJwks,
  peek,
  privateKey,
  publicKey,
  publicKeyOf,
  sign,
  thumbprint,
} from "@cardea/jwt";
import { verifyCompact } from "@cardea/jwt/jws";
import { type Actor, edJwk, kid, publicJwk, rareActors } from "./support/actors.ts";
import { assertVerdict, craft, goodClaims, segments, verdictOf, verifierOf } from "./support/craft.ts";
import { compact, header, payload, seed, thumbprints } from "./support/rfc9964.ts";

const names = ["ML-DSA-44", "ML-DSA-65", "ML-DSA-87"] as const;
/** FIPS 204, table 2, in bytes. */
const sizes = { "ML-DSA-44": [1312, 2420], "ML-DSA-65": [1952, 3309], "ML-DSA-87": [2592, 4627] } as const;
const owners = rareActors.filter(({ alg }) => alg.startsWith("ML-"));
const jwkOf = ({ keyObject }: Actor): JsonWebKey => keyObject.export({ format: "jwk" });
const openJwkOf = ({ publicKeyObject }: Actor): JsonWebKey => publicKeyObject.export({ format: "jwk" });
const zeros = (bytes: number): string => Buffer.alloc(bytes).toString("base64url");

for (const actor of owners as readonly Actor<(typeof names)[number]>[]) {
  const { alg } = actor;
  const others = names.filter((name) => name !== alg);

  describe(`${alg}, where the runtime has it`, () => {
    test("RFC 9964 appendix A: the key of the seed has the RFC's thumbprint", () => {
      const pub = openJwkOf(actor).pub;
      assert.throws(
        () => privateKey({ kty: "AKP", alg, pub, priv: seed }, { alg }),
        /halves|fit together/,
        "of another seed",
      );
      const made = importSecretJwk({ ...fromSeed(alg), kid: thumbprints[alg] });
      assert.ok(made.kind === "private");
      assert.equal(thumbprint(exportPublicJwk(made)), thumbprints[alg]);
      assert.equal(exportSecretJwk(made).priv, seed);
      assertVerdict({ verificationKey: publicKeyOf(made) }, [sign(goodClaims, made)], "accepted");
    });

    test("a JWK has exactly the members of RFC 9964 §4, and the sizes of FIPS 204", () => {
      const key = generateKey(alg);
      const jwk = exportPublicJwk(key);
      assert.deepEqual(Object.keys(jwk).sort(), ["alg", "kid", "kty", "pub", "use"]);
      assert.deepEqual([jwk.kty, jwk.alg, key.kid], ["AKP", alg, thumbprint(jwk)]);
      assert.equal(Buffer.from(String(jwk.pub), "base64url").length, sizes[alg][0]);
      assert.equal(Buffer.from(String(exportSecretJwk(key).priv), "base64url").length, 32);
      assert.equal(Buffer.from(segments(sign({}, key))[2], "base64url").length, sizes[alg][1]);
      assert.throws(() => generateKey(alg, { modulusLength: 2048 }), /no modulusLength/);
    });

    test("signs anew each time, and every signature holds", () => {
      const signer = createSigner({ key: actor.signingKey });
      const tokens = [signer(goodClaims), signer(goodClaims), craft(actor)];
      assert.equal(new Set(tokens).size, 3);
      assertVerdict(actor, tokens, "accepted");
    });

    test("a signature of another length, or for another payload, is refused", () => {
      const [head, body, signature] = segments(craft(actor));
      const bytes = Buffer.from(signature, "base64url");
      const wrong = [bytes.subarray(1), bytes.subarray(0, -1), Buffer.concat([bytes, Buffer.of(0)]), Buffer.alloc(64)];
      for (const other of [...wrong, Buffer.alloc(bytes.length)]) {
        assertVerdict(actor, [`${head}.${body}.${other.toString("base64url")}`], "bad_signature");
      }
      assertVerdict(actor, [`${head}.e30.${signature}`], "bad_signature");
    });

    test("the header names the size of the key, no other", () => {
      for (const other of [...others, "ML-DSA", "MLDSA44", "ml-dsa-44", "EdDSA", "ES256"]) {
        const token = craft(actor, { header: JSON.stringify({ alg: other, typ: "JWT", kid }) });
        assertVerdict(actor, [token], "wrong_algorithm");
      }
    });

    test("a JWK without alg is refused, since RFC 9964 §4 requires it", () => {
      const { alg: _, ...nameless } = openJwkOf(actor);
      const { alg: _alg, ...secret } = jwkOf(actor);
      assert.throws(() => publicKey(nameless, { alg }), { name: "TypeError", message: /must name its alg/ });
      assert.throws(() => privateKey(secret, { alg }), { name: "TypeError", message: /must name its alg/ });
      assert.throws(() => importSecretJwk(secret), TypeError);
    });

    test("a JWK of another alg, type or size is refused", () => {
      const open = openJwkOf(actor);
      for (const other of others) {
        assert.throws(() => publicKey(open, { alg: other }), { name: "TypeError", message: /alg is not/ });
        assert.throws(() => publicKey({ ...open, alg: other }, { alg: other }), { message: /ML-DSA key needs/ });
      }
      for (const kty of ["OKP", "EC", "oct", "akp", undefined]) {
        assert.throws(() => publicKey({ ...open, kty } as JsonWebKey, { alg }), TypeError);
      }
      const right = sizes[alg][0];
      for (const pub of [zeros(right - 1), zeros(right + 1), "", "A", `${open.pub}=`, 7, undefined]) {
        assert.throws(() => publicKey({ ...open, pub } as JsonWebKey, { alg }), { message: /ML-DSA key needs|"pub"/ });
      }
      for (const wrong of [edJwk, publicJwk]) assert.throws(() => publicKey(wrong, { alg }), TypeError);
      assert.throws(() => publicKey(open, { alg: "EdDSA" }), TypeError);
    });

    test("a private key is the seed of 32 bytes and nothing else", () => {
      const jwk = jwkOf(actor);
      for (const priv of [zeros(31), zeros(33), zeros(64), zeros(2560), "", `${jwk.priv}=`, 7, undefined]) {
        assert.throws(() => privateKey({ ...jwk, priv } as JsonWebKey, { alg }), {
          message: /ML-DSA key needs|"priv"/,
        });
      }
      assert.throws(() => privateKey({ ...jwk, priv: seed }, { alg }), /halves|fit together/);
    });

    test("keys come from a JWK set by their alg, and spoil it when they are weak or secret", () => {
      const { alg: _, ...nameless } = openJwkOf(actor);
      const set = keySetFromJwks({ keys: [{ ...nameless, alg, kid }, nameless, { ...nameless, alg: "ML-DSA-128" }] });
      assert.deepEqual(
        set.keys.map((key) => `${key.alg} ${key.kid}`),
        [`${alg} ${kid}`],
      );
      assert.equal(
        verdictOf(verifierOf({ verificationKey: set.keys[0] ?? assert.fail() }).verify(craft(actor))),
        "accepted",
      );
      assert.throws(() => keySetFromJwks({ keys: [{ ...nameless, alg, pub: "AAAA" }] }), /ML-DSA key needs/);
      assert.throws(() => keySetFromJwks({ keys: [jwkOf(actor)] }), /secret/);
      assert.equal(keySetFromJwks({ keys: [openJwkOf(actor)] }, { allow: ["ES256"] }).size, 0);
      assert.equal(keySetFromJwks({ keys: [openJwkOf(actor)] }, { allow: [alg] }).size, 1);
    });
  });
}

/** A private JWK of the RFC's seed; the public half is found by asking node:crypto for the PKCS#8 form (RFC 9881 §6). */
function fromSeed(alg: (typeof names)[number]): JsonWebKey {
  const oid = { "ML-DSA-44": "11", "ML-DSA-65": "12", "ML-DSA-87": "13" }[alg];
  const der = `3034020100300b06096086480165030403${oid}04228020${"00".repeat(32)}`;
  return exportSecretJwk(privateKey(Buffer.from(der, "hex"), { alg }));
}

if (owners.length > 0) {
  test("RFC 9964 appendix A: the signature of the example holds, and no longer with one bit changed", () => {
    const verificationKey = publicKeyOf(privateKey(fromSeed("ML-DSA-44"), { alg: "ML-DSA-44" }));
    const accepted = verifyCompact(compact, { keys: verificationKey });
    assert.ok(accepted.ok);
    assert.equal(Buffer.from(accepted.payload).toString("utf8"), payload);
    assert.deepEqual({ ...accepted.header }, header);
    const changed = compact.replace(/^(.*\..*\.)k/, "$1l");
    assert.notEqual(changed, compact);
    assert.equal(verifyCompact(changed, { keys: verificationKey }).ok, false);
    assertVerdict({ verificationKey }, [compact], "malformed_payload");
  });
}

describe("where the runtime has no ML-DSA", () => {
  const missing: readonly KeyPairAlgorithmName[] = names.filter((name) => !owners.some(({ alg }) => alg === name));
  const publicForm = (alg: AlgorithmName) => ({ kty: "AKP", alg, pub: zeros(1312) });

  test("either all three are there or none", () => assert.ok(missing.length === 0 || missing.length === 3));

  test("each constructor says so with a TypeError", () => {
    const expected = { name: "TypeError", message: /this runtime's node:crypto has no ML-DSA-/ };
    for (const alg of missing) {
      assert.throws(() => generateKey(alg), expected);
      assert.throws(() => publicKey(publicForm(alg), { alg }), expected);
      assert.throws(() => privateKey({ ...publicForm(alg), priv: seed }, { alg }), expected);
      assert.throws(() => importSecretJwk({ ...publicForm(alg), priv: seed }), expected);
    }
    for (const { alg } of owners) assert.equal(generateKey(alg).alg, alg);
  });

  test("a JWK set may hold such keys, unless the caller asks for them", () => {
    for (const alg of missing) {
      const keys = [
        { ...publicForm(alg), kid },
        { ...publicJwk, kid: "a" },
      ];
      assert.deepEqual(
        keySetFromJwks({ keys }).keys.map((key) => key.kid),
        ["a"],
      );
      assert.throws(() => keySetFromJwks({ keys }, { allow: [alg, "ES256"] }), /this runtime's node:crypto has no/);
    }
  });

  test("the example can be looked at everywhere, and is refused by whoever has another key", () => {
    const token = `${compact.split(".")[0]}.e30.${compact.split(".")[2]}`;
    assert.deepEqual(peek(token)?.unverifiedHeader, header);
    const verificationKey = publicKey(publicJwk, { alg: "ES256" });
    assert.equal(verdictOf(verifierOf({ verificationKey }).verify(token)), "wrong_algorithm");
  });
});
