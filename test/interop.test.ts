import assert from "node:assert/strict";
import type { JsonWebKey } from "node:crypto";
import { after, before, describe, test } from "node:test";
import { hmacKey } from "@cardea/jwt";
import { createVerifier, unchecked, type Verifier } from "@cardea/verifier";
import { createRemoteJWKSet, generateKeyPair, importJWK, type JWTHeaderParameters, jwtVerify, SignJWT } from "jose";
import { type ForeignVerdict, type Peer, startPeer } from "./foreign/peer.ts";
import { pyJwt, whereInstalled } from "./foreign/programs.ts";
import { tampered } from "./foreign/tamper.ts";
import { type Issuer, startIssuer } from "./support/issuer.ts";
import { signIn, type Tokens } from "./support/people.ts";
import { jsonIn } from "./support/rawToken.ts";

const sharedSecret = new Uint8Array(32).map((_, index) => index * 7 + 1);

for (const alg of ["HS256", "RS256", "PS256", "ES256", "EdDSA"] as const) {
  describe(`JWT-3: ${alg} with other libraries`, () => agree(alg));
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
    kid = String(issuer.auth.keys.signing().kid);
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

  whereInstalled(pyJwt, () => {
    let python: Peer;
    before(() => {
      python = startPeer(pyJwt);
    });
    after(() => python.close());

    test("PyJWT verifies what the issuer signed, and refuses it tampered with or for somebody else", async () => {
      const secret = Buffer.from(sharedSecret).toString("base64url");
      const key = isShared ? { secret } : { jwksUrl: jwksUrl() };
      const pythonVerifies = (token: string, changes: { issuer?: string; audience?: string } = {}) =>
        python.verify({ alg, key, token, issuer: issuer.url, audience: "app", ...changes });
      const refused = (error: string): ForeignVerdict => ({ ok: false, error });

      const claims = jsonIn(tokens.access.split(".")[1]);
      assert.deepEqual(await pythonVerifies(tokens.access), { ok: true, claims });
      assert.deepEqual(await pythonVerifies(tampered(tokens.access)), refused("InvalidSignatureError"));
      const elsewhere = { issuer: `${issuer.url}/` };
      assert.deepEqual(await pythonVerifies(tokens.access, elsewhere), refused("InvalidIssuerError"));
      const misdirected = { audience: "billing" };
      assert.deepEqual(await pythonVerifies(tokens.access, misdirected), refused("InvalidAudienceError"));
    });
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

function secretJwk({ auth }: Issuer, kid: string): JsonWebKey {
  const jwk = auth.keys.secretJwk(kid);
  assert.ok(jwk);
  return jwk;
}

async function strangersKey(alg: string) {
  if (alg === "HS256") return new Uint8Array(32).fill(9);
  return (await generateKeyPair(alg)).privateKey;
}
