import assert from "node:assert/strict";
import { generateKeyPairSync, type JsonWebKey } from "node:crypto";
import { describe, test } from "node:test";
import {
  createSigner,
  createVerifier,
  exportPublicJwk,
  exportSecretJwk,
  generateKey,
  importSecretJwk,
  keySetFromJwks,
  privateKey,
  publicKey,
  publicKeyOf,
  thumbprint,
} from "@cardea/jwt";
import { verifyCompact } from "@cardea/jwt/jws";
import { type Actor, actors, kid, publicJwk, rareActors, secretJwk } from "./support/actors.ts";
import { assertVerdict, clock, craft, goodClaims, policy, verdictOf } from "./support/craft.ts";

/** A token of DIF's Sidetree test vectors: its payload names the very key that signed it. */
const sidetree = {
  jwk: {
    kty: "EC",
    crv: "secp256k1",
    x: "nIqlRCx0eyBSXcQnqDpReSv4zuWhwCRWssoc9L_nj6A",
    y: "iG29VK6l2U5sKBZUSJePvyFusXgSlK2dDFlWaCM8F7k",
  },
  header: "eyJhbGciOiJFUzI1NksifQ",
  payload:
    "eyJ1cGRhdGVLZXkiOnsia3R5IjoiRUMiLCJjcnYiOiJzZWNwMjU2azEiLCJ4IjoibklxbFJDeDBleUJTWGNRbnFEcFJlU3Y0enVXaHdDUldzc29j" +
    "OUxfbmo2QSIsInkiOiJpRzI5Vks2bDJVNXNLQlpVU0plUHZ5RnVzWGdTbEsyZERGbFdhQ004RjdrIn0sImRlbHRhSGFzaCI6IkVpQXZsbVVRYy1j" +
    "aDg0Slp5bmdQdkJzUkc3eWh4aUFSenlYOE5lNFQ4LTlyTncifQ",
  signature: "Q9MuoQqFlhYhuLDgx4f-0UM9QyCfZp_cXt7vnQ4ict5P4_ZWKwG4OXxxqFvdzE-e3ZkEbvfR0YxEIpYO9MrPFw",
} as const;

const owners = rareActors.filter(({ alg }) => alg === "ES256K") as readonly Actor<"ES256K">[];

for (const actor of owners) {
  const open = actor.publicKeyObject.export({ format: "jwk" });
  const secret = actor.keyObject.export({ format: "jwk" });

  describe("ES256K (RFC 8812) is for those who name it", () => {
    test("in publicKey, privateKey and generateKey, and then it signs and verifies", () => {
      const key = privateKey(secret, { alg: "ES256K", kid });
      const verificationKey = publicKey(open, { alg: "ES256K", kid });
      assertVerdict({ verificationKey }, [createSigner({ key })(goodClaims), craft(actor)], "accepted");
      const made = generateKey("ES256K");
      const jwk = exportPublicJwk(made);
      assert.deepEqual([jwk.kty, jwk.crv, jwk.alg, made.kid], ["EC", "secp256k1", "ES256K", thumbprint(jwk)]);
      assertVerdict({ verificationKey: publicKeyOf(made) }, [createSigner({ key: made })(goodClaims)], "accepted");
    });

    test("in allow of keySetFromJwks; without it such keys are skipped, whatever they say", () => {
      const keys = [open, { ...open, alg: "ES256K", kid: "a" }, { ...open, alg: "ES256", kid: "b" }];
      assert.equal(keySetFromJwks({ keys }).size, 0);
      assert.equal(keySetFromJwks({ keys }, { allow: ["ES256"] }).size, 0);
      const set = keySetFromJwks({ keys }, { allow: ["ES256K"] });
      assert.deepEqual(
        set.keys.map(({ alg, kid }) => [alg, kid]),
        [
          ["ES256K", undefined],
          ["ES256K", "a"],
        ],
      );
      const { verify } = createVerifier({ keys: set, policy, now: clock });
      assert.equal(verdictOf(verify(craft(actor))), "accepted");
      const mixed = keySetFromJwks(
        {
          keys: [
            { ...publicJwk, kid: "p" },
            { ...open, kid: "k" },
          ],
        },
        { allow: ["ES256", "ES256K"] },
      );
      assert.deepEqual(
        mixed.keys.map(({ alg, kid }) => `${kid} ${alg}`),
        ["p ES256", "k ES256K"],
      );
    });

    test("never through importSecretJwk, which says how instead", () => {
      const exported = exportSecretJwk(actor.signingKey);
      assert.equal(exported.alg, "ES256K");
      assert.throws(() => importSecretJwk(exported), {
        name: "TypeError",
        message: /privateKey\(jwk, \{ alg: "ES256K" \}\)/,
      });
      assertVerdict(actor, [createSigner({ key: privateKey(exported, { alg: "ES256K" }) })(goodClaims)], "accepted");
    });
  });

  describe("secp256k1 and P-256 are never taken for each other", () => {
    test("a key of one is none of the other, in any form", () => {
      for (const form of [publicJwk, actors.ES256.publicKeyObject]) {
        assert.throws(() => publicKey(form, { alg: "ES256K" }), /takes a key of type EC secp256k1/);
      }
      assert.throws(() => privateKey(secretJwk, { alg: "ES256K" }), /takes a key of type EC secp256k1/);
      assert.throws(() => publicKey(open, { alg: "ES256" }), /takes a key of type EC P-256/);
      assert.throws(() => privateKey(secret, { alg: "ES256" }), /takes a key of type EC P-256/);
      assert.throws(() => publicKey({ ...open, alg: "ES256" }, { alg: "ES256K" }), /alg is not ES256K/);
      assert.throws(
        () => publicKey({ ...publicJwk, crv: "secp256k1" } as JsonWebKey, { alg: "ES256K" }),
        /not a point on/,
      );
      assert.throws(() => publicKey({ ...open, crv: "P-256" } as JsonWebKey, { alg: "ES256" }), /not a point on/);
      for (const crv of ["P-256K", "K-256", "SECP256K1", ""]) {
        assert.throws(() => publicKey({ ...open, crv }, { alg: "ES256K" }), TypeError);
      }
    });

    test("nor are their tokens, even under a true signature", () => {
      const relabelled = (from: Actor, alg: string) =>
        craft(from, { header: JSON.stringify({ alg, kid, typ: "JWT" }) });
      assertVerdict(actor, [craft(actors.ES256)], "wrong_algorithm");
      assertVerdict(actors.ES256, [craft(actor)], "wrong_algorithm");
      assertVerdict(actor, [relabelled(actor, "ES256")], "wrong_algorithm");
      assertVerdict(actor, [relabelled(actors.ES256, "ES256K")], "bad_signature");
      assertVerdict(actors.ES256, [relabelled(actor, "ES256")], "bad_signature");
    });
  });

  test("CVE-2022-21449: r and s are from 1 to the order of secp256k1 less 1", () => {
    const order = Buffer.from(`${"f".repeat(31)}ebaaedce6af48a03bbfd25e8cd0364141`, "hex");
    const one = Buffer.concat([Buffer.alloc(31), Buffer.of(1)]);
    const values = [Buffer.alloc(32), order, Buffer.alloc(32, 0xff)];
    const [head, body] = craft(actor).split(".");
    for (const [r, s] of [...values.map((value) => [value, one]), ...values.map((value) => [one, value])]) {
      const signature = Buffer.concat([r ?? one, s ?? one]).toString("base64url");
      assertVerdict(actor, [`${head}.${body}.${signature}`], "bad_signature");
    }
  });

  test("a vector of others: the token of the Sidetree test vectors holds under the key that it names", () => {
    const { jwk, header, payload, signature } = sidetree;
    const keys = publicKey(jwk, { alg: "ES256K" });
    const result = verifyCompact(`${header}.${payload}.${signature}`, { keys });
    assert.ok(result.ok);
    assert.deepEqual(JSON.parse(Buffer.from(result.payload).toString()).updateKey, jwk);
    assert.equal(verifyCompact(`${header}.${payload.replace("e", "f")}.${signature}`, { keys }).ok, false);
    assert.equal(verifyCompact(`${header}.${payload}.${signature.replace("Q", "R")}`, { keys }).ok, false);
  });
}

test("where the runtime has no secp256k1, each constructor says so, and sets skip it", () => {
  const call = (make: () => unknown) =>
    owners.length > 0
      ? assert.doesNotThrow(make)
      : assert.throws(make, { name: "TypeError", message: /this runtime's node:crypto has no ES256K/ });
  call(() => generateKey("ES256K"));
  call(() => publicKey(sidetree.jwk, { alg: "ES256K" }));
  call(() => keySetFromJwks({ keys: [] }, { allow: ["ES256K"] }));
  assert.equal(keySetFromJwks({ keys: [{ ...sidetree.jwk, alg: "ES256K" }] }).size, 0);
});

test("whether it is there is asked of node:crypto", () => {
  const make = () => generateKeyPairSync("ec", { namedCurve: "secp256k1" });
  if (owners.length > 0) assert.doesNotThrow(make);
  else assert.throws(make);
});
