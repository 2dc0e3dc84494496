import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { describe, test } from "node:test";
import { keySet, publicKey } from "@cardea/jwt";
import {
  signCompact,
  signFlattened,
  signGeneral,
  verifyCompact,
  verifyFlattened,
  verifyGeneral,
} from "@cardea/jwt/jws";
import {
  CompactSign,
  compactVerify,
  FlattenedSign,
  type FlattenedVerifyGetKey,
  flattenedVerify,
  GeneralSign,
  generalVerify,
} from "jose";
import { type Actor, actors, everyActor, kid } from "./support/actors.ts";
import { b64 } from "./support/craft.ts";
import { assertSigned, assertVerdicts } from "./support/jws.ts";

const bytes = Uint8Array.from({ length: 300 }, (_, at) => at % 256);
const text = "ünencoded. payload ✓";
const plain = Buffer.from(text);
const crit = { crit: ["b64"], b64: false };
const options = { crit: { b64: true } };

/** It has no ES256K. */
const joseActors = everyActor.filter(({ alg }) => alg !== "ES256K");

describe("jose, compact", () => {
  for (const actor of joseActors) {
    test(`${actor.alg}: takes ours, and we take its`, async () => {
      const { payload, protectedHeader } = await compactVerify(
        signCompact(bytes, { key: actor.signingKey, typ: "example" }),
        actor.publicKeyObject,
      );
      assert.deepEqual(Buffer.from(payload), Buffer.from(bytes));
      assert.deepEqual(protectedHeader, { alg: actor.alg, typ: "example", kid });
      const theirs = await new CompactSign(bytes).setProtectedHeader({ alg: actor.alg, kid }).sign(actor.keyObject);
      assertSigned(verifyCompact(theirs, { keys: actor.verificationKey }), bytes, actor.verificationKey);
    });
  }

  test("takes ours with a payload that is not encoded", async () => {
    const jws = signCompact("as it is", { key: actors.ES256.signingKey, unencoded: true });
    const { payload } = await compactVerify(jws, actors.ES256.publicKeyObject, options);
    assert.equal(Buffer.from(payload).toString(), "as it is");
  });
});

describe("jose, flattened", () => {
  for (const actor of joseActors) {
    const { alg, keyObject, publicKeyObject, signingKey: key, verificationKey: keys } = actor;

    test(`${alg}: takes ours, and we take its`, async () => {
      const ours = signFlattened(bytes, { key, unprotectedHeader: { note: 1 }, leaveUnprotected: ["kid"] });
      const { payload, protectedHeader, unprotectedHeader } = await flattenedVerify(withPayload(ours), publicKeyObject);
      assert.deepEqual(Buffer.from(payload), Buffer.from(bytes));
      assert.deepEqual(protectedHeader, { alg });
      assert.deepEqual(unprotectedHeader, { kid, note: 1 });
      const theirs = await new FlattenedSign(bytes)
        .setProtectedHeader({ alg })
        .setUnprotectedHeader({ kid, note: 1 })
        .sign(keyObject);
      assertSigned(verifyFlattened(theirs, { keys }), bytes, keys);
      assertSigned(verifyFlattened(JSON.stringify(theirs), { keys }), bytes, keys);
    });

    test(`${alg}: the same for a detached payload`, async () => {
      const ours = signFlattened(bytes, { key, detached: true });
      assert.ok(!("payload" in ours));
      const { payload } = await flattenedVerify({ ...ours, payload: b64(bytes) }, publicKeyObject);
      assert.deepEqual(Buffer.from(payload), Buffer.from(bytes));
      const { payload: theirPayload, ...theirs } = await new FlattenedSign(bytes)
        .setProtectedHeader({ alg, kid })
        .sign(keyObject);
      assert.equal(theirPayload, b64(bytes));
      assertSigned(verifyFlattened(theirs, { keys, payload: bytes }), bytes, keys);
      assertSigned(verifyCompact(`${theirs.protected}..${theirs.signature}`, { keys, payload: bytes }), bytes, keys);
    });

    test(`${alg}: the same for a payload that is not encoded, in the JWS and detached`, async () => {
      const accepted = { keys, unencoded: "accepted" } as const;
      const ours = signFlattened(plain, { key, unencoded: true });
      assert.equal(ours.payload, text);
      const { payload } = await flattenedVerify(withPayload(ours), publicKeyObject, options);
      assert.equal(Buffer.from(payload).toString(), text);
      const { payload: _, ...detached } = await new FlattenedSign(bytes)
        .setProtectedHeader({ alg, kid, ...crit })
        .sign(keyObject);
      assertSigned(verifyFlattened(detached, { ...accepted, payload: bytes }), bytes, keys);
      const attached = await new FlattenedSign(plain).setProtectedHeader({ alg, kid, ...crit }).sign(keyObject);
      assertSigned(verifyFlattened({ ...attached, payload: text }, accepted), text, keys);
      const { payload: again } = await flattenedVerify(
        { ...signFlattened(bytes, { key, unencoded: true, detached: true }), payload: bytes },
        publicKeyObject,
        options,
      );
      assert.deepEqual(Buffer.from(again), Buffer.from(bytes));
    });
  }

  test("takes ours whose algorithm is not protected, and we take its", async () => {
    const { alg, keyObject, publicKeyObject, signingKey: key, verificationKey: keys } = actors.EdDSA;
    const ours = signFlattened(text, { key, leaveUnprotected: ["alg", "kid"] });
    assert.deepEqual(Object.keys(ours).sort(), ["header", "payload", "signature"]);
    await flattenedVerify(withPayload(ours), publicKeyObject);
    const theirs = await new FlattenedSign(plain).setUnprotectedHeader({ alg, kid }).sign(keyObject);
    assertSigned(verifyFlattened(theirs, { keys }), text, keys);
  });

  test("takes ours with an extension that both know, and we take its", async () => {
    const { alg, keyObject, publicKeyObject, signingKey: key, verificationKey: keys } = actors.HS256;
    const ours = signFlattened(text, { key, header: { "urn:x": 1 }, critical: ["urn:x"] });
    await flattenedVerify(withPayload(ours), publicKeyObject, { crit: { "urn:x": true } });
    const theirs = await new FlattenedSign(plain)
      .setProtectedHeader({ alg, crit: ["urn:x"], "urn:x": 1 })
      .sign(keyObject, { crit: { "urn:x": true } });
    assertSigned(verifyFlattened(theirs, { keys, critical: ["urn:x"] }), text, keys);
  });
});

describe("jose, general", () => {
  const signers = [actors.HS256, actors.ES256, actors.RS256];
  const named = (actor: Actor) => publicKey(actor.publicKeyObject, { alg: actor.alg as "ES256", kid: actor.alg });
  const keys = keySet([named(actors.ES256), named(actors.RS256)]);

  test("takes ours by each of the keys", async () => {
    const ours = signGeneral(bytes, {
      signers: signers.map(({ signingKey: key }, at) => ({ key, unprotectedHeader: { at } })),
    });
    for (const { publicKeyObject, alg } of signers) {
      const getKey: FlattenedVerifyGetKey = (header) => {
        if (header?.alg !== alg) throw new Error("another's signature");
        return publicKeyObject;
      };
      const { payload, protectedHeader } = await generalVerify(
        { payload: ours.payload ?? "", signatures: [...ours.signatures] },
        getKey,
      );
      assert.deepEqual(Buffer.from(payload), Buffer.from(bytes));
      assert.equal(protectedHeader?.alg, alg);
    }
  });

  for (const unencoded of [false, true]) {
    test(`we take its, with a payload that is ${unencoded ? "not encoded" : "encoded"}`, async () => {
      const sign = new GeneralSign(plain);
      for (const { keyObject, alg } of [actors.ES256, actors.RS256]) {
        sign
          .addSignature(keyObject)
          .setProtectedHeader({ alg, ...(unencoded && crit) })
          .setUnprotectedHeader({ kid: alg });
      }
      const theirs = await sign.sign();
      const jws = unencoded ? { ...theirs, payload: text } : theirs;
      const rules = { keys, accept: "all", unencoded: unencoded ? "accepted" : "refused" } as const;
      assertVerdicts(verifyGeneral(jws, rules), ["accepted", "accepted"], text);
      assertVerdicts(
        verifyGeneral({ signatures: theirs.signatures }, { ...rules, payload: text }),
        ["accepted", "accepted"],
        text,
      );
    });
  }
});

const withPayload = <T extends { readonly payload?: string }>(jws: T): T & { readonly payload: string } => ({
  ...jws,
  payload: jws.payload ?? "",
});
