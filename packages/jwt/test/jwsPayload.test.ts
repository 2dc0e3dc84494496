import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { type FlattenedJws, signCompact, signFlattened, verifyCompact, verifyFlattened } from "@cardea/jwt/jws";
import { type Actor, actors, everyActor, mainActors } from "./support/actors.ts";
import { b64 } from "./support/craft.ts";
import { assertSigned, compact, refusalIn, seal } from "./support/jws.ts";

const actor: Actor = actors.ES256;
const { alg } = actor;
const keys = actor.verificationKey;
const open = { keys, unencoded: "accepted" } as const;

const said = (jws: FlattenedJws, options: Partial<Parameters<typeof verifyFlattened>[1]> = {}) =>
  refusalIn(verifyFlattened(jws, { keys, ...options }));
const saidCompact = (jws: string, options: Partial<Parameters<typeof verifyCompact>[1]> = {}) =>
  refusalIn(verifyCompact(jws, { keys, ...options }));

describe("the payload", () => {
  test("is not another's", () => {
    for (const each of mainActors) {
      const options = { keys: each.verificationKey };
      const [one, other] = ["one", "other"].map((payload) => seal(each, { header: { alg: each.alg }, payload }));
      assert.ok(one && other);
      assert.equal(said({ ...one, payload: other.payload }, options), "bad_signature");
      assert.equal(saidCompact(compact({ ...one, payload: other.payload }), options), "bad_signature");
      const { payload: _, ...detached } = one;
      assert.equal(said(detached, { ...options, payload: "other" }), "bad_signature");
      assert.equal(said(detached, { ...options, payload: "one" }), "accepted");
    }
  });

  test("that the caller passes goes with no JWS that brings its own, not even the same one", () => {
    const jws = seal(actor, { header: { alg } });
    assert.equal(said(jws, { payload: "hello" }), "malformed_payload");
    assert.equal(saidCompact(compact(jws), { payload: "hello" }), "malformed_payload");
    assert.equal(said({ ...jws, payload: "" }, { payload: "hello" }), "malformed_payload");
  });

  test("of a detached JWS must come from the caller, and is never taken to be empty", () => {
    for (const payload of ["", "hello"]) {
      const { payload: _, ...detached } = seal(actor, { header: { alg }, payload });
      assert.equal(said(detached), "malformed_payload");
      assert.equal(saidCompact(compact({ ...detached, payload: "" })), "malformed_payload");
      assertSigned(verifyFlattened(detached, { keys, payload }), payload, keys);
      assertSigned(verifyCompact(compact({ ...detached, payload: "" }), { keys, payload }), payload, keys);
    }
  });

  test("in JSON may be empty", () => {
    assertSigned(verifyFlattened(seal(actor, { header: { alg }, payload: "" }), { keys }), "", keys);
    assertSigned(verifyFlattened(signFlattened("", { key: actor.signingKey }), { keys }), "", keys);
  });

  test("means the same to both ways of encoding only where the header says so", () => {
    const header = { alg, b64: false, crit: ["b64"] };
    const plain = seal(actor, { header, payload: "aGVsbG8" });
    assertSigned(verifyFlattened(plain, open), "aGVsbG8", keys);
    const bare = b64(JSON.stringify({ alg }));
    assert.equal(said({ ...plain, protected: bare }, open), "bad_signature");
    const usual = seal(actor, { header: { alg }, payload: "hello" });
    assert.equal(said({ ...usual, protected: b64(JSON.stringify(header)) }, open), "bad_signature");
  });

  test("that is not encoded goes along in the compact form only as printable ASCII without dots", () => {
    const header = { alg, b64: false, crit: ["b64"] };
    const attached = (payload: string) => saidCompact(compact(seal(actor, { header, payload })), open);
    assert.equal(attached(" -/~azAZ09{}\"'"), "accepted");
    for (const payload of ["ü", "a\nb", "a\u007fb", "a\u0000b", "\t", "✓"]) {
      assert.equal(attached(payload), "malformed_payload", JSON.stringify(payload));
    }
    for (const payload of ["$.02", "a.b.c", "."]) assert.equal(attached(payload), "malformed_token");
  });

  test("that is half a surrogate pair has no bytes, and is refused wherever it stands", () => {
    const header = { alg, b64: false, crit: ["b64"] };
    const jws = seal(actor, { header, payload: "\ufffd" });
    assert.equal(said(jws, open), "accepted");
    assert.equal(said({ ...jws, payload: "\ud800" }, open), "malformed_payload");
    const { payload: _, ...detached } = jws;
    assert.equal(said(detached, { ...open, payload: "\ud800" }), "malformed_payload");
  });

  test("in the result is memory of its own, for every algorithm and form", () => {
    for (const each of everyActor) {
      const options = { keys: each.verificationKey, maxBytes: 20_000 };
      const given = Uint8Array.of(1, 2, 3);
      const jws = signCompact(given, { key: each.signingKey });
      const detached = signCompact(given, { key: each.signingKey, detached: true });
      for (const result of [verifyCompact(jws, options), verifyCompact(detached, { ...options, payload: given })]) {
        assertSigned(result, Uint8Array.of(1, 2, 3), each.verificationKey);
        assert.ok(result.ok);
        assert.deepEqual(result.payload, Uint8Array.of(1, 2, 3));
        assert.equal(result.payload.buffer.byteLength, 3);
        assert.notEqual(result.payload, given);
      }
    }
  });
});
