import assert from "node:assert/strict";
import type { JsonWebKey } from "node:crypto";
import { after, before, describe, test } from "node:test";
import { hmacKey } from "@cardea/jwt";
import { createVerifier, unchecked, type Verifier } from "@cardea/verifier";
import { createRemoteJWKSet, generateKeyPair, importJWK, type JWTHeaderParameters, jwtVerify, SignJWT } from "jose";
import { type Issuer, startIssuer } from "./support/issuer.ts";
import { signIn, type Tokens } from "./support/people.ts";
import { askPyJwt, hasPyJwt, type PythonPolicy } from "./support/pyjwt.ts";
import { jsonIn } from "./support/rawToken.ts";

const sharedSecret = new Uint8Array(32).map((_, index) => index * 7 + 1);
const inCi = { required: process.env.CI === "true" };

for (const alg of ["HS256", "RS256", "PS256", "ES256", "EdDSA"] as const) {
  describe(`${alg} with other libraries`, () => agree(alg));
}

function agree(alg: "HS256" | "RS256" | "PS256" | "ES256" | "EdDSA"): void {
  const isShared = alg === "HS256";
  let issuer: Issuer;
  let tokens: Tokens;
  let verifier: Verifier;
  let kid: string;

  before(async () => {
    issuer = await startIssuer({ keys: isShared ? { alg, secret: sharedSecret } : { alg } });
    tokens = await signIn(issuer);
    kid = String(issuer.auth.keys.signing.kid);
    const keys = isShared ? { keys: hmacKey(sharedSecret, { alg, kid }) } : {};
    verifier = createVerifier({ issuer: issuer.url, audience: "app", revocation: unchecked, ...keys });
    await verifier.ready();
  });
  after(async () => {
    await verifier.close();
    await issuer.close();
  });

  const jwksUrl = (): string => `${issuer.url}/.well-known/jwks.json`;

  /** jose, as a stranger would set it up. */
  const joseVerifies = (token: string, expected: { issuer?: string; audience?: string; typ?: string } = {}) => {
    const options = { issuer: issuer.url, audience: "app", typ: "at+jwt", algorithms: [alg], ...expected };
    return isShared
      ? jwtVerify(token, sharedSecret, options)
      : jwtVerify(token, createRemoteJWKSet(new URL(jwksUrl())), options);
  };

  test("jose verifies what the issuer signed, with its type, issuer and audience", async () => {
    const { payload, protectedHeader } = await joseVerifies(tokens.access);
    assert.deepEqual(protectedHeader, { alg, typ: "at+jwt", kid });
    assert.deepEqual([payload.iss, payload.aud, payload.sub], [issuer.url, "app", tokens.userId]);
    await assert.rejects(joseVerifies(tokens.access, { issuer: `${issuer.url}/` }), { claim: "iss" });
    await assert.rejects(joseVerifies(tokens.access, { audience: "billing" }), { claim: "aud" });
    await assert.rejects(joseVerifies(tokens.access, { typ: "JWT" }), { claim: "typ" });
    await assert.rejects(joseVerifies(tampered(tokens.access)), { code: "ERR_JWS_SIGNATURE_VERIFICATION_FAILED" });
  });

  test("PyJWT verifies what the issuer signed, and refuses it tampered with or for somebody else", async (t) => {
    if (!hasPyJwt(placesOf(t), inCi)) return;
    const policy: PythonPolicy = {
      jwksUrl: jwksUrl(),
      audience: "app",
      issuer: issuer.url,
      ...(isShared ? { secret: Buffer.from(sharedSecret).toString("base64url") } : {}),
    };
    const [good, bad, foreign, misdirected] = await Promise.all([
      askPyJwt(tokens.access, policy),
      askPyJwt(tampered(tokens.access), policy),
      askPyJwt(tokens.access, { ...policy, issuer: `${issuer.url}/` }),
      askPyJwt(tokens.access, { ...policy, audience: "billing" }),
    ]);
    assert.deepEqual(good, { ok: true, claims: jsonIn(tokens.access.split(".")[1]) });
    assert.deepEqual(bad, { ok: false, error: "InvalidSignatureError" });
    assert.deepEqual(foreign, { ok: false, error: "InvalidIssuerError" });
    assert.deepEqual(misdirected, { ok: false, error: "InvalidAudienceError" });
  });

  test("the verifier accepts what jose signs with our key, and names what is wrong with it otherwise", async () => {
    const now = Math.floor(Date.now() / 1000);
    const claims = { iss: issuer.url, aud: "app", sub: "ada", client_id: "jose", jti: "1", iat: now, exp: now + 60 };
    const ours = await importJWK(secretJwk(issuer, kid), alg);
    const joseSigns = (changes: object = {}, header: Partial<JWTHeaderParameters> = {}, key = ours) =>
      new SignJWT({ ...claims, ...changes }).setProtectedHeader({ alg, typ: "at+jwt", kid, ...header }).sign(key);

    const accepted = verifier.verify(await joseSigns());
    assert.ok(accepted.ok, JSON.stringify(accepted));
    assert.deepEqual(accepted.claims, claims);
    assert.ok(verifier.verify(await joseSigns({}, { typ: "application/at+jwt" })).ok);

    const refusals = {
      wrong_type: await joseSigns({}, { typ: "JWT" }),
      wrong_audience: await joseSigns({ aud: "billing" }),
      wrong_issuer: await joseSigns({ iss: `${issuer.url}/` }),
      unknown_key: await joseSigns({}, { kid: "another" }),
      expired: await joseSigns({ iat: now - 120, exp: now - 60 }),
      missing_claim: await joseSigns({ jti: undefined }),
      bad_signature: await joseSigns({}, {}, await strangersKey(alg)),
    };
    for (const [code, token] of Object.entries(refusals)) {
      const verdict = verifier.verify(token);
      assert.equal(verdict.ok ? "accepted" : verdict.refusal.code, code);
    }
  });
}

describe("a machine without PyJWT", () => {
  const python = "/nonexistent/python3";

  test("says so in the tests' output and on standard error, with the way to get it, and goes on", () => {
    const told: string[] = [];
    const places = { diagnostic: (line: string) => told.push(line), stderr: (line: string) => told.push(line) };
    assert.equal(hasPyJwt(places, { required: false, python }), false);
    assert.equal(told.length, 2);
    for (const line of told) assert.match(line, /apt-get install python3-jwt python3-cryptography/);
  });

  test("fails in CI", () => {
    const places = { diagnostic: () => undefined, stderr: () => undefined };
    assert.throws(
      () => hasPyJwt(places, { required: true, python }),
      /apt-get install python3-jwt python3-cryptography/,
    );
  });
});

/** One line on standard error is loud enough for five algorithms. */
let isTold = false;

const placesOf = (t: { readonly diagnostic: (message: string) => void }): Parameters<typeof hasPyJwt>[0] => ({
  diagnostic: (message) => t.diagnostic(message),
  stderr: (line) => {
    if (!isTold) process.stderr.write(`${line}\n`);
    isTold = true;
  },
});

/** Somebody else's name over the old signature. */
function tampered(token: string): string {
  const [header, payload, signature] = token.split(".");
  const claims = { ...jsonIn(payload), sub: "victim" };
  return `${header}.${Buffer.from(JSON.stringify(claims)).toString("base64url")}.${signature}`;
}

function secretJwk({ auth }: Issuer, kid: string): JsonWebKey {
  const jwk = auth.keys.secretJwk(kid);
  assert.ok(jwk);
  return jwk;
}

async function strangersKey(alg: string) {
  if (alg === "HS256") return new Uint8Array(32).fill(9);
  return (await generateKeyPair(alg)).privateKey;
}
