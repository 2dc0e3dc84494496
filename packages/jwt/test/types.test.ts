import assert from "node:assert/strict";
import { test } from "node:test";
import {
  type AccessTokenClaims,
  accessTokenPolicy,
  type Claims,
  createAsyncSigner,
  createMultiIssuerVerifier,
  createSigner,
  createVerifier,
  exportPublicJwk,
  hmacKey,
  type KeySource,
  keySet,
  type Policy,
  type PrivateKey,
  type PublicKey,
  peek,
  privateKey,
  publicKey,
  publicKeyOf,
  type RefusalCode,
  sign,
  unchecked,
  type VerifiedClaims,
  type VerifyResult,
  verify,
} from "@cardea/jwt";
import { actors } from "./support/actors.ts";
import { clock, craft, policy } from "./support/craft.ts";

declare const openKey: PublicKey;
declare const secretKey: PrivateKey;
declare const result: VerifyResult;
declare const source: KeySource;
declare const token: string;
declare const needsVerified: (claims: VerifiedClaims) => void;

/** Compiled and never called: each line below must be an error, or the compiler complains about the comment. */
export function whatDoesNotCompile(): void {
  // @ts-expect-error claims come from a verifier alone
  needsVerified({ iss: "a", sub: "b" });
  // @ts-expect-error what peek shows is not verified
  needsVerified(peek(token)?.unverifiedClaims ?? {});
  // @ts-expect-error a result has claims only once it is known to be ok
  needsVerified(result.claims);
  if (result.ok) {
    needsVerified(result.claims);
    // @ts-expect-error verified claims cannot be changed
    result.claims.sub = "admin";
    // @ts-expect-error nor can the header
    result.header.alg = "none";
    // @ts-expect-error a copy with a change is not verified any more
    needsVerified({ ...result.claims, sub: 7 });
  } else {
    // @ts-expect-error codes are a closed set
    const code: "out_of_coffee" = result.refusal.code;
    const known: RefusalCode = result.refusal.code;
    assert.ok([code, known]);
  }

  // @ts-expect-error a private key does not verify
  verify(token, { keys: secretKey, policy });
  // @ts-expect-error a private key does not belong into a set to verify with
  keySet([secretKey]);
  // @ts-expect-error a public key does not sign
  sign({}, openKey);
  // @ts-expect-error a public key does not sign
  createSigner({ key: openKey });
  // @ts-expect-error a public key has no public half
  publicKeyOf(openKey);
  // @ts-expect-error a shared secret has no public form
  exportPublicJwk(hmacKey(new Uint8Array(32), { alg: "HS256" }));
  // @ts-expect-error a key cannot be made up
  verify(token, { keys: { kind: "public", alg: "ES256", kid: undefined }, policy });
  // @ts-expect-error a secret is bytes, text is decoded first
  hmacKey("secret", { alg: "HS256" });
  // @ts-expect-error a shared secret has no algorithm for pairs
  hmacKey(new Uint8Array(32), { alg: "RS256" });
  // @ts-expect-error a pair has no algorithm for shared secrets
  publicKey("", { alg: "HS256" });
  // @ts-expect-error a key says its algorithm
  privateKey("");
  // @ts-expect-error none is no algorithm
  publicKey("", { alg: "none" });
  // @ts-expect-error a source answers at once
  verify(token, { keys: { find: async () => openKey }, policy });

  // @ts-expect-error the issuer is required
  verify(token, { keys: source, policy: { audience: "api" } });
  // @ts-expect-error the audience is required
  verify(token, { keys: source, policy: { issuer: "a" } });
  // @ts-expect-error undefined waives nothing
  verify(token, { keys: source, policy: { issuer: "a", audience: undefined } });
  // @ts-expect-error a policy is required
  verify(token, { keys: source });
  // @ts-expect-error a misspelt check is no check
  verify(token, { keys: source, policy: { ...policy, maxAge: 5 } });
  // @ts-expect-error patterns are no names
  verify(token, { keys: source, policy: { issuer: /issuer/, audience: "api" } });
  // @ts-expect-error an expiry is compared, or waived by name
  verify(token, { keys: source, policy: { ...policy, expiry: false } });
  // @ts-expect-error no other symbol waives anything
  verify(token, { keys: source, policy: { issuer: Symbol("unchecked"), audience: "api" } });
  // @ts-expect-error a policy for access tokens has its own type
  accessTokenPolicy({ issuer: "a", audience: "api", typ: "JWT" });
  // @ts-expect-error access tokens expire
  accessTokenPolicy({ issuer: "a", audience: "api", expiry: unchecked });
  // @ts-expect-error the audience is required
  accessTokenPolicy({ issuer: "a" });
  // @ts-expect-error a policy of one issuer among several does not name it
  createMultiIssuerVerifier({ issuers: { a: { keys: source, policy: { issuer: "a", audience: "api" } } } });
  // @ts-expect-error nor does one that was made before
  createMultiIssuerVerifier({ issuers: { a: { keys: source, policy } } });
  // @ts-expect-error there is no key for all issuers
  createMultiIssuerVerifier({ issuers: {}, keys: source });
  // @ts-expect-error the hook answers at once
  createVerifier({ keys: source, policy, isRevoked: async () => false });
  // @ts-expect-error the hook answers true or false
  createVerifier({ keys: source, policy, isRevoked: () => undefined });
  // @ts-expect-error extensions are named one by one
  createVerifier({ keys: source, policy: { ...policy, critical: "urn:a" } });
  // @ts-expect-error what an asynchronous signer makes is not there yet
  const signed: string = createAsyncSigner({ key: secretKey })({});
  // @ts-expect-error what was not checked as an access token has no client_id of a known type
  const client: string | undefined = result.ok ? result.claims.client_id : signed;
  assert.ok(client);

  // @ts-expect-error a type of claims takes a schema that makes them
  verify<{ roles: string[] }>(token, { keys: source, policy }).claims.roles;
}

test("what compiles: the waiver, a schema's type, and claims passed on", () => {
  const waived: Policy = { issuer: unchecked, audience: unchecked, typ: unchecked, expiry: unchecked };
  const { verify: check } = createVerifier({ keys: actors.ES256.verificationKey, policy: waived, now: clock });
  const accepted = check(craft(actors.ES256));
  assert.ok(accepted.ok);
  const claims: VerifiedClaims = accepted.claims;
  const plain: Claims = claims;
  assert.equal(plain.sub, "alice");
});

test("what compiles: the claims of an access token, by their names", () => {
  const access: Policy<AccessTokenClaims> = accessTokenPolicy({ issuer: policy.issuer, audience: "api" });
  const { verify: check } = createVerifier({ keys: actors.ES256.verificationKey, policy: access, now: clock });
  const refused = check(craft(actors.ES256));
  const client: string | undefined = refused.ok ? refused.claims.client_id : undefined;
  assert.deepEqual([refused.ok, client], [false, undefined]);
});

test("what the compiler refuses is refused at run time too", () => {
  const { signingKey, verificationKey } = actors.ES256;
  assert.throws(() => createVerifier({ keys: signingKey as never, policy }), TypeError);
  assert.throws(() => createSigner({ key: verificationKey as never }), TypeError);
});
