import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { sign } from "@cardea/jwt";
import { ConfigurationError, memory, realWorld, type Store, type signingAlgorithms } from "cardea";
import { openKeyRing } from "../src/keys/keyRing.ts";
import { createSealer } from "../src/keys/seal.ts";
import { startIssuer } from "./support/issuer.ts";

const secret = new Uint8Array(32).fill(1);
const otherSecret = new Uint8Array(32).fill(2);
const newStore = (): Promise<Store> => memory().open(realWorld);

type Ring = { readonly store: Store; readonly alg?: (typeof signingAlgorithms)[number]; readonly secret?: Uint8Array };
const open = ({ store, alg = "ES256", secret: encryptionSecret = secret }: Ring) =>
  openKeyRing({ store: store.keys, encryptionSecret, alg, world: realWorld });

describe("a sealed key", () => {
  const sealer = createSealer(secret, realWorld);

  test("opens under its label with its secret", () => {
    const sealed = sealer.seal("private part", "access|ES256|kid");
    assert.equal(createSealer(secret, realWorld).open(sealed, "access|ES256|kid"), "private part");
    assert.ok(!sealed.includes("private"));
    assert.notEqual(sealer.seal("private part", "access|ES256|kid"), sealed);
  });

  test("opens for nothing else, and the refusal names the fix and no secret", () => {
    const sealed = sealer.seal("private part", "access|ES256|kid");
    const [version = "", nonce = "", body = ""] = sealed.split(".");
    const flip = (text: string): string => (text.startsWith("A") ? "B" : "A") + text.slice(1);
    const attempts: Readonly<Record<string, () => unknown>> = {
      "another secret": () => createSealer(otherSecret, realWorld).open(sealed, "access|ES256|kid"),
      "another kid": () => sealer.open(sealed, "access|ES256|other"),
      "another purpose": () => sealer.open(sealed, "refresh|ES256|kid"),
      "another algorithm": () => sealer.open(sealed, "access|HS256|kid"),
      "another nonce": () => sealer.open([version, flip(nonce), body].join("."), "access|ES256|kid"),
      "a changed body": () => sealer.open([version, nonce, flip(body)].join("."), "access|ES256|kid"),
      "a short tag": () => sealer.open(sealed.slice(0, -6), "access|ES256|kid"),
      "another version": () => sealer.open(sealed.replace("v1", "v2"), "access|ES256|kid"),
      "no body": () => sealer.open(`${version}.${nonce}.`, "access|ES256|kid"),
      nothing: () => sealer.open("", "access|ES256|kid"),
    };
    for (const [name, attempt] of Object.entries(attempts)) {
      assert.throws(
        attempt,
        (error) =>
          error instanceof ConfigurationError &&
          /CARDEA_SECRET.*\.secret file/.test(error.message) &&
          !error.message.includes("private"),
        name,
      );
    }
  });

  test("needs a secret of 32 bytes, and says how to make one", () => {
    assert.throws(() => createSealer(new Uint8Array(31), realWorld), /at least 32 random bytes.*node -p/);
  });
});

describe("a key ring", () => {
  test("has the same keys when it is opened again", async () => {
    const store = await newStore();
    const [first, second] = [await open({ store }), await open({ store })];
    assert.deepEqual(second.jwks(), first.jwks());
    assert.deepEqual(second.inventory(), first.inventory());
    assert.deepEqual(second.refreshSecret, first.refreshSecret);
    assert.equal(first.refreshSecret.length, 32);
  });

  test("of twenty that open at once, all have one key", async () => {
    const store = await newStore();
    const rings = await Promise.all(Array.from({ length: 20 }, () => open({ store })));
    assert.equal(new Set(rings.map(({ signing }) => signing.kid)).size, 1);
    assert.equal((await store.keys.list()).length, 2);
  });

  test("does not open with another secret, and leaves the keys as they were", async () => {
    const store = await newStore();
    await open({ store });
    const before = await store.keys.list();
    await assert.rejects(open({ store, secret: otherSecret }), ConfigurationError);
    assert.deepEqual(await store.keys.list(), before);
  });

  test("does not open a row that was moved, renamed or given another purpose", async () => {
    const store = await newStore();
    await open({ store });
    await open({ store, alg: "EdDSA" });
    const rows = (await store.keys.list()).filter(({ purpose }) => purpose === "access");
    const [first, second] = rows;
    assert.ok(first && second);
    const moved = [
      { ...first, sealed: second.sealed },
      { ...first, kid: second.kid },
      { ...first, alg: second.alg },
      { ...first, kid: `${first.kid}x` },
    ];
    for (const row of moved) {
      const tampered = { ...store, keys: { list: async () => [row], insertFirst: async () => row } };
      await assert.rejects(open({ store: tampered, alg: "ES256" }), ConfigurationError);
    }
  });

  test("keeps verifying with the key of an algorithm that was used earlier, and signs with the new one", async () => {
    const store = memory();
    const session = { email: "ada@example.com", password: "a phrase of several words" };
    const first = await startIssuer({ store, keys: { alg: "ES256" }, issuer: "https://issuer.example" });
    await first.auth.fetch(post("/sign-up", session));
    const signedIn = Object(await (await first.auth.fetch(post("/sign-in", session))).json());
    await first.close();
    const second = await startIssuer({ store, keys: { alg: "EdDSA" }, issuer: "https://issuer.example" });
    assert.equal((await second.auth.verify(signedIn.access_token)).ok, true);
    assert.equal(second.auth.keys.signing.alg, "EdDSA");
    assert.deepEqual(
      second.auth.keys.inventory().map(({ alg, use }) => `${alg} ${use}`),
      ["EdDSA signing", "ES256 verifying", "HS256 refresh"],
    );
    const refreshed = await second.auth.fetch(post("/refresh", { refresh_token: signedIn.refresh_token }));
    assert.equal(refreshed.status, 200);
    await second.close();
  });

  const post = (path: string, body: unknown): Request =>
    new Request(`https://issuer.example${path}`, {
      method: "POST",
      body: JSON.stringify(body),
      headers: { "content-type": "application/json" },
    });

  const privateMembers = ["d", "p", "q", "dp", "dq", "qi", "k", "oth"];
  const once = ["HS256", "RS256", "PS256", "ES256", "ES384", "ES512", "EdDSA", "Ed25519"] as const;
  for (const alg of once) {
    test(`${alg}: the JWKS has public members only, and may be cached by all`, async () => {
      const issuer = await startIssuer({ keys: { alg } });
      const { headers, body, text } = await issuer.get("/.well-known/jwks.json");
      assert.equal(headers.get("content-type"), "application/jwk-set+json");
      assert.match(headers.get("cache-control") ?? "", /^public, max-age=[1-9]\d*$/);
      const keys = Array.isArray(body.keys) ? body.keys : [];
      assert.deepEqual(Object.keys(body), ["keys"]);
      assert.equal(keys.length, alg === "HS256" ? 0 : 1);
      for (const key of keys) {
        assert.deepEqual([key.alg, key.use, key.kid], [alg, "sig", issuer.auth.keys.signing.kid]);
        assert.deepEqual(
          privateMembers.filter((name) => name in key),
          [],
        );
      }
      assert.doesNotMatch(text, /"(?:d|k)":/);
      await issuer.close();
    });
  }

  test("a shared secret signs, is never stored or published, and has a kid that tells nothing of it", async () => {
    const shared = realWorld.random(32);
    const issuer = await startIssuer({ keys: { alg: "HS256", secret: shared } });
    const again = await startIssuer({ keys: { alg: "HS256", secret: Buffer.from(shared).toString("base64url") } });
    assert.equal(issuer.auth.keys.signing.kid, again.auth.keys.signing.kid);
    assert.deepEqual(
      (await issuer.store.keys.list()).map(({ purpose }) => purpose),
      ["refresh"],
    );
    assert.equal((await issuer.get("/.well-known/jwks.json")).text, '{"keys":[]}');
    await issuer.close();
    await again.close();
  });

  test("a shared secret that does not fit its algorithm is refused with the fix", async () => {
    const shared = realWorld.random(32);
    await assert.rejects(
      startIssuer({ keys: { alg: "ES256", secret: shared } }),
      /keys\.secret: .*set keys\.alg to HS256/,
    );
    await assert.rejects(startIssuer({ keys: { alg: "HS512", secret: shared } }), /keys\.secret does not fit HS512/);
  });

  test("a token by a key of another issuer with the same kid is refused", async () => {
    const [own, foreign] = [await startIssuer(), await startIssuer()];
    const { exp = 0 } = { exp: realWorld.now() / 1000 + 60 };
    const claims = {
      iss: own.url,
      aud: "app",
      sub: "x",
      client_id: "first-party",
      iat: Math.floor(exp) - 60,
      exp: Math.floor(exp),
      jti: "j",
      sid: "s",
      rvp: 0,
    };
    const genuine = sign(claims, own.auth.keys.signing, { typ: "at+jwt" });
    const forged = sign(claims, foreign.auth.keys.signing, { typ: "at+jwt" });
    assert.equal((await own.auth.verify(genuine)).ok, true);
    const [, payload, signature] = forged.split(".");
    assert.equal((await own.auth.verify([genuine.split(".")[0], payload, signature].join("."))).ok, false);
    assert.equal((await own.auth.verify(forged)).ok, false);
    await own.close();
    await foreign.close();
  });
});

test("the metadata of RFC 8414 stands at the root, before the issuer's path, and names what is there", async () => {
  const issuer = await startIssuer();
  const answer = await fetch(`${new URL(issuer.url).origin}/.well-known/oauth-authorization-server/auth`);
  const metadata = Object(await answer.json());
  assert.match(answer.headers.get("cache-control") ?? "", /^public, max-age=/);
  assert.equal(metadata.issuer, issuer.url);
  assert.equal(metadata.jwks_uri, `${issuer.url}/.well-known/jwks.json`);
  assert.equal((await fetch(metadata.jwks_uri)).status, 200);
  assert.equal((await fetch(metadata.introspection_endpoint, { method: "POST" })).status, 401);
  assert.equal((await fetch(metadata.revocation_feed_endpoint)).status, 401);
  assert.deepEqual(metadata.introspection_endpoint_auth_methods_supported, ["client_secret_basic"]);
  assert.equal((await issuer.get("/.well-known/oauth-authorization-server")).status, 404);
  await issuer.close();
  const atRoot = await startIssuer({ issuer: "https://issuer.example" });
  const root = await atRoot.auth.fetch(new Request("https://issuer.example/.well-known/oauth-authorization-server"));
  assert.equal(Object(await root.json()).issuer, "https://issuer.example");
  await atRoot.close();
});
