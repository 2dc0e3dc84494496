import assert from "node:assert/strict";
import { generateKeyPairSync, sign as nodeSign } from "node:crypto";
import { describe, test } from "node:test";
import { createAsyncSigner, createSigner, privateKey, publicKeyOf, type SignerOptions } from "@cardea/jwt";
import { actors, everyActor, kid } from "./support/actors.ts";
import { assertVerdict, goodClaims, segments } from "./support/craft.ts";

describe("createAsyncSigner makes what createSigner makes", () => {
  for (const actor of everyActor) {
    test(actor.alg, async () => {
      const options = { key: actor.signingKey, typ: "at+jwt", header: { x: [1] }, critical: ["x"] };
      const [token, same] = [await createAsyncSigner(options)(goodClaims), createSigner(options)(goodClaims)];
      assertVerdict(actor, [token, same], "accepted", { typ: "at+jwt", critical: ["x"] });
      assert.deepEqual(segments(token).slice(0, 2), segments(same).slice(0, 2));
      if (/^(HS|RS|Ed)/.test(actor.alg)) assert.equal(token, same);
    });
  }

  test("for claims given at once, each token its own", async () => {
    const sign = createAsyncSigner({ key: actors.PS256.signingKey });
    const tokens = await Promise.all(Array.from({ length: 12 }, (_, at) => sign({ ...goodClaims, jti: `${at}` })));
    const ids = tokens.map((token) => JSON.parse(Buffer.from(segments(token)[1], "base64url").toString()).jti);
    assert.deepEqual(
      ids,
      Array.from({ length: 12 }, (_, at) => `${at}`),
    );
    assertVerdict(actors.PS256, tokens, "accepted");
  });

  test("the claims are read before it returns, so that changing them later changes nothing", async () => {
    const claims = { ...goodClaims, sub: "alice" as string };
    const promise = createAsyncSigner({ key: actors.RS256.signingKey })(claims);
    claims.sub = "admin";
    assert.equal(JSON.parse(Buffer.from(segments(await promise)[1], "base64url").toString()).sub, "alice");
  });
});

describe("the event loop turns while RSA signatures are made", () => {
  const { privateKey: large } = generateKeyPairSync("rsa", { modulusLength: 4096 });
  const byNode = () =>
    new Promise<unknown>((resolve, reject) => {
      nodeSign("sha256", Buffer.from("input"), large, (error, made) => (error ? reject(error) : resolve(made)));
    });

  for (const alg of ["RS256", "PS512"] as const) {
    test(alg, async () => {
      const key = privateKey(large, { alg, kid });
      const sign = createAsyncSigner({ key });
      const tokens: string[] = [];
      const turned = await turnsDuring(() => Promise.all(eight(async () => void tokens.push(await sign(goodClaims)))));
      /** Deno's node:crypto signs in place even so; the package cannot do more than ask. */
      const hasPool = await turnsDuring(() => Promise.all(eight(byNode)));
      assert.equal(turned, hasPool);
      assert.equal(await turnsDuring(() => Promise.all(eight(async () => createSigner({ key })(goodClaims)))), false);
      assert.equal(tokens.length, 8);
      assertVerdict({ verificationKey: publicKeyOf(key) }, tokens, "accepted");
    });
  }

  function eight<T>(make: () => T): readonly T[] {
    return Array.from({ length: 8 }, make);
  }

  /** Whether the loop goes round at least once before the work is done. Promises alone do not make it. */
  async function turnsDuring(work: () => Promise<unknown>): Promise<boolean> {
    let hasTurned = false;
    const immediate = setImmediate(() => {
      hasTurned = true;
    });
    await work();
    clearImmediate(immediate);
    return hasTurned;
  }
});

describe("createAsyncSigner refuses what createSigner refuses", () => {
  const { signingKey: key, verificationKey } = actors.RS256;
  const make = (options: object) => () => createAsyncSigner({ key, ...options } as SignerOptions);

  test("wrong options, at once and by name", () => {
    assert.throws(make({ expiresIn: 5 }), { name: "TypeError", message: /createAsyncSigner: no option "expiresIn"/ });
    for (const wrong of [verificationKey, undefined, null, {}, "key"]) assert.throws(make({ key: wrong }), TypeError);
    for (const typ of ["", "a b", 7, null]) assert.throws(make({ typ }), /media type/);
    for (const header of [[], "x", null, { alg: "none" }, { crit: ["x"] }]) assert.throws(make({ header }), /header/);
    assert.throws(make({ critical: ["x"] }), /critical/);
    for (const options of [undefined, null, 7]) assert.throws(() => createAsyncSigner(options as never), TypeError);
  });

  for (const [name, claims] of Object.entries({
    "no claims": undefined,
    "a list": [],
    "exp as text": { exp: "1" },
    "exp NaN": { exp: Number.NaN },
    "aud with a number": { aud: [7] },
    "a toJSON": { toJSON: () => ({ sub: "admin" }) },
    "a bigint": { x: 1n },
  })) {
    test(`${name}: by a promise that is rejected with a TypeError`, async () => {
      const promise = createAsyncSigner({ key })(claims as object);
      assert.ok(promise instanceof Promise);
      await assert.rejects(promise, TypeError);
    });
  }
});
