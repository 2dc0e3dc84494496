import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { type FlattenedJws, signCompact, verifyCompact, verifyFlattened } from "@cardea/jwt/jws";
import { actors, mainActors } from "./support/actors.ts";
import { b64 } from "./support/craft.ts";
import { compact, refusalIn, seal } from "./support/jws.ts";

const actor = actors.HS256;
const { alg, verificationKey: keys } = actor;
const jws = seal(actor, { header: { alg } });
const said = (given: unknown, options: object = {}) =>
  refusalIn(verifyFlattened(given as FlattenedJws, { keys, ...options }));
const saidCompact = (given: unknown, options: object = {}) =>
  refusalIn(verifyCompact(given as string, { keys, ...options }));

describe("a compact JWS", () => {
  const { protected: header = "", payload, signature } = jws;
  const good = `${header}.${payload}.${signature}`;

  test("has three parts, each in canonical base64url", () => {
    assert.equal(saidCompact(good), "accepted");
    for (const bad of [
      ...["", ".", "..", "...", header, `${header}.`, `${header}.${payload}`, `${header}.${payload}.`, `${header}..`],
      ...[`.${payload}.${signature}`, `${good}.`, `${good}.x`, `.${good}`, `${header}..${payload}.${signature}`],
      ...[` ${good}`, `${good} `, `${good}\n`, `${good}=`, `${header}=.${payload}.${signature}`],
      ...[`${header}\u0176.${payload}.${signature}`, good.replace(signature, `${signature}\u0000`)],
      `${b64(`{"alg":"${alg}" }`)}A`,
    ]) {
      assert.equal(saidCompact(bad), "malformed_token", bad);
    }
    const zeros = "A".repeat(signature.length - 1);
    for (const other of [zeros, `${zeros}AA`, `${zeros}A`]) {
      const said = saidCompact(`${header}.${payload}.${other}`);
      assert.equal(said, other.length % 4 === 1 ? "malformed_token" : "bad_signature");
    }
    assert.equal(saidCompact(`${header}.${payload}=.${signature}`), "malformed_payload");
    assert.equal(saidCompact(`${header}.${payload}+/.${signature}`), "malformed_payload");
  });

  test("has one spelling: no bit that the decoder drops may be set", () => {
    for (const each of mainActors) {
      const [head = "", body = "", sig = ""] = signCompact("ab", { key: each.signingKey }).split(".");
      const options = { keys: each.verificationKey };
      assert.equal(saidCompact(`${head}.${body}.${sig}`, options), "accepted");
      assert.equal(saidCompact(`${head}.${alias(body)}.${sig}`, options), "malformed_payload");
      const signatureAlias = alias(sig);
      if (Buffer.from(signatureAlias, "base64url").equals(Buffer.from(sig, "base64url"))) {
        assert.equal(saidCompact(`${head}.${body}.${signatureAlias}`, options), "malformed_token");
      }
    }
  });

  test("is text and nothing else", () => {
    for (const bad of [undefined, null, 0, 1n, true, [], {}, [good], { toString: () => good }, new String(good), jws]) {
      assert.equal(saidCompact(bad), "malformed_token");
    }
  });
});

/** The next character of the alphabet, which differs in the lowest bit. */
function alias(segment: string): string {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  const last = alphabet.indexOf(segment.slice(-1));
  return segment.slice(0, -1) + alphabet[last ^ 1];
}

describe("a flattened JWS", () => {
  test("is the same as text, parsed, and with members that nobody knows", () => {
    for (const given of [jws, JSON.stringify(jws), { ...jws, more: { deep: [1] } }, Object.assign({}, jws)]) {
      assert.equal(said(given), "accepted");
    }
    assert.equal(said(Object.assign(Object.create(null), jws)), "accepted");
  });

  for (const [name, bad] of Object.entries({
    "no signature": { ...jws, signature: undefined },
    "an empty signature": { ...jws, signature: "" },
    "a signature that is no text": { ...jws, signature: 1 },
    "a padded signature": { ...jws, signature: `${jws.signature}=` },
    "a payload that is no text": { ...jws, payload: { a: 1 } },
    "a payload that is null": { ...jws, payload: null },
    "an empty protected header": { ...jws, protected: "" },
    "a protected header that is null": { ...jws, protected: null },
    "a protected header that is parsed already": { ...jws, protected: { alg } },
    "a padded protected header": { ...jws, protected: `${jws.protected}=` },
    "an unprotected header that is empty": { ...jws, header: {} },
    "an unprotected header that is null": { ...jws, header: null },
    "an unprotected header that is a list": { ...jws, header: [1] },
    "an unprotected header that is text": { ...jws, header: "kid" },
    "a list of signatures beside its own": { ...jws, signatures: [] },
    "the general form": { payload: jws.payload, signatures: [jws] },
    nothing: {},
  })) {
    test(`${name} makes it malformed`, () => {
      assert.equal(said(bad), "malformed_token");
      assert.equal(said(JSON.stringify(bad)), "malformed_token");
    });
  }

  for (const member of ["payload", "protected", "signature", "header"] as const) {
    test(`${member} twice makes it malformed, whichever comes first`, () => {
      const whole = { header: { x: 1 }, ...jws };
      const value = JSON.stringify(whole[member]);
      const text = JSON.stringify(whole);
      for (const name of [member, `\\u00${member.charCodeAt(0).toString(16)}${member.slice(1)}`]) {
        assert.equal(said(text.replace("{", `{"${name}":${value},`)), "malformed_token");
        assert.equal(said(text.replace(/\}$/, `,"${name}":${value}}`)), "malformed_token");
      }
    });
  }

  test("a member twice in the unprotected header makes it malformed", () => {
    const text = JSON.stringify({ ...jws, header: { kid: "a" } });
    assert.equal(said(text.replace('"kid":"a"', '"kid":"b","kid":"a"')), "malformed_token");
  });

  test("an inherited member is not there", () => {
    const { signature, ...rest } = jws;
    assert.equal(said(Object.assign(Object.create({ signature }), rest)), "malformed_token");
    assert.equal(said({ ...rest, ["__proto__"]: { signature } }), "malformed_token");
    assert.equal(said(`{"payload":"${jws.payload}","__proto__":${JSON.stringify(jws)}}`), "malformed_token");
  });

  test("a member that every object inherits is not there either", () => {
    const { payload, signature, ...rest } = jws;
    const pollute = (member: string, value: unknown) =>
      Object.defineProperty(Object.prototype, member, { value, configurable: true, enumerable: false });
    const { payload: _, ...detached } = jws;
    try {
      pollute("payload", payload);
      pollute("signature", signature);
      pollute("header", { alg });
      assert.equal(said({ ...rest, payload }), "malformed_token");
      assert.equal(said(detached, { payload: "hello" }), "accepted");
      assert.equal(said({ payload, signature }), "malformed_header");
      assert.equal(said(jws), "accepted");
    } finally {
      for (const member of ["payload", "signature", "header"]) Reflect.deleteProperty(Object.prototype, member);
    }
  });

  test("what is no JSON object is malformed, and what it throws goes no further", () => {
    const circle: Record<string, unknown> = { ...jws };
    circle.self = circle;
    const thrower = {
      get signature(): string {
        throw new Error("read");
      },
    };
    for (const bad of [
      ...[
        "",
        "null",
        "[]",
        "1",
        '"text"',
        "{",
        "x",
        compact(jws),
        `\ufeff${JSON.stringify(jws)}`,
        `${JSON.stringify(jws)}x`,
      ],
      ...[undefined, null, 0, 1n, true, Symbol("jws"), [], [jws], () => jws, new Uint8Array(9), new Map(), new Date()],
      ...[circle, thrower, { ...jws, n: 1n }, { toJSON: () => undefined }, { toJSON: () => 1 }, new Proxy(jws, trap)],
    ]) {
      assert.equal(said(bad), "malformed_token");
    }
  });

  test("nesting has an end", () => {
    const nested = (depth: number) => `${"[".repeat(depth)}${"]".repeat(depth)}`;
    const text = (depth: number) => JSON.stringify(jws).replace("{", `{"more":${nested(depth)},`);
    assert.equal(said(text(31)), "accepted");
    assert.equal(said(text(32)), "malformed_token");
    assert.equal(said(text(3000)), "malformed_token");
  });

  test("is not changed or frozen when it is given as an object, and the headers in the result are", () => {
    const given = seal(actor, { header: { alg, list: [1] }, unprotected: { deep: { x: [1] } } });
    const before = structuredClone(given);
    const result = verifyFlattened(given, { keys });
    assert.ok(result.ok);
    assert.deepEqual(given, before);
    assert.ok(!Object.isFrozen(given) && !Object.isFrozen(given.header));
    for (const frozen of [result.protectedHeader, result.protectedHeader.list, result.unprotectedHeader.deep]) {
      assert.ok(Object.isFrozen(frozen));
    }
  });
});

const trap: ProxyHandler<typeof jws> = {
  ownKeys: () => {
    throw new Error("trapped");
  },
};

describe("sizes", () => {
  test("a compact JWS has at most 8192 bytes, or as many as the caller says", () => {
    const of = (size: number) => {
      const header = { alg, pad: "" };
      const base = compact(seal(actor, { header, payload: "" })).length;
      return compact(seal(actor, { header, payload: "x".repeat(Math.floor(((size - base) * 3) / 4)) }));
    };
    assert.equal(saidCompact(of(8192)), "accepted");
    assert.equal(saidCompact(of(8196)), "token_too_long");
    assert.equal(saidCompact(of(8196), { maxBytes: 9000 }), "accepted");
    assert.equal(saidCompact("x".repeat(8193)), "token_too_long");
    assert.equal(saidCompact("x".repeat(8192)), "malformed_token");
  });

  test("a JWS in JSON as well, in UTF-8, as text or parsed", () => {
    const filled = (bytes: number) => {
      const size = Buffer.byteLength(JSON.stringify({ ...jws, more: "" }));
      return { ...jws, more: "ü".repeat((bytes - size) / 2) + "u".repeat((bytes - size) % 2) };
    };
    for (const spell of [(given: object) => given, (given: object) => JSON.stringify(given)]) {
      assert.equal(said(spell(filled(8192))), "accepted");
      assert.equal(said(spell(filled(8194))), "token_too_long");
      assert.equal(said(spell(filled(8194)), { maxBytes: 8194 }), "accepted");
    }
  });

  test("a detached payload has a size of its own: 1048576 bytes, or as many as the caller says", () => {
    const payload = "ü".repeat(524_288);
    const detached = signCompact(payload, { key: actor.signingKey, detached: true });
    assert.equal(saidCompact(detached, { payload }), "accepted");
    assert.equal(saidCompact(detached, { payload: Buffer.from(payload) }), "accepted");
    assert.equal(saidCompact(detached, { payload: `${payload}x` }), "token_too_long");
    assert.equal(saidCompact(detached, { payload: Buffer.alloc(1_048_577) }), "token_too_long");
    assert.equal(saidCompact(detached, { payload, maxPayloadBytes: 1_048_575 }), "token_too_long");
    assert.equal(saidCompact(detached, { payload: `${payload}x`, maxPayloadBytes: 2_000_000 }), "bad_signature");
  });

  test("a long text costs nothing but its length", () => {
    assert.equal(saidCompact(`${b64("x").repeat(1e6)}.`), "token_too_long");
    assert.equal(said(`{"payload":"${"x".repeat(1e6)}"}`), "token_too_long");
  });
});
