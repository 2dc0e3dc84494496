import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { createSigner, exportPublicJwk, exportSecretJwk, importSecretJwk, publicKey } from "@cardea/jwt";
import { createSigner as fastSigner, createVerifier as fastVerifier } from "fast-jwt";
import { createLocalJWKSet, exportJWK, generateKeyPair, importJWK, jwtVerify, SignJWT } from "jose";
import jsonwebtoken, { type Algorithm } from "jsonwebtoken";
import { type Actor, everyActor, kid } from "./support/actors.ts";
import { assertVerdict, clock, goodClaims } from "./support/craft.ts";

const expected = { issuer: goodClaims.iss, audience: goodClaims.aud };
const ours = ({ signingKey }: Actor) => createSigner({ key: signingKey })(goodClaims);
const isPair = ({ alg }: Actor) => !alg.startsWith("HS");
const pem = ({ keyObject }: Actor) => keyObject.export({ type: "pkcs8", format: "pem" }).toString();
const publicPem = ({ publicKeyObject }: Actor) => publicKeyObject.export({ type: "spki", format: "pem" }).toString();

/** Version 6 of jose has dropped ES256K, and has ML-DSA where the runtime's Web Crypto does. */
const isKnownToJose = ({ alg }: Actor) => alg !== "ES256K" && (!alg.startsWith("ML-") || hasWebMlDsa);
const hasWebMlDsa = await crypto.subtle.generateKey("ML-DSA-44", true, ["sign", "verify"]).then(
  () => true,
  () => false,
);

/** The other two have RFC 7518, and fast-jwt EdDSA as well. */
const isClassic = ({ alg }: Actor) => /^([HRP]S|ES)\d{3}$/.test(alg);

describe("jose", () => {
  for (const actor of everyActor.filter(isKnownToJose)) {
    test(`${actor.alg}: takes our tokens, and we take its`, async () => {
      const { payload, protectedHeader } = await jwtVerify(ours(actor), actor.publicKeyObject, {
        ...expected,
        algorithms: [actor.alg],
        currentDate: new Date(clock()),
        typ: "JWT",
      });
      assert.deepEqual(payload, goodClaims);
      assert.deepEqual(protectedHeader, { alg: actor.alg, typ: "JWT", kid });
      const theirs = await new SignJWT(goodClaims).setProtectedHeader({ alg: actor.alg, kid }).sign(actor.keyObject);
      assertVerdict(actor, [theirs], "accepted");
    });

    test(`${actor.alg}: reads the keys that we export`, async () => {
      const secret = await importJWK(exportSecretJwk(actor.signingKey) as Parameters<typeof importJWK>[0]);
      const theirs = await new SignJWT(goodClaims).setProtectedHeader({ alg: actor.alg, kid }).sign(secret);
      assertVerdict(actor, [theirs], "accepted");
      if (actor.verificationKey.kind !== "public") return;
      const set = createLocalJWKSet({ keys: [exportPublicJwk(actor.verificationKey) as { kty: string }] });
      const { payload } = await jwtVerify(ours(actor), set, { ...expected, currentDate: new Date(clock()) });
      assert.equal(payload.sub, "alice");
    });
  }

  for (const alg of ["ES256", "ES512", "EdDSA", "PS384"] as const) {
    test(`${alg}: we read the keys that it makes`, async () => {
      const pair = await generateKeyPair(alg, { extractable: true });
      const verificationKey = publicKey(await exportJWK(pair.publicKey), { alg });
      const key = importSecretJwk({ ...(await exportJWK(pair.privateKey)), alg });
      assertVerdict({ verificationKey }, [createSigner({ key })(goodClaims)], "accepted");
    });
  }
});

describe("jsonwebtoken", () => {
  for (const actor of everyActor.filter(isClassic)) {
    test(`${actor.alg}: takes our tokens, and we take its`, () => {
      const algorithm = actor.alg as Algorithm;
      const options = { ...expected, algorithms: [algorithm], clockTimestamp: clock() / 1000 };
      assert.deepEqual(jsonwebtoken.verify(ours(actor), actor.publicKeyObject, options), goodClaims);
      const theirs = jsonwebtoken.sign(goodClaims, actor.keyObject, { algorithm, keyid: kid });
      assertVerdict(actor, [theirs], "accepted");
    });
  }
});

describe("fast-jwt", () => {
  for (const actor of everyActor.filter((actor) => isClassic(actor) || actor.alg === "EdDSA")) {
    test(`${actor.alg}: takes our tokens, and we take its`, () => {
      const algorithm = actor.alg as Algorithm;
      const open = isPair(actor) ? publicPem(actor) : actor.keyObject.export();
      const verify = fastVerifier({
        key: open,
        algorithms: [algorithm],
        allowedIss: expected.issuer,
        clockTimestamp: clock(),
      });
      assert.deepEqual(verify(ours(actor)), goodClaims);
      const secret = isPair(actor) ? pem(actor) : actor.keyObject.export();
      assertVerdict(actor, [fastSigner({ key: secret, algorithm, kid })(goodClaims)], "accepted");
    });
  }
});
