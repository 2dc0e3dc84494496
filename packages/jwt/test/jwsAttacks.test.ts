import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { describe, test } from "node:test";
import { generateKey, keySet, publicKey, publicKeyOf, sign, unchecked, type VerificationKey } from "@cardea/jwt";
import { type FlattenedJws, type JwsRefusalCode, signFlattened, verifyCompact, verifyFlattened } from "@cardea/jwt/jws";
import { type Actor, actors, kid } from "./support/actors.ts";
import { goodClaims } from "./support/craft.ts";
import { assertSigned, compact, refusalIn, seal } from "./support/jws.ts";

const actor: Actor = actors.ES256;
const { alg } = actor;
const keys = actor.verificationKey;
const open = { keys, unencoded: "accepted" } as const;

const said = (jws: unknown, options: Partial<Parameters<typeof verifyFlattened>[1]> = {}) =>
  refusalIn(verifyFlattened(jws as FlattenedJws, { keys, ...options }));
const saidCompact = (jws: unknown, options: Partial<Parameters<typeof verifyCompact>[1]> = {}) =>
  refusalIn(verifyCompact(jws as string, { keys, ...options }));

describe("the header", () => {
  type Row = { readonly header?: object | string; readonly unprotected?: object; readonly code: JwsRefusalCode };
  const rows: Readonly<Record<string, Row>> = {
    "b64: false without crit": { header: { alg, b64: false }, code: "unsupported_critical" },
    "b64: false with a crit that does not name it": {
      header: { alg, b64: false, crit: ["known"], known: 1 },
      code: "unsupported_critical",
    },
    "crit that names a b64 which is not there": { header: { alg, crit: ["b64"] }, code: "unsupported_critical" },
    "b64 that is no boolean": { header: { alg, b64: "false", crit: ["b64"] }, code: "unsupported_critical" },
    "b64: null": { header: { alg, b64: null, crit: ["b64"] }, code: "unsupported_critical" },
    "b64: true without crit": { header: { alg, b64: true }, code: "unsupported_critical" },
    "b64 in the unprotected header alone": {
      header: { alg },
      unprotected: { b64: false },
      code: "unsupported_critical",
    },
    "crit in the unprotected header alone": {
      header: { alg, known: 1 },
      unprotected: { crit: ["known"] },
      code: "unsupported_critical",
    },
    "b64 in the unprotected header": {
      header: { alg, crit: ["b64"] },
      unprotected: { b64: false },
      code: "unsupported_critical",
    },
    "crit in the unprotected header": {
      header: { alg, b64: false },
      unprotected: { crit: ["b64"] },
      code: "unsupported_critical",
    },
    "b64 and crit in the unprotected header": {
      header: { alg },
      unprotected: { b64: false, crit: ["b64"] },
      code: "unsupported_critical",
    },
    "crit in both headers": {
      header: { alg, known: 1, crit: ["known"] },
      unprotected: { crit: ["known"] },
      code: "malformed_header",
    },
    "crit about a member of the unprotected header": {
      header: { alg, crit: ["known"] },
      unprotected: { known: 1 },
      code: "unsupported_critical",
    },
    "crit that nobody knows": { header: { alg, crit: ["foo"], foo: 1 }, code: "unsupported_critical" },
    "crit that is empty": { header: { alg, crit: [] }, code: "unsupported_critical" },
    "crit with a name twice": { header: { alg, known: 1, crit: ["known", "known"] }, code: "unsupported_critical" },
    "crit that is no list": { header: { alg, known: 1, crit: "known" }, code: "unsupported_critical" },
    "crit: null": { header: { alg, crit: null }, code: "unsupported_critical" },
    "crit about alg": { header: { alg, crit: ["alg"] }, code: "unsupported_critical" },
    "crit about a name that every object has": { header: { alg, crit: ["toString"] }, code: "unsupported_critical" },
    "alg in both headers": { header: { alg }, unprotected: { alg }, code: "malformed_header" },
    "kid in both headers, once another": {
      header: { alg, kid },
      unprotected: { kid: "other" },
      code: "malformed_header",
    },
    "an unknown member in both headers": { header: { alg, x: 1 }, unprotected: { x: 1 }, code: "malformed_header" },
    "__proto__ in both headers": {
      header: `{"alg":"${alg}","__proto__":1}`,
      unprotected: JSON.parse('{"__proto__":1}'),
      code: "malformed_header",
    },
    "alg twice": { header: `{"alg":"none","alg":"${alg}"}`, code: "malformed_header" },
    "alg twice, once in escapes": { header: `{"alg":"none","\\u0061lg":"${alg}"}`, code: "malformed_header" },
    "alg in a prototype": { header: `{"__proto__":{"alg":"${alg}"}}`, code: "malformed_header" },
    "alg in an unprotected prototype": {
      unprotected: JSON.parse(`{"__proto__":{"alg":"${alg}"}}`),
      code: "malformed_header",
    },
    "no alg": { header: { kid }, code: "malformed_header" },
    "no header at all": { code: "malformed_header" },
    "alg: null": { header: { alg: null }, code: "malformed_header" },
    "alg as a list": { header: { alg: [alg] }, code: "malformed_header" },
    "alg: null, unprotected": { unprotected: { alg: null }, code: "malformed_header" },
    "kid as a number": { header: { alg, kid: 1 }, code: "malformed_header" },
    "kid as a number, unprotected": { header: { alg }, unprotected: { kid: 1 }, code: "malformed_header" },
    "an empty kid": { header: { alg, kid: "" }, code: "malformed_header" },
    "an array": { header: "[]", code: "malformed_header" },
    "a string": { header: '"alg"', code: "malformed_header" },
    "no JSON": { header: "alg", code: "malformed_header" },
    "white space around": { header: ` {"alg":"${alg}"}x`, code: "malformed_header" },
    "alg none": { header: { alg: "none" }, code: "wrong_algorithm" },
    "alg none, unprotected": { unprotected: { alg: "none" }, code: "wrong_algorithm" },
    "alg in small letters": { header: { alg: alg.toLowerCase() }, code: "wrong_algorithm" },
    "alg constructor": { header: { alg: "constructor" }, code: "wrong_algorithm" },
    "alg __proto__": { header: { alg: "__proto__" }, code: "wrong_algorithm" },
    "another algorithm": { header: { alg: "HS256", kid }, code: "wrong_algorithm" },
    "another algorithm, unprotected": { unprotected: { alg: "ES384", kid }, code: "wrong_algorithm" },
    "typ where none is expected": { header: { alg, typ: "JWT" }, code: "wrong_type" },
    "typ in the unprotected header": { header: { alg }, unprotected: { typ: "JWT" }, code: "wrong_type" },
    "typ as a number": { header: { alg, typ: 1 }, code: "malformed_header" },
  };

  for (const [name, { header, unprotected, code }] of Object.entries(rows)) {
    test(`${name} is refused, though truly signed`, () => {
      const jws = seal(actor, { header, ...(unprotected && { unprotected }) });
      assert.equal(said(jws, { ...open, critical: ["known"] }), code);
      assert.equal(said(JSON.stringify(jws), { ...open, critical: ["known"] }), code);
      if (unprotected !== undefined || header === undefined) return;
      assert.equal(saidCompact(compact(jws), { ...open, critical: ["known"] }), code);
    });
  }

  test("b64 is refused by those who did not ask for it, with and without crit", () => {
    for (const b64 of [true, false]) {
      for (const crit of [undefined, ["b64"]]) {
        assert.equal(said(seal(actor, { header: { alg, b64, crit } })), "unsupported_critical");
        assert.equal(saidCompact(compact(seal(actor, { header: { alg, b64, crit } }))), "unsupported_critical");
      }
    }
  });

  test("b64: true with crit is the ordinary form for those who accept the extension", () => {
    const jws = seal(actor, { header: { alg, b64: true, crit: ["b64"] } });
    assertSigned(verifyFlattened(jws, open), "hello", keys);
  });

  test("jwk, jku, x5u and x5c are never read, protected or not", () => {
    const jwk = actors.ES384.publicKeyObject.export({ format: "jwk" });
    const bait = { jwk, jku: "https://evil.test/jwks", x5u: "https://evil.test/cert", x5c: ["AAAA"] };
    assert.equal(said(seal(actors.ES384, { header: { alg: "ES384", ...bait } })), "wrong_algorithm");
    assert.equal(said(seal(actors.ES384, { header: { alg }, unprotected: bait })), "bad_signature");
    assertSigned(verifyFlattened(seal(actor, { header: { alg }, unprotected: bait }), { keys }), "hello", keys);
  });

  test("typ is compared as a media type, and only where it is protected", () => {
    const jws = seal(actor, { header: { alg, typ: "JOSE" } });
    for (const typ of ["JOSE", "jose", "application/jose", ["x", "JOSE"], unchecked] as const) {
      assert.equal(said(jws, { typ }), "accepted");
      assert.equal(saidCompact(compact(jws), { typ }), "accepted");
    }
    assert.equal(said(jws, { typ: "JWT" }), "wrong_type");
    assert.equal(said(seal(actor, { header: { alg } }), { typ: "JOSE" }), "wrong_type");
    assert.equal(said(seal(actor, { header: { alg }, unprotected: { typ: "JOSE" } }), { typ: "JOSE" }), "wrong_type");
    assert.equal(said(seal(actor, { header: { alg, typ: "no type" } }), { typ: "JOSE" }), "wrong_type");
  });

  test("a JWT is not taken for a JWS", () => {
    assert.equal(saidCompact(sign(goodClaims, actor.signingKey)), "wrong_type");
    assert.equal(saidCompact(sign(goodClaims, actor.signingKey), { typ: "JWT" }), "accepted");
  });
});

describe("the key", () => {
  const own = (owner: Actor, name: string) =>
    publicKey(owner.publicKeyObject, { alg: owner.alg as "ES256", kid: name });
  const [alice, bob] = [own(actors.ES256, "alice"), own(actors.RS256, "bob")];
  const set = keySet([alice, bob]);

  test("an unprotected kid chooses which key is tried, and cannot make its signature another's", () => {
    const jws = seal(actors.ES256, { header: { alg: "ES256" }, unprotected: { kid: "alice" } });
    assertSigned(verifyFlattened(jws, { keys: set }), "hello", alice);
    assert.equal(said({ ...jws, header: { kid: "bob" } }, { keys: set }), "wrong_algorithm");
    assert.equal(said({ ...jws, header: { kid: "nobody" } }, { keys: set }), "unknown_key");
    const { header, ...bare } = jws;
    assert.ok(header);
    assertSigned(verifyFlattened(bare, { keys: set }), "hello", alice);
  });

  test("with two keys of one algorithm, the result names the one that signed, whatever the unprotected kid says", () => {
    const [carol, dave] = [generateKey("ES256", { kid: "carol" }), generateKey("ES256", { kid: "dave" })];
    const two = keySet([publicKeyOf(carol), publicKeyOf(dave)]);
    const jws = signFlattened("hello", { key: dave, leaveUnprotected: ["kid"] });
    assert.deepEqual(jws.header, { kid: "dave" });
    assert.equal(said({ ...jws, header: { kid: "carol" } }, { keys: two }), "bad_signature");
    const { header: _, ...nameless } = jws;
    assertSigned(verifyFlattened(nameless, { keys: two }), "hello", two.keys[1]);
  });

  test("names that every object has are nobody's kid", () => {
    for (const name of ["__proto__", "constructor", "toString", "hasOwnProperty"]) {
      assert.equal(said(seal(actor, { header: { alg, kid: name } }), { keys: set }), "unknown_key");
      const unprotected = JSON.parse(`{"kid":"${name}"}`);
      assert.equal(said(seal(actor, { header: { alg }, unprotected }), { keys: set }), "unknown_key");
    }
  });

  test("a public key does not become an HMAC secret (RFC 8725 §2.1)", () => {
    const pem = actors.RS256.publicKeyObject.export({ type: "spki", format: "pem" });
    const forger = {
      seal: (input: string | Uint8Array) => createHmac("sha256", pem).update(input).digest("base64url"),
    };
    const keys = actors.RS256.verificationKey;
    for (const parts of [{ header: { alg: "HS256" } }, { unprotected: { alg: "HS256" } }]) {
      assert.equal(said(seal(forger, parts), { keys }), "wrong_algorithm");
    }
    assert.equal(said(seal(forger, { header: { alg: "RS256" } }), { keys }), "bad_signature");
  });

  test("a source that answers with a key of another algorithm is not believed", () => {
    const jws = seal(actors.ES256, { header: { alg: "ES256" } });
    assert.equal(said(jws, { keys: { find: () => bob } }), "wrong_algorithm");
    assert.equal(said(jws, { keys: { find: () => undefined } }), "unknown_key");
    assertSigned(verifyFlattened(jws, { keys: { find: () => [alice] } }), "hello", alice);
  });

  test("at most four keys are tried", () => {
    const four: VerificationKey[] = ["1", "2", "3"].map((name) => own(actors.RS256, name));
    const source = (found: readonly VerificationKey[]) => ({ keys: { find: () => found } });
    const jws = seal(actors.RS256, { header: { alg: "RS256" } });
    assert.equal(said(jws, source([...four, bob])), "accepted");
    assert.equal(said(jws, source([...four, bob, bob])), "unknown_key");
  });

  test("a fault of the caller's own key source is not hidden", () => {
    const jws = seal(actor, { header: { alg } });
    const broken = { find: () => ({}) as VerificationKey };
    assert.throws(() => verifyFlattened(jws, { keys: broken }), TypeError);
  });
});
