import assert from "node:assert/strict";
import crypto, { createVerify } from "node:crypto";
import { syncBuiltinESMExports } from "node:module";
import { describe, test } from "node:test";
import { hmacKey, sign } from "@cardea/jwt";
import { parseStrictJson } from "@cardea/jwt/strict-json";
import { actors } from "./support/actors.ts";
import { assertVerdict, b64, craft, goodClaims, headerOf, policy, verdictOf, verifierOf } from "./support/craft.ts";

/** Lists in lists. */
const nested = (depth: number): string => `${"[".repeat(depth)}${"]".repeat(depth)}`;

test("a token nests 32 levels deep and not one more", () => {
  const deep = (object: object, depth: number): string =>
    `${JSON.stringify(object).slice(0, -1)},"deep":${nested(depth - 1)}}`;
  const header = (depth: number) => craft(actors.HS256, { header: deep(JSON.parse(headerOf(actors.HS256)), depth) });
  const payload = (depth: number) => craft(actors.HS256, { payload: deep(goodClaims, depth) });
  assertVerdict(actors.HS256, [header(32), payload(32)], "accepted");
  assertVerdict(actors.HS256, [header(33)], "malformed_header");
  assertVerdict(actors.HS256, [payload(33)], "malformed_payload");
});

describe("where a name holds an escape", () => {
  const rows = { lists: nested, objects: (depth: number) => `${'{"":'.repeat(depth)}0${"}".repeat(depth)}` };

  for (const [name, value] of Object.entries(rows)) {
    test(`the depth of ${name} counts in a member that is there twice as well`, () => {
      for (const depth of [32, 100_000]) {
        const text = `{"\\u0061":${value(depth)},"a":1}`;
        assert.throws(() => parseStrictJson(text), { name: "StrictJsonError", code: "too_deep" });
      }
      const shallow = `{"\\u0061":${value(31)},"a":1}`;
      assert.throws(() => parseStrictJson(shallow), { name: "StrictJsonError", code: "duplicate_member" });
    });
  }

  test("__proto__ is an own member and no prototype's", () => {
    const read = parseStrictJson('{"__proto__":{"admin":true},"\\u0061":1}');
    assert.deepEqual(Object.entries(read as object), [
      ["__proto__", { admin: true }],
      ["a", 1],
    ]);
    assert.equal(Object.getPrototypeOf(read), Object.prototype);
  });

  test("a claim has the name that was signed, though one that is written alike was parsed before", () => {
    const payload = (name: string) => `${JSON.stringify(goodClaims).slice(0, -1)},"${name}":1}`;
    for (let round = 0; round < 3; round++) JSON.parse(payload("x\\\\"));
    const result = verifierOf(actors.HS256).verify(craft(actors.HS256, { payload: payload("x\\n") }));
    assert.ok(result.ok);
    assert.deepEqual(Object.keys(result.claims).at(-1), "x\n");
  });
});

describe("a runtime whose one-shot hash", () => {
  const secret = Buffer.from("0123456789abcdefghijklmnopqrstuvwxyz");
  const rows = { "is wrong": () => "wrong", "is not there": undefined };

  for (const [name, hash] of Object.entries(rows)) {
    test(`${name} gets the HMAC of createHmac`, () => {
      replacing(crypto, "hash", hash, () => {
        const [head, body, mac] = sign({ sub: "alice" }, hmacKey(secret, { alg: "HS256" })).split(".");
        assert.equal(mac, crypto.createHmac("sha256", secret).update(`${head}.${body}`).digest("base64url"));
      });
    });
  }
});

/** What is refused here is refused by the package itself: below it stands a library that finds every signature right. */
describe("a node:crypto that takes any signature (CVE-2022-21449) is not asked about", () => {
  const order = Buffer.from("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551", "hex");
  const [zero, one, most] = [Buffer.alloc(32), Buffer.alloc(32, 0), Buffer.alloc(32, 0xff)];
  one[31] = 1;
  const above = Buffer.concat([order.subarray(0, 31), Buffer.of(0x52)]);
  const join = (...parts: readonly Uint8Array[]): Uint8Array => Buffer.concat(parts);
  const wrong = {
    "r of zero": join(zero, one),
    "s of zero": join(one, zero),
    "r of the order": join(order, one),
    "s of the order": join(one, order),
    "r above the order": join(above, one),
    "s above the order": join(one, above),
    "r and s of all ones": join(most, most),
    "a byte too few": join(one, one).subarray(1),
    "a byte too many": join(one, one, one.subarray(31)),
    "a zero before r and s": join(zero.subarray(31), one, zero.subarray(31), one),
    "DER in the place of r and s": Buffer.of(0x30, 6, 2, 1, 1, 2, 1, 1),
  };

  for (const [name, signature] of Object.entries(wrong)) {
    test(`ES256 with ${name}`, () => {
      trusting(() => assertVerdict(actors.ES256, [withSignature(actors.ES256, signature)], "bad_signature"));
    });
  }

  for (const [alg, bytes] of [
    ["RS256", 256],
    ["PS256", 256],
    ["EdDSA", 64],
  ] as const) {
    test(`${alg} of another length`, () => {
      const signatures = [bytes - 1, bytes + 1, 1].map((length) => withSignature(actors[alg], new Uint8Array(length)));
      trusting(() => assertVerdict(actors[alg], signatures, "bad_signature"));
    });
  }
});

test("what a polluted prototype lends to every object is no claim of a token", () => {
  const { verify } = verifierOf(actors.HS256, { maxTtlSeconds: 600 });
  for (const [name, lent] of Object.entries({ nbf: "soon", exp: 1, iat: 9e12, iss: 7, aud: [7], sub: 7, jti: 7 })) {
    const claims = { ...goodClaims, [name]: undefined };
    const [token, whole] = [claims, goodClaims].map((payload) =>
      craft(actors.HS256, { payload: JSON.stringify(payload) }),
    );
    const expected = verdictOf(verify(token ?? ""));
    replacing(Object.prototype, name, lent, () => {
      assert.equal(verdictOf(verify(token ?? "")), expected, name);
      assert.equal(verdictOf(verify(whole ?? "")), "accepted", name);
    });
  }
  assert.equal(policy.issuer, goodClaims.iss);
});

/** A good token under a signature that is none. */
function withSignature(actor: (typeof actors)["ES256" | "RS256" | "PS256" | "EdDSA"], signature: Uint8Array): string {
  const token = craft(actor);
  return token.slice(0, token.lastIndexOf(".") + 1) + b64(signature);
}

/** Runs something while node:crypto finds every signature right. */
function trusting(run: () => void): void {
  const prototype = Object.getPrototypeOf(createVerify("sha256"));
  replacing(
    prototype,
    "verify",
    () => true,
    () => replacing(crypto, "verify", () => true, run),
  );
}

/** Runs something while an object has another member, or none. */
function replacing(object: object, name: string, member: unknown, run: () => void): void {
  const own = Object.getOwnPropertyDescriptor(object, name);
  Object.defineProperty(object, name, { value: member, configurable: true, enumerable: false, writable: true });
  syncBuiltinESMExports();
  try {
    run();
  } finally {
    if (own === undefined) Reflect.deleteProperty(object, name);
    else Object.defineProperty(object, name, own);
    syncBuiltinESMExports();
  }
}
