import assert from "node:assert/strict";
import { constants, createPrivateKey, sign } from "node:crypto";
import { describe, test } from "node:test";
import { publicKey } from "@cardea/jwt";
import { type Actor, actors, everyActor, kid, mainActors, sealWith } from "./support/actors.ts";
import { assertVerdict, craft, craftClaims, headerOf, segments } from "./support/craft.ts";
import { rsaJwk, rsaPrivateJwk } from "./support/rfcKeys.ts";

const toBytes = (number: bigint, length: number): Buffer =>
  Buffer.from(number.toString(16).padStart(2 * length, "0"), "hex");
const toNumber = (bytes: Uint8Array): bigint => BigInt(`0x${Buffer.from(bytes).toString("hex")}`);
const signatureOf = (token: string): Buffer => Buffer.from(segments(token)[2], "base64url");

const withSignature = (token: string, signature: Uint8Array): string =>
  segments(token).with(2, Buffer.from(signature).toString("base64url")).join(".");

const curves = [
  { actor: actors.ES256, bytes: 32, n: 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n },
  {
    actor: actors.ES384,
    bytes: 48,
    n: 0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973n,
  },
  {
    actor: actors.ES512,
    bytes: 66,
    n: 0x01fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409n,
  },
];

for (const { actor, bytes, n } of curves) {
  describe(`J-41 ${actor.alg} with r or s out of range`, () => {
    const token = craft(actor);
    const signature = signatureOf(token);
    const [r, s] = [toNumber(signature.subarray(0, bytes)), toNumber(signature.subarray(bytes))];
    const top = 2n ** BigInt(8 * bytes) - 1n;
    const rows = {
      "r = s = 0": [0n, 0n],
      "r = 0": [0n, s],
      "s = 0": [r, 0n],
      "r = s = n": [n, n],
      "r = n, s = 1": [n, 1n],
      "r = 1, s = n": [1n, n],
      "r = n": [n, s],
      "s = n": [r, n],
      "r = s = 1": [1n, 1n],
      "r = s = n - 1": [n - 1n, n - 1n],
      "all ones": [top, top],
      "r = n + 1": [n + 1n, s],
      "r and s swapped": [s, r],
    } as const;

    for (const [name, [first, second]] of Object.entries(rows)) {
      test(name, () => {
        const forged = Buffer.concat([toBytes(first, bytes), toBytes(second, bytes)]);
        assertVerdict(actor, [withSignature(token, forged)], "bad_signature");
      });
    }
  });

  describe(`J-43 ${actor.alg} in another form`, () => {
    const token = craft(actor);
    const signature = signatureOf(token);

    test("DER", () => {
      const { alg, keyObject } = actor;
      const seal = (input: string | Uint8Array) =>
        sign(`sha${alg.slice(2)}`, Buffer.from(input), keyObject).toString("base64url");
      assertVerdict(
        actor,
        Array.from({ length: 20 }, () => craft({ ...actor, seal })),
        "bad_signature",
      );
    });

    test("a byte more or less, at either end or in the middle", () => {
      const forms = [
        signature.subarray(1),
        signature.subarray(0, -1),
        Buffer.concat([Buffer.of(0), signature]),
        Buffer.concat([signature, Buffer.of(0)]),
        Buffer.concat([signature.subarray(0, bytes), Buffer.of(0), signature.subarray(bytes)]),
        Buffer.concat([signature, signature]),
        Buffer.of(0),
      ];
      assertVerdict(
        actor,
        forms.map((form) => withSignature(token, form)),
        "bad_signature",
      );
    });

    test("by a curve of another size under this header", () => {
      const others = curves.filter((other) => other.actor !== actor);
      const tokens = others.map((other) => craft(other.actor, { header: headerOf(actor) }));
      assertVerdict(actor, tokens, "bad_signature");
    });
  });
}

/** The order of the Ed25519 group, and little-endian numbers. */
const L = 2n ** 252n + 27742317777372353535851937790883648493n;
const reversed = (bytes: Uint8Array): Buffer => Buffer.from(bytes).reverse();

describe("Ed25519 signatures that are not canonical (RFC 8032 §5.1.7)", () => {
  for (const actor of [actors.EdDSA, actors.Ed25519]) {
    test(`${actor.alg}: S + L is refused, for each multiple that fits`, () => {
      const token = craft(actor);
      const signature = signatureOf(token);
      const s = toNumber(reversed(signature.subarray(32)));
      const multiples = [1n, 2n, 7n, 15n].map((times) => s + times * L).filter((sum) => sum < 2n ** 256n);
      assert.ok(multiples.length >= 3);
      const forged = multiples.map((sum) => Buffer.concat([signature.subarray(0, 32), reversed(toBytes(sum, 32))]));
      assertVerdict(
        actor,
        forged.map((form) => withSignature(token, form)),
        "bad_signature",
      );
    });
  }
});

describe("RSA signatures that are not canonical (RFC 8017 §8.2.2)", () => {
  const n = toNumber(Buffer.from(actors.RS256.publicKeyObject.export({ format: "jwk" }).n ?? "", "base64url"));

  test("a signature plus the modulus is refused", () => {
    // The RFC's modulus is small for its length, so there is room above it for about every second signature.
    const seal = sealWith("RS256", createPrivateKey({ key: rsaPrivateJwk, format: "jwk" }));
    const rfc: Actor = { ...actors.RS256, seal, verificationKey: publicKey(rsaJwk, { alg: "RS256", kid }) };
    const rfcModulus = toNumber(Buffer.from(rsaJwk.n, "base64url"));
    const sums = Array.from({ length: 30 }, (_, x) => craftClaims(rfc, { x }))
      .map((token) => ({ token, sum: toNumber(signatureOf(token)) + rfcModulus }))
      .filter(({ sum }) => sum < 2n ** 2048n);
    assert.ok(sums.length > 2);
    for (const { token, sum } of sums) {
      assertVerdict(rfc, [token], "accepted");
      assertVerdict(rfc, [withSignature(token, toBytes(sum, 256))], "bad_signature");
    }
  });

  for (const actor of [actors.RS256, actors.PS256]) {
    test(`${actor.alg}: 0, 1, n - 1, n and all ones are refused, as is any other length`, () => {
      const token = craft(actor);
      const forms = [0n, 1n, n - 1n, n, 2n ** 2048n - 1n].map((number) => toBytes(number, 256));
      const lengths = [signatureOf(token).subarray(1), Buffer.concat([Buffer.of(0), signatureOf(token)]), Buffer.of(0)];
      const tokens = [...forms, ...lengths].map((form) => withSignature(token, form));
      assertVerdict(actor, tokens, "bad_signature");
    });
  }

  test("PS256 takes a salt of 32 bytes and no other (RFC 7518 §3.5)", () => {
    const saltedBy = (saltLength: number) => ({
      ...actors.PS256,
      seal: (input: string | Uint8Array) =>
        sign("sha256", Buffer.from(input), {
          key: actors.PS256.keyObject,
          padding: constants.RSA_PKCS1_PSS_PADDING,
          saltLength,
        }).toString("base64url"),
    });
    assertVerdict(actors.PS256, [craft(saltedBy(32))], "accepted");
    const others = [0, 20, 31, 33, 64, constants.RSA_PSS_SALTLEN_MAX_SIGN];
    assertVerdict(
      actors.PS256,
      others.map((length) => craft(saltedBy(length))),
      "bad_signature",
    );
  });
});

describe("J-50, ASVS-9.1.1 what is changed after signing is refused before it is read", () => {
  for (const actor of everyActor) {
    test(actor.alg, () => {
      const token = craft(actor);
      const [header, , signature] = segments(token);
      const others = [{ role: "admin" }, { scope: ["admin"] }, { exp: 1 }, { iss: "https://evil.test" }, { aud: "x" }];
      const payloads = others.map((claims) => segments(craftClaims(actor, claims))[1]);
      const garbage = ["bm90IEpTT04", "_w", "W10"];
      const tokens = [...payloads, ...garbage].map((payload) => `${header}.${payload}.${signature}`);
      assertVerdict(actor, tokens, "bad_signature");
    });
  }
});

describe("an expired and forged token says that it is forged", () => {
  for (const actor of mainActors) {
    test(actor.alg, () => {
      const expired = craftClaims(actor, { exp: 1, iat: 0 });
      assertVerdict(actor, [expired], "expired");
      const [header, payload, signature] = segments(expired);
      const first = signature.startsWith("A") ? "B" : "A";
      assertVerdict(actor, [`${header}.${payload}.${first}${signature.slice(1)}`], "bad_signature");
      assertVerdict(actor, [`${header}.${payload}.AA`], "bad_signature");
    });
  }
});

test("a signature over another token's parts does not fit", () => {
  for (const actor of mainActors) {
    const [first, second] = [craft(actor), craftClaims(actor, { sub: "bob" })].map(segments);
    assert.ok(first && second);
    const moved = `${first[0]}.${first[1]}.${second[2]}`;
    const reheaded: Actor = { ...actor, seal: () => second[2] };
    const other = craft(reheaded, { header: JSON.stringify({ alg: actor.alg, kid }) });
    assertVerdict(actor, [moved, other], "bad_signature");
  }
});
