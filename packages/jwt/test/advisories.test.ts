import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { describe, test } from "node:test";
import {
  createVerifier,
  hmacKey,
  importSecretJwk,
  keySet,
  keySetFromJwks,
  type Policy,
  publicKey,
  unchecked,
} from "@cardea/jwt";
import { type Actor, actors, kid, mainActors, pairActors, rsaJwk } from "./support/actors.ts";
import {
  assertVerdict,
  b64,
  clock,
  craft,
  craftClaims,
  goodClaims,
  headerOf,
  now,
  policy,
  segments,
  verdictOf,
} from "./support/craft.ts";

const rsa = actors.RS256;
const pem = (type: "spki" | "pkcs1") => rsa.publicKeyObject.export({ type, format: "pem" }).toString();
const spki = pem("spki");

/** A token whose forger took a public text for the secret, under every name that an HMAC has. */
const forgedWith = (secret: string): readonly string[] =>
  ["256", "384", "512"].map((bits) => {
    const seal = (input: string | Uint8Array) => createHmac(`sha${bits}`, secret).update(input).digest("base64url");
    return craft({ ...rsa, seal }, { header: JSON.stringify({ alg: `HS${bits}`, typ: "JWT", kid }) });
  });

/** That the text is no secret, and that no verifier with the key in it takes what was forged with it. */
function assertNoSecret(text: string): void {
  for (const alg of ["HS256", "HS384", "HS512"] as const) {
    assert.throws(() => hmacKey(Buffer.from(text), { alg }), { name: "TypeError", message: /PEM, DER or JWK/ }, text);
    assert.throws(() => hmacKey(text as never, { alg }), { name: "TypeError", message: /must be a Uint8Array/ });
  }
  for (const keys of [rsa.verificationKey, keySet([rsa.verificationKey])]) {
    const { verify } = createVerifier({ keys, policy, now: clock });
    for (const token of forgedWith(text)) assert.equal(verdictOf(verify(token)), "wrong_algorithm");
  }
}

describe("a public key never becomes a shared secret", () => {
  test("CVE-2015-9235, CVE-2022-23541: the text of a public key, whichever way the key was found", () => {
    assertNoSecret(spki);
    const found = { find: () => rsa.verificationKey };
    for (const token of forgedWith(spki))
      assert.equal(verdictOf(createVerifier({ keys: found, policy }).verify(token)), "wrong_algorithm");
  });

  test("CVE-2023-48223: the PKCS#1 form, BEGIN RSA PUBLIC KEY", () => assertNoSecret(pem("pkcs1")));

  test("CVE-2026-34950: with white space before it", () => {
    for (const space of ["\n", " ", " \n", "\t\t", "\r\n", "\u00a0", "\ufeff"]) {
      for (const text of [spki, pem("pkcs1")]) assertNoSecret(space + text);
    }
  });

  test("GHSA-ww5h-9m49-7xx4: with any other byte or line before it", () => {
    for (const prefix of [
      "\0",
      "\x01",
      "\x1b",
      "#",
      "# key\n",
      "// key\n",
      "\u200b",
      "x",
      '"',
      "{",
      "-",
      "subject=/CN=a\n",
    ]) {
      for (const text of [spki, pem("pkcs1")]) assertNoSecret(prefix + text);
    }
  });

  test("GHSA-g3jj-5cmm-3hxx, CVE-2026-48526: as the JSON text of a JWK or a JWK set", () => {
    for (const { publicKeyObject } of [rsa, actors.ES256, actors.EdDSA]) {
      const jwk = publicKeyObject.export({ format: "jwk" });
      for (const value of [jwk, { ...jwk, kid }, { keys: [jwk] }, { keys: [] as unknown[], note: "x".repeat(40) }]) {
        for (const space of [0, 2]) assertNoSecret(JSON.stringify(value, undefined, space));
        assertNoSecret(`\ufeff ${JSON.stringify(value)}\n`);
      }
    }
  });

  test("RFC 8725 §2.1: nor the other way round, a shared secret a public key", () => {
    const { keyObject } = actors.HS256;
    const forms = [keyObject, keyObject.export(), keyObject.export({ format: "jwk" })];
    for (const form of forms) assert.throws(() => publicKey(form, { alg: "RS256" }), TypeError);
    assert.throws(
      () => keySetFromJwks({ keys: [{ ...keyObject.export({ format: "jwk" }), alg: "RS256", kid }] }),
      /secret/,
    );
    assert.throws(() => importSecretJwk({ ...rsaJwk, alg: "HS256" }), TypeError);
  });

  test("an empty or missing secret is no secret", () => {
    for (const nothing of [new Uint8Array(), Buffer.from(""), "", null, undefined, 0, false]) {
      assert.throws(() => hmacKey(nothing as Uint8Array, { alg: "HS256" }), TypeError);
    }
  });
});

for (const actor of mainActors) {
  describe(`what others accepted, ${actor.alg}`, () => {
    const refuse = (code: Parameters<typeof assertVerdict>[2], tokens: readonly string[], changes: object = {}) =>
      assertVerdict(actor, tokens, code, changes);

    test("CVE-2022-23540: an unsigned token, with the key at hand or not", () => {
      const header = b64(JSON.stringify({ alg: "none", typ: "JWT", kid }));
      refuse("malformed_token", [`${header}.${b64(JSON.stringify(goodClaims))}.`]);
      refuse("wrong_algorithm", [craft(actor, { header: headerOf(actor, { alg: "none" }) })]);
    });

    test("CVE-2026-35042: a crit that the verifier does not know", () => {
      refuse("unsupported_critical", [
        craft(actor, { header: headerOf(actor, { crit: ["x-policy"], "x-policy": "strict" }) }),
      ]);
    });

    test("GHSA-5hjw-83fp-phq9: a payload that is a list, whatever is in it, has no claims to check", () => {
      const lists = [[], [goodClaims], ["exp", "iss", "aud"], [[goodClaims]], null, "claims", 7, true];
      const tokens = lists.map((value) => craft(actor, { payload: JSON.stringify(value) }));
      refuse("malformed_payload", tokens);
      refuse("malformed_payload", tokens, {
        issuer: unchecked,
        audience: unchecked,
        typ: unchecked,
        expiry: unchecked,
      });
    });

    test("GHSA-687g-22h4-j4w4: a tolerance without end is no tolerance", () => {
      for (const clockToleranceSeconds of [Number.POSITIVE_INFINITY, Number.NaN, -1, 1e300]) {
        const make = () =>
          createVerifier({ keys: actor.verificationKey, policy: { ...policy, clockToleranceSeconds } });
        assert.throws(make, { name: "TypeError", message: /policy: clockToleranceSeconds/ });
      }
    });

    test("CVE-2026-25537: a date of another type is not taken for a date that is missing, required or not", () => {
      for (const name of ["exp", "nbf", "iat"]) {
        const tokens = [`${now + 9}`, "", null, [now], {}, true].map((odd) => craftClaims(actor, { [name]: odd }));
        for (const changes of [{}, { expiry: unchecked }]) refuse("malformed_claim", tokens, changes);
      }
    });

    test("CVE-2026-44459: a date that is no finite number is not skipped", () => {
      for (const name of ["exp", "nbf", "iat"]) {
        for (const value of ["1e999", "-1e999", "1e400", "9007199254740992", "-1", '"NaN"', '"Infinity"']) {
          const payload = JSON.stringify({ ...goodClaims, [name]: "@" }).replace('"@"', value);
          refuse("malformed_claim", [craft(actor, { payload })]);
          refuse("malformed_claim", [craft(actor, { payload })], { expiry: unchecked });
        }
      }
    });

    test("fast-jwt#182, Keats/jsonwebtoken#493: configuring a check makes its claim required", () => {
      const rows: readonly (readonly [name: string, changes: object])[] = [
        ["iss", {}],
        ["aud", {}],
        ["exp", {}],
        ["exp", { expiry: unchecked, maxTtlSeconds: 900 }],
        ["iat", { maxTtlSeconds: 900 }],
        ["sub", { required: ["sub"] }],
      ];
      for (const [name, changes] of rows) refuse("missing_claim", [craftClaims(actor, { [name]: undefined })], changes);
    });

    test("CVE-2026-35041: what is expected is text, never a pattern", () => {
      const { verificationKey: keys } = actor;
      for (const pattern of [/^(a+)+$/, /issuer/g, { test: () => true }, { [Symbol.match]: () => true }]) {
        for (const name of ["issuer", "audience", "typ"]) {
          for (const value of [pattern, [pattern]]) {
            const make = () => createVerifier({ keys, policy: { ...policy, [name]: value } as unknown as Policy });
            assert.throws(make, { name: "TypeError", message: new RegExp(`policy: ${name}`) });
          }
        }
      }
      refuse("wrong_issuer", [craftClaims(actor, { iss: "https://issuer_test" })], { issuer: "https://issuer.test" });
      refuse("wrong_audience", [craftClaims(actor, { aud: "anything" })], { audience: ".*" });
    });

    test("a forged token that has also expired says that it is forged", () => {
      const [header, payload] = segments(craftClaims(actor, { exp: 1, iat: 0, iss: "https://evil.test" }));
      const [, , signature] = segments(craft(actor));
      refuse("bad_signature", [`${header}.${payload}.${signature}`]);
    });
  });
}

for (const actor of [actors.ES256, actors.ES384, actors.ES512] as readonly Actor[]) {
  test(`CVE-2022-21449: a signature of zeros is nobody's, ${actor.alg}`, () => {
    const [header, payload, signature] = segments(craft(actor));
    const { length } = Buffer.from(signature, "base64url");
    const half = Buffer.from(signature, "base64url").subarray(0, length / 2);
    const forged = [
      Buffer.alloc(length),
      Buffer.concat([half, Buffer.alloc(length / 2)]),
      Buffer.concat([Buffer.alloc(length / 2), half]),
    ];
    assertVerdict(
      actor,
      forged.map((bytes) => `${header}.${payload}.${bytes.toString("base64url")}`),
      "bad_signature",
    );
  });
}

describe("CVE-2018-0114: a key that comes with the token is not looked at", () => {
  for (const actor of pairActors.filter(({ alg }) => alg !== "EdDSA" && alg !== "Ed25519")) {
    test(actor.alg, () => {
      const jwk = { ...actor.publicKeyObject.export({ format: "jwk" }), kid };
      const token = craft(actor, {
        header: headerOf(actor, { alg: "EdDSA", jwk, x5c: [b64("x")], jku: "https://evil.test" }),
      });
      assertVerdict(actors.EdDSA, [token], token.length > 8192 ? "token_too_long" : "bad_signature");
    });
  }
});
