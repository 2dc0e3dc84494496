import assert from "node:assert/strict";
import { createPrivateKey, generateKeyPairSync, type KeyObject, sign as signBytes } from "node:crypto";
import { describe, test } from "node:test";
import { createVerifier, unchecked } from "@cardea/jwt";
import { ConfigurationError, type KeySigner, memory, realWorld, type SecurityEvent, type Store } from "cardea";
import { createLocalJWKSet, jwtVerify } from "jose";
import type { KeyRing } from "../src/keys/keyRing.ts";
import { SignerUnavailableError } from "../src/refusal.ts";
import { newPerson, startIssuer } from "./support/issuer.ts";
import { openRing, ownedWorld } from "./support/keyRings.ts";

const claims = { iss: "https://issuer.example", sub: "x", iat: 1_700_000_000, exp: 4_000_000_000 };

/** How services sign in each algorithm: over bytes, with the raw signature that JWS wants. */
const kinds = {
  ES256: { pair: () => generateKeyPairSync("ec", { namedCurve: "P-256" }), hash: "sha256", isEcdsa: true },
  ES512: { pair: () => generateKeyPairSync("ec", { namedCurve: "P-521" }), hash: "sha512", isEcdsa: true },
  RS256: { pair: () => generateKeyPairSync("rsa", { modulusLength: 2048 }), hash: "sha256", isEcdsa: false },
  EdDSA: { pair: () => generateKeyPairSync("ed25519"), hash: undefined, isEcdsa: false },
} as const;

type Service = KeySigner & { readonly privateKey: KeyObject; readonly calls: () => number };

/** A key-management service: it has the private key, and gives out signatures alone. */
function service(alg: keyof typeof kinds = "ES256", kid = "kms-1"): Service {
  const { pair, hash, isEcdsa } = kinds[alg];
  const { privateKey, publicKey } = pair();
  let calls = 0;
  return {
    kid,
    alg,
    privateKey,
    publicJwk: publicKey.export({ format: "jwk" }),
    calls: () => calls,
    sign: async (bytes) => {
      calls += 1;
      return signBytes(hash, bytes, isEcdsa ? { key: privateKey, dsaEncoding: "ieee-p1363" } : privateKey);
    },
  };
}

const signerOf = ({ kid, alg, publicJwk, sign }: KeySigner): KeySigner => ({ kid, alg, publicJwk, sign });
const newStore = (): Promise<Store> => memory().open(realWorld);

const believes = (ring: KeyRing, token: string): boolean =>
  createVerifier({ keys: ring.verifying, policy: { issuer: claims.iss, audience: unchecked, typ: "at+jwt" } }).verify(
    token,
  ).ok;

describe("a key that signs elsewhere", () => {
  for (const alg of ["ES256", "ES512", "RS256", "EdDSA"] as const) {
    test(`${alg}: signs tokens that everybody can verify with the published key, and nothing is made or kept but its public part`, async () => {
      const kms = service(alg);
      const store = await newStore();
      const ring = await openRing({ store, keys: { signer: signerOf(kms) } });
      const token = await ring.signing().sign(claims, "at+jwt");
      assert.equal(believes(ring, token), true);
      const jwks = createLocalJWKSet(JSON.parse(JSON.stringify(ring.jwks())));
      const { protectedHeader } = await jwtVerify(token, jwks, { currentDate: new Date(1_700_000_001_000) });
      assert.deepEqual(protectedHeader, { alg, typ: "at+jwt", kid: "kms-1" });
      assert.deepEqual(
        ring.jwks().keys.map(({ kid, d }) => [kid, d]),
        [["kms-1", undefined]],
      );
      assert.equal(ring.secretJwk("kms-1"), undefined);
      assert.deepEqual(
        ring.inventory().map(({ kid, use, state, kept }) => [use, state, kept, use === "access" ? kid : ""]),
        [
          ["access", "signing", "signer", "kms-1"],
          ["refresh", "signing", "store", ""],
        ],
      );
      await assert.rejects(ring.rotate(), /in the configuration/);
      await ring.close();
    });
  }

  const unsound: Readonly<Record<string, (kms: Service) => Partial<KeySigner>>> = {
    "signs in DER": ({ privateKey }) => ({ sign: (bytes) => signBytes("sha256", bytes, privateKey) }),
    "has another private key": () => ({ sign: service().sign }),
    "has another hash": ({ privateKey }) => ({
      sign: (bytes) => signBytes("sha384", bytes, { key: privateKey, dsaEncoding: "ieee-p1363" }),
    }),
    "signs nothing": () => ({ sign: () => new Uint8Array() }),
    "answers with text": () => ({ sign: () => "signature" as unknown as Uint8Array }),
    "cannot be reached": () => ({ sign: () => Promise.reject(new Error("ECONNREFUSED 10.0.0.1 access-key=hush")) }),
    "throws at once": () => ({
      sign: () => {
        throw new Error("access-key=hush");
      },
    }),
  };
  for (const [name, change] of Object.entries(unsound)) {
    test(`one that ${name} does not start, and the refusal names the fix`, async () => {
      const kms = service();
      const store = await newStore();
      const opening = openRing({ store, keys: { signer: { ...signerOf(kms), ...change(kms) } } });
      await assert.rejects(opening, (error) => {
        assert.ok(error instanceof ConfigurationError);
        assert.match(
          error.message,
          /keys\.signer did not sign at the start.*raw signature bytes of ES256.*not DER.*can be reached/,
        );
        assert.ok(!error.message.includes("hush"));
        return true;
      });
      assert.deepEqual(await store.keys.list(), []);
    });
  }

  test("its public key must be one: of the algorithm, and without a private part", async () => {
    const kms = service();
    const secret = createPrivateKey(kms.privateKey.export({ format: "pem", type: "pkcs8" })).export({ format: "jwk" });
    const { publicJwk: rsa } = service("RS256");
    for (const publicJwk of [secret, rsa, {}, { kty: "oct", k: "AAAA" }]) {
      await assert.rejects(
        openRing({ store: await newStore(), keys: { signer: { ...signerOf(kms), publicJwk } } }),
        (error) =>
          error instanceof ConfigurationError &&
          /publicJwk is no public key for ES256/.test(error.message) &&
          !error.message.includes(String(secret.d)),
      );
    }
  });

  test("F-16: one that fails later signs nothing: no token is handed out, and the fault is told", async () => {
    const kms = service();
    let mode: "well" | "down" | "wrong" = "well";
    const sign: KeySigner["sign"] = async (bytes) => {
      if (mode === "down") throw new Error("access-key=hush");
      const signature = await kms.sign(bytes);
      if (mode === "wrong") signature[5] = (signature[5] ?? 0) ^ 1;
      return signature;
    };
    const events: SecurityEvent[] = [];
    const ring = await openRing({
      store: await newStore(),
      keys: { signer: { ...signerOf(kms), sign } },
      onEvent: (event) => events.push(event),
    });
    events.length = 0;
    for (const failing of ["down", "wrong"] as const) {
      mode = failing;
      await assert.rejects(
        ring.signing().sign(claims, "at+jwt"),
        (error) => error instanceof SignerUnavailableError && !error.message.includes("hush"),
      );
    }
    mode = "well";
    assert.equal(believes(ring, await ring.signing().sign(claims, "at+jwt")), true);
    assert.deepEqual(
      events.map(({ type }) => type),
      ["fault", "fault"],
    );
    await ring.close();
  });
});

describe("a signer takes over", () => {
  test("its key is published first, while the stored one signs; other processes believe it though they do not have it", async () => {
    const { world, advance } = ownedWorld();
    const store = await newStore();
    const kms = service();
    const before = await openRing({ store, world });
    const after = await openRing({ store, world, keys: { signer: signerOf(kms) } });
    assert.notEqual(after.signing().kid, "kms-1");
    await before.turn();
    assert.ok(before.jwks().keys.some(({ kid }) => kid === "kms-1"));
    advance(3_600_000);
    const token = await after.signing().sign(claims, "at+jwt");
    assert.equal(after.signing().kid, "kms-1");
    for (const ring of [before, after]) assert.equal(believes(ring, token), true);
    assert.notEqual(before.signing().kid, "kms-1", "it has no such signer");
    await before.revoke("kms-1");
    await after.turn();
    for (const ring of [before, after]) assert.equal(believes(ring, token), false);
    assert.equal(after.signing().kid, before.signing().kid, "what can still sign does");
    await Promise.all([before.close(), after.close()]);
    await assert.rejects(
      openRing({ store, world, keys: { signer: signerOf(kms) } }),
      /kms-1 was revoked\. Give another key/,
    );
  });

  test("a kid is for one key, for good", async () => {
    const store = await newStore();
    const kms = service();
    const ring = await openRing({ store });
    const { kid } = ring.signing();
    await ring.close();
    await (await openRing({ store, keys: { signer: signerOf(kms) } })).close();
    const taken = [service("ES256", "kms-1"), service("ES512", "kms-1"), service("ES256", kid)];
    for (const other of taken) {
      await assert.rejects(
        openRing({ store, keys: { signer: signerOf(other) } }),
        (error) => error instanceof ConfigurationError && /is the kid of another key already/.test(error.message),
      );
    }
    await (await openRing({ store, keys: { signer: signerOf(kms) } })).close();
  });

  test("whoever can write to the store cannot make anybody trust a key: its row is sealed", async () => {
    const store = await newStore();
    const ring = await openRing({ store, keys: { signer: signerOf(service()) } });
    const foreign = service("ES256", "evil");
    await store.keys.change((keys) => {
      const row = keys.find((key) => key.kid === "kms-1");
      assert.ok(row);
      const text = Buffer.from(JSON.stringify(foreign.publicJwk)).toString("base64url");
      const forged = [text, `public.${text}`, row.sealed].map((sealed, at) => ({ ...row, kid: `evil${at}`, sealed }));
      return { answer: 0, write: forged };
    });
    await ring.turn();
    assert.deepEqual(
      ring.jwks().keys.map(({ kid }) => kid),
      ["kms-1"],
    );
    assert.equal(ring.verifying.size, 1);
    await ring.close();
  });
});

test("an issuer whose signer is down answers 503 with when to come back, and goes on once it is up", async () => {
  const kms = service();
  let isDown = false;
  const sign: KeySigner["sign"] = (bytes) => (isDown ? Promise.reject(new Error("down")) : kms.sign(bytes));
  const issuer = await startIssuer({ keys: { signer: { ...signerOf(kms), sign } } });
  const person = await newPerson(issuer);
  assert.equal((await issuer.get("/me", person.bearer)).status, 200);
  isDown = true;
  const { email, password } = person;
  for (const [path, body] of [
    ["/sign-in", { email, password }],
    ["/refresh", { refresh_token: person.refresh }],
  ] as const) {
    const refused = await issuer.post(path, body);
    assert.deepEqual([refused.status, refused.body.code], [503, "temporarily_unavailable"], path);
    assert.match(refused.headers.get("retry-after") ?? "", /^\d+$/);
    assert.ok(!("access_token" in refused.body));
  }
  assert.equal((await issuer.get("/me", person.bearer)).status, 200, "what was signed before is verified without it");
  isDown = false;
  const refreshed = await issuer.post("/refresh", { refresh_token: person.refresh });
  assert.equal(refreshed.status, 200, "the refresh that failed can be tried again");
  await issuer.close();
});

test("a signer needs no other key beside it, and has its own algorithm", async () => {
  const signer = signerOf(service());
  await assert.rejects(
    startIssuer({ keys: { signer, secret: realWorld.random(32), alg: "HS256" } }),
    /keys\.secret or keys\.signer, not both/,
  );
  await assert.rejects(startIssuer({ keys: { signer, alg: "RS256" } }), /algorithm of its own\. Leave keys\.alg out/);
  await assert.rejects(startIssuer({ keys: { signer: { ...signer, kid: "" } } }), /keys\.signer\.kid: Use 1 to 128/);
  await assert.rejects(
    startIssuer({ keys: { signer: { ...signer, alg: "HS256" as "ES256" } } }),
    /keys\.signer\.alg: Use one of RS256/,
  );
});
