import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { hmacKey, privateKey, publicKeyOf, type SigningKey, type VerificationKey } from "@cardea/jwt";
import {
  type CompactSignOptions,
  type FlattenedJws,
  type FlattenedSignOptions,
  type GeneralVerifyOptions,
  type JwsHeader,
  type JwsVerifyOptions,
  type Payload,
  signCompact,
  signFlattened,
  signGeneral,
  verifyCompact,
  verifyFlattened,
  verifyGeneral,
} from "@cardea/jwt/jws";
import { actors, kid, secretJwk } from "./support/actors.ts";
import { refusalIn } from "./support/jws.ts";

const { signingKey: key, verificationKey: keys } = actors.HS256;
const anonymous = hmacKey(Buffer.from("0123456789abcdefghijklmnopqrstuv"), { alg: "HS256" });
const jws = signCompact("hello", { key });
const circle: Record<string, unknown> = {};
circle.self = circle;

const isTypeError = (message: RegExp) => ({ name: "TypeError", message });
const headerOf = (made: { readonly protected?: string }): JwsHeader =>
  JSON.parse(Buffer.from(made.protected ?? "", "base64url").toString());

describe("an option of a verifier", () => {
  const rows: readonly (readonly [name: string, options: object, message: RegExp])[] = [
    ["that is unknown", { algorithms: ["HS256"] }, /no option "algorithms"/],
    ["keys that are missing", { keys: undefined }, /keys must be/],
    ["keys that are a private key", { keys: privateKey(secretJwk, { alg: "ES256" }) }, /keys must be/],
    ["keys that are a list", { keys: [keys] }, /keys must be/],
    ["keys that are bytes", { keys: Buffer.alloc(32) }, /keys must be/],
    ["typ that is empty", { typ: "" }, /typ must be/],
    ["typ that is an empty list", { typ: [] }, /typ must be/],
    ["typ that is no media type", { typ: ["JOSE", "a b"] }, /typ must be/],
    ["typ that is null", { typ: null }, /typ must be/],
    ["critical that names b64", { critical: ["b64"] }, /critical must be/],
    ["critical that names alg", { critical: ["alg"] }, /critical must be/],
    ["critical that is text", { critical: "x" }, /critical must be/],
    ["payload that got lost", { payload: undefined }, /payload must be/],
    ["payload that is null", { payload: null }, /payload must be/],
    ["payload that is parsed", { payload: { a: 1 } }, /payload must be/],
    ["unencoded that is true", { unencoded: true }, /unencoded must be/],
    ["maxBytes that is nothing", { maxBytes: 0 }, /maxBytes must be/],
    ["maxBytes that is no number", { maxBytes: "8192" }, /maxBytes must be/],
    ["maxBytes without end", { maxBytes: Number.POSITIVE_INFINITY }, /maxBytes must be/],
    ["maxPayloadBytes that is NaN", { maxPayloadBytes: Number.NaN }, /maxPayloadBytes must be/],
    ["maxPayloadBytes that no string can hold", { maxPayloadBytes: 2 ** 40 }, /maxPayloadBytes must be/],
  ];

  for (const [name, options, message] of rows) {
    test(`${name} throws, whatever the JWS`, () => {
      const given = { keys, ...options } as JwsVerifyOptions;
      for (const bad of [jws, ""]) {
        assert.throws(() => verifyCompact(bad, given), isTypeError(message));
        assert.throws(() => verifyFlattened(bad, given), isTypeError(message));
        assert.throws(() => verifyGeneral(bad, { ...given, accept: "all" }), isTypeError(message));
      }
    });
  }

  test("accept has no default and no third value, and belongs to the general form alone", () => {
    for (const accept of [undefined, "one", true, 1]) {
      assert.throws(() => verifyGeneral("{}", { keys, accept } as GeneralVerifyOptions), isTypeError(/accept must be/));
    }
    const options = { keys, accept: "all" } as JwsVerifyOptions;
    assert.throws(() => verifyCompact(jws, options), isTypeError(/no option "accept"/));
    assert.throws(() => verifyFlattened("{}", options), isTypeError(/no option "accept"/));
  });

  test("must come in an object", () => {
    assert.throws(() => verifyCompact(jws, keys as unknown as JwsVerifyOptions), TypeError);
    assert.throws(() => verifyCompact(jws, undefined as unknown as JwsVerifyOptions), TypeError);
  });
});

describe("what a signer refuses", () => {
  const rows: readonly (readonly [name: string, options: object, message: RegExp])[] = [
    ["an unknown option", { alg: "HS256" }, /no option "alg"/],
    ["a public key", { key: publicKeyOf(privateKey(secretJwk, { alg: "ES256" })) }, /expects a private key/],
    ["bytes for a key", { key: Buffer.alloc(32) }, /expects a private key/],
    ["no key", { key: undefined }, /expects a private key/],
    ["typ that is no media type", { typ: "a b" }, /typ must be/],
    ["typ that is empty", { typ: "" }, /typ must be/],
    ["a header that is text", { header: "x" }, /header must be an object/],
    ["a header that is a list", { header: [] }, /header must be an object/],
    ["critical without the member", { critical: ["x"] }, /critical must name/],
    ["critical about a member without a value", { header: { x: undefined }, critical: ["x"] }, /critical must name/],
    ["critical about a member of every object", { critical: ["toString"] }, /critical must name/],
    ["critical that is empty", { critical: [] }, /critical must name/],
    ["critical about b64", { header: { x: 1 }, critical: ["b64"] }, /critical must be/],
    ["critical twice", { header: { x: 1 }, critical: ["x", "x"] }, /critical must be/],
    ["a header in a circle", { header: { circle } }, /not JSON/],
    ["a header with a bigint", { header: { n: 1n } }, /not JSON/],
    ["a header without bottom", { header: { deep: JSON.parse(`${"[".repeat(40)}${"]".repeat(40)}`) } }, /too deeply/],
    ["detached that is no boolean", { detached: "yes" }, /true or false/],
    ["unencoded that is no boolean", { unencoded: "accepted" }, /true or false/],
  ];

  for (const [name, options, message] of rows) {
    test(`${name}, in every serialization`, () => {
      const given = { key, ...options } as CompactSignOptions;
      assert.throws(() => signCompact("x", given), isTypeError(message));
      assert.throws(() => signFlattened("x", given), isTypeError(message));
      const { detached, unencoded, ...signer } = given;
      const content = { ...(detached !== undefined && { detached }), ...(unencoded !== undefined && { unencoded }) };
      assert.throws(() => signGeneral("x", { signers: [signer], ...content }), isTypeError(message));
    });
  }

  for (const member of ["alg", "kid", "typ", "crit", "b64", "zip", "enc", "toJSON", "__proto__"]) {
    test(`${member} given by hand, in either header`, () => {
      const header = JSON.parse(`{"${member}":"x"}`);
      assert.throws(() => signCompact("x", { key, header }), isTypeError(/by hand/));
      assert.throws(() => signFlattened("x", { key, unprotectedHeader: header }), isTypeError(/by hand/));
    });
  }

  test("a member in both headers", () => {
    const both = { header: { x: 1 }, unprotectedHeader: { x: 1 } };
    assert.throws(() => signFlattened("x", { key, ...both }), isTypeError(/in both headers/));
  });

  test("to leave something else unprotected, or a kid that the key does not have", () => {
    const leave = (names: unknown, signer: SigningKey = key) =>
      signFlattened("x", { key: signer, leaveUnprotected: names } as FlattenedSignOptions);
    for (const names of [["typ"], "kid", [1], null]) assert.throws(() => leave(names), isTypeError(/leaveUnprotected/));
    assert.throws(() => leave(["kid"], anonymous), isTypeError(/no kid/));
    assert.deepEqual(leave(["alg"], anonymous).header, { alg: "HS256" });
  });

  test("options of JSON in the compact serialization", () => {
    const options = { key, unprotectedHeader: { x: 1 } } as CompactSignOptions;
    assert.throws(() => signCompact("x", options), isTypeError(/no option "unprotectedHeader"/));
  });

  test("a payload of another kind, or half a surrogate pair", () => {
    for (const payload of [undefined, null, 1, {}, [1], new ArrayBuffer(1)]) {
      assert.throws(() => signCompact(payload as Payload, { key }), isTypeError(/payload must be/));
    }
    assert.throws(() => signFlattened("\ud800", { key }), isTypeError(/surrogate/));
  });

  test("a payload that the form cannot carry", () => {
    assert.throws(() => signCompact("", { key }), isTypeError(/empty payload must be detached/));
    assert.throws(() => signCompact("", { key, unencoded: true }), isTypeError(/empty payload must be detached/));
    for (const payload of ["$.02", "a\n", "ü", Uint8Array.of(0x80)]) {
      assert.throws(() => signCompact(payload, { key, unencoded: true }), isTypeError(/printable ASCII/));
    }
    for (const bytes of [Uint8Array.of(0x80), Uint8Array.of(0xed, 0xa0, 0x80)]) {
      assert.throws(() => signFlattened(bytes, { key, unencoded: true }), isTypeError(/must be UTF-8/));
      assert.throws(() => signGeneral(bytes, { signers: [{ key }], unencoded: true }), isTypeError(/must be UTF-8/));
    }
  });
});

describe("what a signer writes", () => {
  test("the key's alg and kid, typ, the caller's members, b64 and crit, all protected", () => {
    const made = signFlattened("x", { key, typ: "JOSE", header: { x: [1] }, critical: ["x"], unencoded: true });
    assert.deepEqual(headerOf(made), {
      alg: "HS256",
      typ: "JOSE",
      kid,
      b64: false,
      x: [1],
      crit: ["b64", "x"],
    });
    assert.deepEqual(Object.keys(made), ["payload", "protected", "signature"]);
    const options = { keys, typ: "JOSE", critical: ["x"], unencoded: "accepted" } as const;
    assert.equal(refusalIn(verifyFlattened(made, options)), "accepted");
  });

  test("a byte order mark is part of the payload", () => {
    const made = signFlattened("\ufeffx", { key, unencoded: true });
    assert.equal(made.payload, "\ufeffx");
    assert.equal(refusalIn(verifyFlattened(made, { keys, unencoded: "accepted" })), "accepted");
  });

  test("an unprotected header that no longer follows the caller's object", () => {
    const unprotectedHeader = { list: [1] };
    const made = signFlattened("x", { key, unprotectedHeader });
    unprotectedHeader.list.push(2);
    assert.deepEqual(made.header, { list: [1] });
  });
});

declare const unsigned: FlattenedJws;
declare const lost: Uint8Array | undefined;
declare const secret: SigningKey;
declare const anyKey: VerificationKey;

/** Compiled and never called: each line below must be an error, or the compiler complains about the comment. */
export function whatDoesNotCompile(): void {
  // @ts-expect-error whether all or any must hold has to be said
  verifyGeneral("", { keys: anyKey });
  // @ts-expect-error a payload that may be undefined is a body that may have got lost
  verifyCompact("", { keys: anyKey, payload: lost });
  // @ts-expect-error nothing is read from a result before ok has been looked at
  verifyFlattened(unsigned, { keys: anyKey }).payload.length;
  // @ts-expect-error unencoded payloads are accepted by name
  verifyFlattened(unsigned, { keys: anyKey, unencoded: true });
  // @ts-expect-error a compact JWS has no unprotected header
  signCompact("x", { key: secret, unprotectedHeader: {} });
  // @ts-expect-error a compact JWS is text
  verifyCompact(unsigned, { keys: anyKey });
}
