import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { createSigner, createVerifier } from "@cardea/jwt";
import fc from "fast-check";
import { type Actor, actors, everyActor, mainActors } from "./support/actors.ts";
import { clock, craft, goodClaims, policy, segments, verdictOf, verifierOf } from "./support/craft.ts";
import { refusalCodes } from "./support/refusalCodes.ts";

const anyClaims = fc
  .dictionary(fc.string({ unit: "grapheme" }), fc.jsonValue({ maxDepth: 4 }), { maxKeys: 6 })
  .map((claims) => ({ ...claims, ...goodClaims }));

describe("what is signed is verified and comes back the same", () => {
  for (const { alg, signingKey, verificationKey } of everyActor) {
    test(alg, () => {
      const sign = createSigner({ key: signingKey });
      const { verify } = createVerifier({
        keys: verificationKey,
        policy: { ...policy, maxTokenBytes: 1e6 },
        now: clock,
      });
      const property = fc.property(anyClaims, (claims) => {
        const result = verify(sign(claims));
        assert.ok(result.ok);
        assert.deepEqual(JSON.stringify(result.claims), JSON.stringify(claims));
        assert.equal(result.key, verificationKey);
        assert.equal(result.header.alg, alg);
      });
      fc.assert(property, { numRuns: 100 });
    });
  }

  /** About one in 128 has an r or s with a leading zero byte (of ES512 most have), where DER and raw form differ in length. */
  for (const [{ alg, signingKey, verificationKey }, rounds] of [
    [actors.ES256, 700],
    [actors.ES384, 250],
    [actors.ES512, 60],
  ] as const) {
    test(`${alg}, whatever the length of r and s`, () => {
      const sign = createSigner({ key: signingKey });
      const { verify } = verifierOf({ verificationKey });
      for (let round = 0; round < rounds; round++) assert.ok(verify(sign(goodClaims)).ok);
    });
  }

  for (const { alg, signingKey, seal } of everyActor.filter(({ alg }) => /^(HS|RS|Ed)/.test(alg))) {
    test(`${alg}: the signature is the one that node:crypto makes`, () => {
      const sign = createSigner({ key: signingKey });
      const property = fc.property(anyClaims, (claims) => {
        const [header, payload, signature] = segments(sign(claims));
        assert.equal(signature, seal(`${header}.${payload}`));
      });
      fc.assert(property, { numRuns: 50 });
    });
  }
});

describe("any single flipped bit is refused", () => {
  for (const actor of mainActors) {
    test(actor.alg, () => {
      const token = craft(actor);
      const bytes = Buffer.from(token, "latin1");
      const { verify } = warmVerifier(actor);
      for (let bit = 0; bit < bytes.length * 8; bit++) {
        const flipped = Buffer.from(bytes);
        flipped[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        for (const text of [flipped.toString("latin1"), flipped.toString("utf8")]) {
          assert.equal(verify(text).ok, false, `bit ${bit}`);
        }
      }
    });
  }

  for (const actor of everyActor) {
    test(`${actor.alg}, of the decoded bytes`, () => {
      const parts = segments(craft(actor));
      const { verify } = warmVerifier(actor);
      const property = fc.property(fc.nat(2), fc.nat(100_000), (at, random) => {
        const bytes = Buffer.from(parts[at] ?? "", "base64url");
        const bit = random % (bytes.length * 8);
        bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        assert.equal(verify(parts.with(at, bytes.toString("base64url")).join(".")).ok, false);
      });
      fc.assert(property, { numRuns: 200 });
    });
  }
});

describe("any single replaced, removed or added character is refused", () => {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.=+/ ";

  test("J-55 HS256, every position and every character of the alphabet", () => {
    const token = craft(actors.HS256);
    const { verify } = warmVerifier(actors.HS256);
    for (let at = 0; at < token.length; at++) {
      const [before, after] = [token.slice(0, at), token.slice(at + 1)];
      assert.equal(verify(before + after).ok, false);
      for (const character of alphabet) {
        if (character !== token[at]) assert.equal(verify(before + character + after).ok, false);
        assert.equal(verify(before + character + token.slice(at)).ok, false);
      }
    }
  });

  for (const actor of everyActor) {
    test(actor.alg, () => {
      const token = craft(actor);
      const { verify } = warmVerifier(actor);
      const edit = fc.tuple(
        fc.nat(token.length),
        fc.nat(1),
        fc.oneof(fc.constantFrom(...alphabet), fc.string({ maxLength: 2 })),
      );
      const property = fc.property(edit, ([at, removed, added]) => {
        const edited = token.slice(0, at) + added + token.slice(at + removed);
        assert.equal(verify(edited).ok, edited === token);
      });
      fc.assert(property, { numRuns: 300 });
    });
  }
});

describe("any string at all gets a documented verdict from verify and explain, and the same", () => {
  for (const actor of mainActors) {
    test(`${actor.alg}: strings`, () => {
      const { verify, explain } = warmVerifier(actor);
      fc.assert(
        fc.property(anyText(craft(actor)), (text) => {
          const result = verify(text);
          const explanation = explain(text);
          assert.equal(result.ok, explanation.ok);
          if (result.ok) return;
          assert.ok(Object.hasOwn(refusalCodes, result.refusal.code));
          assert.deepEqual(result.refusal, explanation.refusal);
        }),
        { numRuns: 500 },
      );
    });

    test(`${actor.alg}: true signatures over any header and payload`, () => {
      const { verify, explain } = warmVerifier(actor);
      fc.assert(
        fc.property(anyHeader(actor), anyPayload, (header, payload) => {
          const token = craft(actor, { header, payload });
          const result = verify(token);
          const explanation = explain(token);
          assert.equal(verdictOf(result), explanation.refusal?.code ?? "accepted");
          assert.equal(verdictOf(verifierOf(actor).verify(token)), verdictOf(result), "a fresh verifier says the same");
          assert.ok(result.ok || Object.hasOwn(refusalCodes, result.refusal.code));
        }),
        { numRuns: 300 },
      );
    });
  }

  const anySegment = fc.oneof(
    fc.base64String().map((text) => text.replace(/=+$/, "")),
    fc.json().map((text) => Buffer.from(text).toString("base64url")),
    fc.string({ unit: "binary" }),
  );

  const anyText = (token: string) =>
    fc.oneof(
      fc.string({ unit: "binary", maxLength: 200 }),
      fc.array(anySegment, { maxLength: 6 }).map((parts) => parts.join(".")),
      fc.tuple(fc.nat(2), anySegment).map(([at, segment]) => segments(token).with(at, segment).join(".")),
      fc.tuple(fc.nat(token.length), anySegment).map(([at, text]) => token.slice(0, at) + text + token.slice(at)),
      fc.constant(token),
    );

  const oddly = (usual: object, names: readonly string[]) =>
    fc
      .dictionary(
        fc.constantFrom(...names),
        fc.oneof(fc.jsonValue({ maxDepth: 1 }), fc.double(), fc.constantFrom("JWT", "api")),
        {
          maxKeys: 2,
        },
      )
      .map((odd) => JSON.stringify({ ...usual, ...odd }));

  const anyHeader = ({ alg }: Actor) =>
    fc.oneof(
      fc.constant(JSON.stringify({ alg, typ: "JWT", kid: "the-key" })),
      oddly({ alg, typ: "JWT", kid: "the-key" }, ["alg", "typ", "kid", "crit", "b64", "jwk", "x"]),
      fc.json(),
    );

  const anyPayload = fc.oneof(
    fc.constant(JSON.stringify(goodClaims)),
    oddly(goodClaims, ["iss", "aud", "exp", "nbf", "iat", "sub", "jti", "__proto__"]),
    fc.json(),
  );
});

/** A verifier that has seen a good token, so that its short cut for known headers is at work. */
function warmVerifier(actor: Actor) {
  const verifier = verifierOf(actor);
  assert.ok(verifier.verify(craft(actor)).ok);
  return verifier;
}
