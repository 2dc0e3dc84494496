import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { importSecretJwk, sign } from "@cardea/jwt";
import { memory, realWorld } from "cardea";
import { type Issuer, newPerson, startIssuer } from "./support/issuer.ts";
import { ownedWorld, secretOf } from "./support/keyRings.ts";

const privateMembers = ["d", "p", "q", "dp", "dq", "qi", "k", "oth", "priv"];

describe("the JWKS", () => {
  const once = ["HS256", "RS256", "PS256", "ES256", "ES384", "ES512", "EdDSA", "Ed25519"] as const;
  for (const alg of once) {
    test(`${alg}: has public members only, and may be cached by all`, async () => {
      const issuer = await startIssuer({ keys: { alg } });
      await issuer.auth.keys.rotate();
      const { headers, body, text } = await issuer.get("/.well-known/jwks.json");
      assert.equal(headers.get("content-type"), "application/jwk-set+json");
      assert.equal(headers.get("cache-control"), "public, max-age=300");
      const keys = Array.isArray(body.keys) ? body.keys : [];
      assert.deepEqual(Object.keys(body), ["keys"]);
      assert.equal(keys.length, alg === "HS256" ? 0 : 2, "the key that signs, and the next one");
      for (const key of keys) {
        assert.deepEqual([key.alg, key.use, typeof key.kid], [alg, "sig", "string"]);
        assert.deepEqual(
          privateMembers.filter((name) => name in key),
          [],
        );
      }
      assert.equal(
        keys.some(({ kid }) => kid === issuer.auth.keys.signing().kid),
        alg !== "HS256",
      );
      assert.doesNotMatch(text, /"(?:d|k)":/);
      await issuer.close();
    });
  }

  test("may be cached less long when keys are published less long before they sign", async () => {
    const cacheControl = async (publishAhead: "38s" | "1m" | "30d"): Promise<string | null> => {
      const issuer = await startIssuer({ keys: { publishAhead } });
      const { headers } = await issuer.get("/.well-known/jwks.json");
      await issuer.close();
      return headers.get("cache-control");
    };
    assert.equal(await cacheControl("38s"), "public, max-age=1");
    assert.equal(await cacheControl("1m"), "public, max-age=23");
    assert.equal(await cacheControl("30d"), "public, max-age=300");
  });
});

describe("an issuer's keys", () => {
  const stored = async (first: Issuer, key: Uint8Array | readonly Uint8Array[], store = memory()) =>
    startIssuer({ store: { ...store, open: async () => first.store }, secret: key, issuer: first.url });

  test("another key-encryption secret fails at the start with the fix, and never later", async () => {
    const first = await startIssuer({ secret: secretOf(1) });
    const person = await newPerson(first);
    await assert.rejects(
      stored(first, secretOf(2)),
      /Restore the secret .* give both with the new one first: CARDEA_SECRET=new,old/,
    );
    const both = await stored(first, [secretOf(2), secretOf(1)]);
    const alone = await stored(first, secretOf(2));
    for (const issuer of [both, alone]) {
      assert.equal((await issuer.auth.verify(person.access)).ok, true);
      assert.equal((await issuer.post("/refresh", { refresh_token: person.refresh })).status, 200);
    }
    await assert.rejects(stored(first, secretOf(1)), /CARDEA_SECRET/);
    await alone.close();
  });

  test("a shared secret signs, is never stored or published, and has a kid that tells nothing of it", async () => {
    const shared = realWorld.random(32);
    const issuer = await startIssuer({ keys: { alg: "HS256", secret: shared } });
    const again = await startIssuer({ keys: { alg: "HS256", secret: Buffer.from(shared).toString("base64url") } });
    assert.equal(issuer.auth.keys.signing().kid, again.auth.keys.signing().kid);
    assert.deepEqual(
      (await issuer.store.keys.list()).map(({ purpose }) => purpose),
      ["refresh"],
    );
    assert.equal((await issuer.get("/.well-known/jwks.json")).text, '{"keys":[]}');
    await issuer.close();
    await again.close();
  });

  test("settings that cannot work are refused, each with its fix", async () => {
    const secret = realWorld.random(32);
    const refused: readonly (readonly [Parameters<typeof startIssuer>[0], RegExp])[] = [
      [{ keys: { alg: "ES256", secret } }, /keys\.secret: .*set keys\.alg to HS256/],
      [{ keys: { secret } }, /keys\.secret: .*set keys\.alg to HS256/],
      [{ keys: { alg: "HS512", secret } }, /keys\.secret does not fit HS512/],
      [{ keys: { alg: "HS256", secret }, secret: [secretOf(1), secret] }, /secret: It must differ from keys\.secret/],
      [{ secret: [] }, /secret: Give at least one secret/],
      [{ secret: `${Buffer.from(secretOf(1)).toString("base64url")},short` }, /secret: Use at least 32 random bytes/],
      [{ keys: { publishAhead: "37s" } }, /keys\.publishAhead: .*between 38s and 30d/],
      [{ keys: { verifyFor: "5m" } }, /keys\.verifyFor: .*at least access\.ttl and two minutes/],
      [{ keys: { rotateEvery: "30s" } }, /keys\.rotateEvery: More than 80 keys/],
    ];
    for (const [options, message] of refused) await assert.rejects(startIssuer(options), message);
  });

  test("S-33: a refresh token of before the refresh secret was replaced is redeemed after it, for one by the new secret", async () => {
    const { world, advance } = ownedWorld();
    const issuer = await startIssuer({ world });
    const person = await newPerson(issuer);
    const { signsFrom } = await issuer.auth.keys.rotate("refresh");
    advance(signsFrom - world.now());
    const redeemed = await issuer.post("/refresh", { refresh_token: person.refresh });
    assert.equal(redeemed.status, 200);
    const old = issuer.auth.keys.inventory().find(({ use, state }) => use === "refresh" && state === "verifying");
    await issuer.auth.keys.revoke(old?.kid ?? "");
    const next = await issuer.post("/refresh", { refresh_token: redeemed.body.refresh_token });
    assert.equal(next.status, 200, "it needs the old secret no more");
    assert.equal((await issuer.post("/refresh", { refresh_token: person.refresh })).status, 401);
    await issuer.close();
  });

  test("after an emergency at one process, the other believes the tokens of the fresh key at once, in both modes with signed tokens", async () => {
    for (const mode of ["hybrid", "stateless"] as const) {
      const store = memory();
      const first = await startIssuer({ mode, store });
      const second = await startIssuer({ mode, store, issuer: first.url });
      const person = await newPerson(first);
      assert.equal((await second.get("/me", person.bearer)).status, 200);
      await first.auth.keys.revoke(first.auth.keys.signing().kid);
      const { body } = await first.post("/refresh", { refresh_token: person.refresh });
      assert.equal((await second.get("/me", `Bearer ${body.access_token}`)).status, 200, mode);
      assert.equal((await second.get("/me", person.bearer)).status, 401, mode);
      await Promise.all([first.close(), second.close()]);
    }
  });

  test("JWT-9: a token by a key of another issuer with the same kid is refused", async () => {
    const [own, foreign] = [await startIssuer(), await startIssuer()];
    const now = Math.floor(realWorld.now() / 1000);
    const claims = {
      iss: own.url,
      aud: "app",
      sub: "x",
      client_id: "first-party",
      iat: now,
      exp: now + 60,
      jti: "j",
      sid: "s",
      rvp: 0,
    };
    const secretKey = ({ auth: { keys } }: Issuer) => importSecretJwk(keys.secretJwk(keys.signing().kid) ?? {});
    const genuine = sign(claims, secretKey(own), { typ: "at+jwt" });
    const forged = sign(claims, secretKey(foreign), { typ: "at+jwt" });
    assert.equal((await own.auth.verify(genuine)).ok, true);
    const [, payload, signature] = forged.split(".");
    assert.equal((await own.auth.verify([genuine.split(".")[0], payload, signature].join("."))).ok, false);
    assert.equal((await own.auth.verify(forged)).ok, false);
    await own.close();
    await foreign.close();
  });

  test("sign-ins, refreshes and checks go on while a key is rotated and revoked; the revoked one's tokens are refused", async () => {
    const { auth, ...issuer } = await startIssuer();
    const person = await newPerson(issuer);
    const old = auth.keys.signing().kid;
    await auth.keys.rotate();
    assert.equal((await issuer.get("/me", person.bearer)).status, 200);
    await auth.keys.revoke(old);
    assert.equal((await issuer.get("/me", person.bearer)).status, 401);
    const { status, body } = await issuer.post("/refresh", { refresh_token: person.refresh });
    assert.equal(status, 200);
    assert.equal((await issuer.get("/me", `Bearer ${body.access_token}`)).status, 200);
    await issuer.close();
  });
});

test("OA-14: the metadata of RFC 8414 stands at the root, before the issuer's path, and names what is there", async () => {
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
