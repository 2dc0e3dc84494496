import assert from "node:assert/strict";
import { createSecretKey, randomBytes } from "node:crypto";
import { describe, test } from "node:test";
import { inspect } from "node:util";
import {
  createSigner,
  createVerifier,
  exportSecretJwk,
  generateKey,
  hmacKey,
  importSecretJwk,
  keySetFromJwks,
  privateKey,
  publicKey,
} from "@cardea/jwt";
import { everyActor, publicJwk, secretJwk } from "./support/actors.ts";
import { policy } from "./support/craft.ts";

describe("nothing secret is printed", () => {
  for (const actor of everyActor) {
    test(`${actor.alg}: by inspect, JSON, String, a clone or a copy`, () => {
      const jwk = exportSecretJwk(actor.signingKey);
      const secrets = ["d", "p", "q", "dp", "dq", "qi", "k", "priv"]
        .map((name) => jwk[name])
        .filter((text) => typeof text === "string");
      assert.ok(secrets.length > 0);
      const key = actor.signingKey;
      const prints = [
        inspect(key, { showHidden: true, depth: 9, getters: true }),
        JSON.stringify(key),
        String(key),
        inspect({ ...key }),
        inspect(Object.getOwnPropertyDescriptors(key), { depth: 9 }),
        inspect(createSigner({ key }), { showHidden: true, depth: 9 }),
      ];
      for (const print of prints) {
        for (const secret of secrets) {
          assert.ok(!print.includes(secret));
          assert.ok(!print.includes(Buffer.from(secret, "base64url").toString("hex").slice(0, 16)));
        }
      }
      assert.deepEqual(Object.keys(key), ["kind", "alg", "kid"]);
      assert.ok(Object.isFrozen(key));
    });
  }

  test("no error quotes the key it refuses", () => {
    const marker = "c2VjcmV0c2VjcmV0";
    const text = (label: string) => `-----BEGIN ${label}-----\n${marker}\n-----END ${label}-----`;
    const calls: readonly (() => unknown)[] = [
      ...[marker, text("PRIVATE KEY"), text("PUBLIC KEY"), text("X"), `${text("PRIVATE KEY")}${marker}`].flatMap(
        (input) => [
          () => privateKey(input, { alg: "ES256" }),
          () => publicKey(input, { alg: "RS256" }),
          () => hmacKey(input as never, { alg: "HS256" }),
          () => hmacKey(Buffer.from(input), { alg: "HS512" }),
          () => hmacKey(randomBytes(32), { alg: input as "HS256" }),
          () => publicKey(publicJwk, { alg: input as "ES256" }),
          () => generateKey(input as "ES256"),
          () => createVerifier({ keys: input as never, policy }),
          () => createSigner({ key: input as never }),
        ],
      ),
      () => privateKey({ ...secretJwk, d: marker }, { alg: "ES256" }),
      () => privateKey({ ...secretJwk, d: `${marker}=` }, { alg: "ES256" }),
      () => privateKey({ ...secretJwk, kty: marker }, { alg: "ES256" }),
      () => privateKey({ ...secretJwk, alg: marker }, { alg: "ES256" }),
      () => importSecretJwk({ kty: "oct", k: marker, alg: "HS256" }),
      () => importSecretJwk({ kty: "oct", k: `${marker}!`, alg: "HS256" }),
      () => keySetFromJwks({ keys: [{ kty: "oct", k: marker }] }),
      () => publicKey(createSecretKey(Buffer.from(marker)), { alg: "ES256" }),
    ];
    for (const call of calls) {
      assert.throws(call, (error: unknown) => {
        assert.ok(error instanceof TypeError);
        assert.ok(
          !inspect(error, { depth: 9, showHidden: true })
            .replace(/\n\s+at .*/g, "")
            .includes(marker),
          call.toString(),
        );
        return true;
      });
    }
  });
});
