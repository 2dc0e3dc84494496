// What a stranger does first with @cardea/jwt, in plain JavaScript.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { createVerifier, exportPublicJwk, generateKey, hmacKey, keySetFromJwks, sign } from "@cardea/jwt";
import { signCompact, verifyCompact } from "@cardea/jwt/jws";
import { parseStrictJson } from "@cardea/jwt/strict-json";

const policy = { issuer: "https://issuer.example", audience: "app" };
const claims = { iss: policy.issuer, aud: policy.audience, sub: "u1", exp: Math.floor(Date.now() / 1000) + 60 };

const secret = hmacKey(randomBytes(32), { alg: "HS256" });
assert.equal(createVerifier({ keys: secret, policy }).verify(sign(claims, secret)).ok, true);

for (const alg of ["RS256", "PS256", "ES256", "Ed25519"]) {
  const key = generateKey(alg);
  const published = keySetFromJwks(JSON.parse(JSON.stringify({ keys: [exportPublicJwk(key)] })));
  const verifier = createVerifier({ keys: published, policy });
  const token = sign(claims, key);
  const accepted = verifier.verify(token);
  assert.equal(accepted.ok && accepted.claims.sub, "u1", alg);
  const changed = verifier.verify(token.replace(/\.[^.]+\./, `.${btoa('{"sub":"root"}').replaceAll("=", "")}.`));
  assert.equal(changed.ok || changed.refusal.code, "bad_signature", alg);
}

const signed = verifyCompact(signCompact("any bytes", { key: secret }), { keys: secret });
assert.equal(signed.ok && new TextDecoder().decode(signed.payload), "any bytes");

assert.throws(() => parseStrictJson('{"a":1,"a":2}'), { code: "duplicate_member" });
console.log(`@cardea/jwt signs and verifies on Node ${process.version}`);
