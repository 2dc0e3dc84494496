import assert from "node:assert/strict";
import { createPrivateKey, createPublicKey, createSecretKey, generateKeyPairSync, type KeyObject } from "node:crypto";
import { describe, test } from "node:test";
import {
  createSigner,
  exportPublicJwk,
  exportSecretJwk,
  generateKey,
  importSecretJwk,
  type KeyInput,
  type KeyPairAlgorithmName,
  privateKey,
  publicKey,
  publicKeyOf,
  thumbprint,
} from "@cardea/jwt";
import { type Actor, actors, everyActor, kid, pairActors } from "./support/actors.ts";
import { assertVerdict, craft, goodClaims } from "./support/craft.ts";

const jwkOf = (key: KeyObject) => key.export({ format: "jwk" });
const pem = (key: KeyObject, type: "spki" | "pkcs1" | "pkcs8" | "sec1") =>
  key.export({ type: type as "spki", format: "pem" }).toString();
const der = (key: KeyObject, type: "spki" | "pkcs8") => key.export({ type: type as "spki", format: "der" });

function publicForms({ publicKeyObject: key }: Actor): Readonly<Record<string, KeyInput>> {
  const text = pem(key, "spki");
  return {
    "SPKI PEM": text,
    "PEM with CRLF": text.replaceAll("\n", "\r\n"),
    "PEM without final newline": text.trimEnd(),
    "PEM on one line": text.replace(/\n(?!-)(?=.*\n)/g, ""),
    "SPKI DER": der(key, "spki"),
    "DER in a Uint8Array": Uint8Array.from(der(key, "spki")),
    JWK: jwkOf(key),
    "JWK with its purpose": { ...jwkOf(key), use: "sig", key_ops: ["verify"], ext: true },
    KeyObject: key,
    ...(key.asymmetricKeyType === "rsa" && { "PKCS#1 PEM": pem(key, "pkcs1") }),
  };
}

function privateForms({ keyObject: key }: Actor): Readonly<Record<string, KeyInput>> {
  return {
    "PKCS#8 PEM": pem(key, "pkcs8"),
    "PKCS#8 DER": der(key, "pkcs8"),
    JWK: jwkOf(key),
    "JWK with its purpose": { ...jwkOf(key), use: "sig", key_ops: ["sign"] },
    KeyObject: key,
    ...(key.asymmetricKeyType === "rsa" && { "PKCS#1 PEM": pem(key, "pkcs1") }),
    ...(key.asymmetricKeyType === "ec" && { "SEC 1 PEM": pem(key, "sec1") }),
  };
}

describe("keys go in in every form and mean the same", () => {
  for (const actor of pairActors) {
    for (const [form, input] of Object.entries(publicForms(actor))) {
      test(`${actor.alg} public, ${form}`, () => {
        const key = publicKey(input, { alg: actor.alg, kid });
        assert.deepEqual([key.kind, key.alg, key.kid], ["public", actor.alg, kid]);
        assertVerdict({ verificationKey: key }, [craft(actor)], "accepted");
        assert.throws(() => privateKey(input, { alg: actor.alg }), TypeError);
      });
    }

    for (const [form, input] of Object.entries(privateForms(actor))) {
      test(`${actor.alg} private, ${form}`, () => {
        const key = privateKey(input, { alg: actor.alg, kid });
        assert.deepEqual([key.kind, key.alg, key.kid], ["private", actor.alg, kid]);
        assertVerdict(actor, [createSigner({ key })(goodClaims)], "accepted");
        assert.throws(() => publicKey(input, { alg: actor.alg }), TypeError);
      });
    }
  }
});

describe("keys come out", () => {
  for (const actor of pairActors) {
    test(`${actor.alg}: exportPublicJwk has no private member, whichever half it is asked of`, () => {
      const expected = { ...jwkOf(actor.publicKeyObject), alg: actor.alg, use: "sig", kid };
      for (const key of [actor.signingKey, actor.verificationKey]) {
        assert.ok(key.kind !== "hmac");
        assert.deepEqual(exportPublicJwk(key), expected);
      }
      assert.deepEqual(publicKey(expected, { alg: actor.alg }).kid, kid);
    });

    test(`${actor.alg}: publicKeyOf is the other half`, () => {
      assert.ok(actor.signingKey.kind === "private");
      const other = publicKeyOf(actor.signingKey);
      assert.deepEqual([other.kind, other.alg, other.kid], ["public", actor.alg, kid]);
      assertVerdict({ verificationKey: other }, [craft(actor)], "accepted");
    });
  }

  /** ES256K does not come back by importSecretJwk; its own tests show that. */
  for (const actor of everyActor.filter(({ alg }) => alg !== "ES256K")) {
    test(`${actor.alg}: exportSecretJwk and importSecretJwk are inverse`, () => {
      const jwk = exportSecretJwk(actor.signingKey);
      assert.deepEqual(jwk, { ...jwkOf(actor.keyObject), alg: actor.alg, use: "sig", kid });
      const again = importSecretJwk(JSON.parse(JSON.stringify(jwk)));
      assert.deepEqual([again.kind, again.alg, again.kid], [actor.signingKey.kind, actor.alg, kid]);
      assert.deepEqual(exportSecretJwk(again), jwk);
      assertVerdict(actor, [createSigner({ key: again })(goodClaims)], "accepted");
    });

    test(`${actor.alg}: a generated key has a kid, signs and survives export`, () => {
      if (/^[RP]S/.test(actor.alg))
        return assert.throws(() => generateKey(actor.alg, { modulusLength: 1024 }), TypeError);
      const key = generateKey(actor.alg);
      assert.match(key.kid ?? "", /^[\w-]{22,43}$/);
      if (key.kind === "private") assert.equal(key.kid, thumbprint(exportPublicJwk(key)));
      const again = importSecretJwk(exportSecretJwk(key));
      const verificationKey = again.kind === "hmac" ? again : publicKeyOf(again);
      assertVerdict({ verificationKey }, [createSigner({ key })(goodClaims)], "accepted");
      assert.notEqual(generateKey(actor.alg).kid, key.kid);
      assert.equal(generateKey(actor.alg, { kid: "mine" }).kid, "mine");
    });
  }

  test("generated RSA keys have as many bits as asked for", () => {
    const key = generateKey("PS256", { modulusLength: 2048 });
    assert.equal(Buffer.from(exportPublicJwk(key).n ?? "", "base64url").length, 256);
  });

  test("a key without kid exports none", () => {
    const key = publicKey(actors.ES256.publicKeyObject, { alg: "ES256" });
    assert.equal(key.kid, undefined);
    assert.equal("kid" in exportPublicJwk(key), false);
  });

  test("exports refuse what they cannot export", () => {
    const { HS256: shared, ES256: pair } = actors;
    assert.throws(() => exportPublicJwk(shared.signingKey as never), /no public form/);
    assert.throws(() => exportSecretJwk(pair.verificationKey as never), /private key or a shared secret/);
    assert.throws(() => publicKeyOf(shared.signingKey as never), /no public half/);
    assert.throws(() => publicKeyOf(pair.verificationKey as never), TypeError);
    for (const value of [undefined, null, {}, "key", { ...pair.signingKey }, structuredClone({ ...pair.signingKey })]) {
      for (const read of [exportPublicJwk, exportSecretJwk, publicKeyOf])
        assert.throws(() => read(value as never), TypeError);
    }
  });
});

describe("what is no key of the right kind is refused", () => {
  const { RS256: rsa, ES256: ec } = actors;
  const text = pem(ec.publicKeyObject, "spki");
  const secretText = pem(ec.keyObject, "pkcs8");
  const encrypted = ec.keyObject
    .export({ type: "pkcs8", format: "pem", cipher: "aes-256-cbc", passphrase: "x" })
    .toString();

  const neither: Readonly<Record<string, unknown>> = {
    "an empty text": "",
    "text that is no PEM": "not a key",
    "two blocks": text + text,
    "a private and a public block": secretText + text,
    "a block and more text": `${text}more`,
    "a label that does not end as it began": text.replace("END PUBLIC KEY", "END PRIVATE KEY"),
    "an unknown label": text.replaceAll("PUBLIC KEY", "CERTIFICATE"),
    "a label of another form": text.replaceAll("PUBLIC KEY", "RSA PUBLIC KEY"),
    "a block of junk": text.replace(/\n[\w+/]{8}/, "\nAAAAAAAA"),
    "an encrypted block": encrypted,
    "a JWK as text": JSON.stringify(jwkOf(ec.publicKeyObject)),
    "empty bytes": new Uint8Array(),
    "PEM as bytes": Buffer.from(text),
    "a raw point": Buffer.from(jwkOf(ec.publicKeyObject).x ?? "", "base64url"),
    "a secret KeyObject": createSecretKey(Buffer.alloc(32, 7)),
    "an empty object": {},
    "a list": [jwkOf(ec.publicKeyObject)],
    "a JWK set": { keys: [jwkOf(ec.publicKeyObject)] },
    "a shared secret as JWK": { kty: "oct", k: "AAAA" },
    "a JWK without kty": { ...jwkOf(ec.keyObject), kty: undefined },
    "a key of this package": ec.signingKey,
    nothing: undefined,
    null: null,
    "a number": 7,
  };

  for (const [name, input] of Object.entries(neither)) {
    test(name, () => {
      for (const alg of ["ES256", "RS256", "EdDSA"] as const) {
        assert.throws(() => publicKey(input as KeyInput, { alg }), TypeError);
        assert.throws(() => privateKey(input as KeyInput, { alg }), TypeError);
      }
    });
  }

  test("a CryptoKey, which says how to convert it", async () => {
    const pair = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, true, ["sign", "verify"]);
    assert.throws(() => publicKey(pair.publicKey as never, { alg: "ES256" }), /KeyObject\.from/);
  });

  test("halves that do not belong together", () => {
    const other = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey;
    const edwards = generateKeyPairSync("ed25519").privateKey;
    const rows: readonly (readonly [jwk: object, alg: KeyPairAlgorithmName])[] = [
      [{ ...jwkOf(ec.keyObject), d: jwkOf(other).d }, "ES256"],
      [{ ...jwkOf(actors.EdDSA.keyObject), d: jwkOf(edwards).d }, "EdDSA"],
      [{ ...jwkOf(rsa.keyObject), e: "AQAF" }, "RS256"],
      [{ ...jwkOf(rsa.keyObject), d: jwkOf(rsa.keyObject).p }, "PS256"],
      ...["dp", "dq", "qi", "q"].map((name) => [{ ...jwkOf(rsa.keyObject), [name]: "AQAB" }, "RS256"] as const),
      [{ ...jwkOf(rsa.keyObject), p: jwkOf(rsa.keyObject).q }, "RS256"],
      [{ ...jwkOf(ec.keyObject), d: "AA" }, "ES256"],
      [{ ...jwkOf(ec.keyObject), d: Buffer.alloc(32, 0xff).toString("base64url") }, "ES256"],
      [{ ...jwkOf(actors.EdDSA.keyObject), d: "AAAA" }, "EdDSA"],
      [{ ...jwkOf(rsa.keyObject), oth: [] }, "RS256"],
      [{ ...jwkOf(rsa.keyObject), qi: undefined }, "RS256"],
    ];
    for (const [jwk, alg] of rows)
      assert.throws(() => privateKey(jwk as KeyInput, { alg }), TypeError, JSON.stringify(Object.keys(jwk)));
  });

  test("Node's own objects stay as they were: PSS options are set on a copy", () => {
    const source = createPrivateKey(pem(rsa.keyObject, "pkcs8"));
    const open = createPublicKey(source);
    privateKey(source, { alg: "PS256" });
    publicKey(open, { alg: "PS512" });
    assert.deepEqual([Object.keys(source), Object.keys(open)], [[], []]);
  });
});
