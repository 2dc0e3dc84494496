import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { describe, test } from "node:test";
import {
  type FlattenedJws,
  type GeneralJws,
  signCompact,
  signFlattened,
  signGeneral,
  verifyCompact,
  verifyFlattened,
  verifyGeneral,
} from "@cardea/jwt/jws";
import fc from "fast-check";
import { type Actor, actors, everyActor, mainActors } from "./support/actors.ts";
import { assertSigned, assertVerdicts, refusalIn } from "./support/jws.ts";

const bytes = fc.uint8Array({ maxLength: 400 });
const printable = fc
  .string({ unit: "grapheme-ascii", minLength: 1 })
  .map((text) => text.replaceAll(".", "!"))
  .filter((text) => /^[\x20-\x7e]+$/.test(text));
const wide = { maxBytes: 100_000 };
const runs = ({ alg }: Actor): { numRuns: number } => ({ numRuns: /^(HS|Ed|EdDSA)/.test(alg) ? 200 : 40 });

describe("what is signed comes back the same", () => {
  for (const actor of everyActor) {
    const { alg, signingKey: key, verificationKey: keys } = actor;

    test(`${alg}, any bytes, in every serialization`, () => {
      const property = fc.property(bytes, (payload) => {
        if (payload.length > 0)
          assertSigned(verifyCompact(signCompact(payload, { key }), { keys, ...wide }), payload, keys);
        const flattened = signFlattened(payload, { key });
        assertSigned(verifyFlattened(flattened, { keys, ...wide }), payload, keys);
        assertSigned(verifyFlattened(JSON.stringify(flattened), { keys, ...wide }), payload, keys);
        const general = signGeneral(payload, { signers: [{ key }, { key, leaveUnprotected: ["alg", "kid"] }] });
        assertVerdicts(verifyGeneral(general, { keys, ...wide, accept: "all" }), ["accepted", "accepted"], payload);
      });
      fc.assert(property, runs(actor));
    });

    test(`${alg}, any bytes, detached, encoded and not`, () => {
      const property = fc.property(bytes, fc.boolean(), (payload, unencoded) => {
        const options = { key, detached: true, unencoded };
        const rules = { keys, payload, ...wide, unencoded: unencoded ? "accepted" : "refused" } as const;
        assertSigned(verifyCompact(signCompact(payload, options), rules), payload, keys);
        assertSigned(verifyFlattened(signFlattened(payload, options), rules), payload, keys);
      });
      fc.assert(property, runs(actor));
    });

    test(`${alg}, any text, not encoded`, () => {
      const rules = { keys, ...wide, unencoded: "accepted" } as const;
      const property = fc.property(fc.string({ unit: "binary" }), printable, (text, ascii) => {
        const made = signFlattened(text, { key, unencoded: true });
        assertSigned(verifyFlattened(JSON.stringify(made), rules), text, keys);
        assertSigned(verifyCompact(signCompact(ascii, { key, unencoded: true }), rules), ascii, keys);
      });
      fc.assert(property, runs(actor));
    });
  }
});

describe("any single flipped bit is refused", () => {
  for (const { alg, signingKey: key, verificationKey: keys } of mainActors) {
    test(`${alg}: in a compact JWS`, () => {
      for (const unencoded of [false, true]) {
        const jws = signCompact("pay", { key, unencoded });
        const rules = { keys, unencoded: "accepted" } as const;
        assert.equal(refusalIn(verifyCompact(jws, rules)), "accepted");
        assertAllRefused(jws, (flipped) => verifyCompact(flipped, rules));
      }
    });

    test(`${alg}: in the text of a JWS in JSON`, () => {
      for (const unencoded of [false, true]) {
        const rules = { keys, unencoded: "accepted" } as const;
        const flattened = JSON.stringify(signFlattened("pay", { key, unencoded }));
        assert.equal(refusalIn(verifyFlattened(flattened, rules)), "accepted");
        assertAllRefused(flattened, (flipped) => verifyFlattened(flipped, rules));
        const general = JSON.stringify(signGeneral("pay", { signers: [{ key }], unencoded }));
        for (const accept of ["all", "any"] as const) {
          assert.equal(refusalIn(verifyGeneral(general, { ...rules, accept })), "accepted");
          assertAllRefused(general, (flipped) => verifyGeneral(flipped, { ...rules, accept }));
        }
      }
    });

    test(`${alg}: in a detached payload`, () => {
      const payload = Uint8Array.from({ length: 40 }, (_, at) => 7 * at);
      for (const unencoded of [false, true]) {
        const jws = signCompact(payload, { key, detached: true, unencoded });
        for (let bit = 0; bit < payload.length * 8; bit++) {
          const changed = Uint8Array.from(payload, (byte, at) => (at === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte));
          const rules = { keys, payload: changed, unencoded: "accepted" } as const;
          assert.equal(refusalIn(verifyCompact(jws, rules)), "bad_signature");
        }
        for (const changed of [
          payload.subarray(1),
          payload.subarray(0, -1),
          Buffer.concat([payload, Buffer.alloc(1)]),
        ]) {
          const rules = { keys, payload: changed, unencoded: "accepted" } as const;
          assert.equal(refusalIn(verifyCompact(jws, rules)), "bad_signature");
        }
      }
    });
  }
});

/** Flips the seven bits of ASCII and the one that makes a character of Latin-1, in each place. */
function assertAllRefused(text: string, verify: (flipped: string) => { readonly ok: boolean }): void {
  for (let at = 0; at < text.length; at++) {
    for (let bit = 0; bit < 8; bit++) {
      const char = String.fromCharCode(text.charCodeAt(at) ^ (1 << bit));
      const flipped = text.slice(0, at) + char + text.slice(at + 1);
      assert.equal(verify(flipped).ok, false, `bit ${bit} of character ${at}: ${flipped}`);
    }
  }
}

describe("no input throws, and none of these is accepted", () => {
  const { signingKey: key, verificationKey: keys } = actors.HS256;
  const rules = { keys, unencoded: "accepted", critical: ["x"], payload: "x" } as const;
  const { payload: _, ...attachedRules } = rules;

  function assertRefused(jws: unknown): void {
    for (const options of [rules, attachedRules]) {
      assert.equal(verifyCompact(jws as string, options).ok, false);
      assert.equal(verifyFlattened(jws as FlattenedJws, options).ok, false);
      assert.equal(verifyGeneral(jws as GeneralJws, { ...options, accept: "any" }).ok, false);
    }
  }

  test("any value", () => {
    const anything = fc.anything({ withBigInt: true, withDate: true, withMap: true, withNullPrototype: true });
    fc.assert(
      fc.property(anything, (value) => assertRefused(value)),
      { numRuns: 2000 },
    );
  });

  test("any text, and texts of three parts", () => {
    const part = fc.oneof(fc.base64String(), fc.string({ unit: "binary" }), fc.json().map(segment));
    const parts = fc.array(part, { minLength: 1, maxLength: 5 }).map((each) => each.join("."));
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: "binary" }), parts, fc.json()), (text) => assertRefused(text)),
      { numRuns: 3000 },
    );
  });

  test("a forged signature under headers of any kind", () => {
    const name = fc.constantFrom("alg", "kid", "typ", "crit", "b64", "x", "__proto__", "constructor", "jwk");
    const value = fc.oneof(
      fc.constantFrom("HS256", "none", "the-key", ["b64"], ["x"], false, true, ""),
      fc.jsonValue(),
    );
    const header = fc.array(fc.tuple(name, value), { maxLength: 5 }).map((members) => Object.fromEntries(members));
    const entry = fc.record(
      {
        protected: fc.oneof(
          header.map((each) => segment(JSON.stringify(each))),
          fc.string(),
        ),
        header: fc.oneof(header, fc.jsonValue()),
        signature: fc.oneof(fc.uint8Array({ minLength: 32, maxLength: 32 }).map(segment), fc.string()),
        payload: fc.oneof(fc.constant("eA"), fc.string()),
      },
      { requiredKeys: [] },
    );
    const general = fc.record({ payload: fc.constant("eA"), signatures: fc.array(entry, { maxLength: 9 }) });
    fc.assert(
      fc.property(fc.oneof(entry, general), (jws) => {
        assertRefused(jws);
        assertRefused(JSON.stringify(jws));
      }),
      { numRuns: 3000 },
    );
  });

  test("the same options accept what is signed", () => {
    const detached = { key, detached: true, header: { x: 1 }, critical: ["x"], unencoded: true };
    assert.equal(verifyCompact(signCompact("x", detached), rules).ok, true);
    assert.equal(verifyFlattened(signFlattened("x", { ...detached, detached: false }), attachedRules).ok, true);
  });
});

const segment = (data: string | Uint8Array): string => Buffer.from(data).toString("base64url");
