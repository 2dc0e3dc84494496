import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { exportPublicJwk, generateKey, publicKeyOf } from "@cardea/jwt";
import {
  createMultiIssuerVerifier,
  type MultiIssuerVerifier,
  unchecked,
  type Verdict,
  type VerifierOptions,
} from "@cardea/verifier";
import { eventually } from "./support/eventually.ts";
import { type FakeIssuer, startFakeIssuer } from "./support/fakeIssuer.ts";
import { type FakeWorld, fakeWorld } from "./support/fakeWorld.ts";
import { sendJson } from "./support/loopback.ts";
import { accessToken, claimsAt, signingKey, tampered } from "./support/tokens.ts";

/** Of the same name as that of the first issuer. */
const secondKey = generateKey("ES256", { kid: "k1" });
const credentials = { id: "svc", secret: "s3cret" };

let first: FakeIssuer;
let second: FakeIssuer;
let world: FakeWorld;
let verifier: MultiIssuerVerifier;

beforeEach(async () => {
  [first, second] = [await startFakeIssuer(), await startFakeIssuer()];
  second.override.jwks = sendJson({ keys: [exportPublicJwk(publicKeyOf(secondKey))] });
  world = fakeWorld();
  verifier = createMultiIssuerVerifier([
    {
      issuer: first.url,
      audience: "one",
      credentials,
      revocation: { maxStaleness: "1h" },
      world: world.parts,
    },
    {
      issuer: second.url,
      audience: "two",
      credentials,
      revocation: {},
      opaqueTokens: "introspect",
      world: world.parts,
    },
  ]);
  await verifier.ready();
});

afterEach(async () => {
  await verifier.close();
  await Promise.all([first.close(), second.close()]);
});

const ofFirst = (change = {}, key = signingKey): string =>
  accessToken(world.wall, { iss: first.url, aud: "one", rvp: 0, ...change }, { key });
const ofSecond = (change = {}, key = secondKey): string =>
  accessToken(world.wall, { iss: second.url, aud: "two", rvp: 0, ...change }, { key });
const codeOf = (verdict: Verdict): string => (verdict.ok ? "accepted" : verdict.refusal.code);

test("each issuer's tokens are good by its own keys and audience, and by no other's", async () => {
  const rows: readonly (readonly [token: string, code: string])[] = [
    [ofFirst(), "accepted"],
    [ofSecond(), "accepted"],
    [ofFirst({}, secondKey), "bad_signature"],
    [ofSecond({}, signingKey), "bad_signature"],
    [ofFirst({ aud: "two" }), "wrong_audience"],
    [ofSecond({ aud: "one" }), "wrong_audience"],
    [tampered(ofSecond()), "bad_signature"],
    [ofFirst({ iss: "https://third.test" }), "wrong_issuer"],
    [ofFirst({ iss: undefined }), "missing_claim"],
    ["no.token.this", "malformed_token"],
    ["", "missing_token"],
  ];
  for (const [token, code] of rows) {
    assert.equal(codeOf(verifier.verify(token)), code);
    assert.equal(codeOf(await verifier.authenticate(token)), code);
    assert.equal(verifier.explain(token).refusal?.code ?? "accepted", code);
  }
});

test("a revocation by one issuer says nothing about another's tokens", async () => {
  second.revoke({ kind: "session", key: "s" });
  await eventually("it is refused", () => codeOf(verifier.verify(ofSecond())) === "revoked");
  assert.equal(codeOf(verifier.verify(ofFirst())), "accepted");
});

test("one issuer's stale view stops its own tokens alone; the whole is as stale as the stalest", () => {
  world.pass(5000);
  assert.equal(codeOf(verifier.verify(ofFirst())), "accepted");
  assert.equal(codeOf(verifier.verify(ofSecond())), "stale_view");
  assert.equal(verifier.revocation.state, "stale");
  assert.deepEqual(
    [...verifier.issuers.values()].map(({ revocation }) => revocation.state),
    ["live", "stale"],
  );
});

test("opaque tokens are asked about at the one issuer that has them", async () => {
  const answer = { active: true, token_type: "Bearer", ...claimsAt(world.wall), iss: second.url, aud: "two" };
  second.override.introspect = sendJson(answer);
  assert.equal(codeOf(await verifier.authenticate("opaque")), "accepted");
  assert.ok(!first.seen.some((line) => line.startsWith("POST")));
});

test("a route demands the same of every issuer's tokens, and a watch follows the right one", async () => {
  const route = verifier.route({ roles: ["admin"] });
  assert.equal(codeOf(route.verify(ofFirst())), "insufficient_role");
  assert.equal(codeOf(route.verify(ofSecond({ roles: ["admin"] }))), "accepted");
  const verdict = await route.authenticate(ofSecond({ roles: ["admin"] }));
  assert.ok(verdict.ok);
  let reason = "";
  verifier.watch(verdict, ({ code }) => {
    reason = code;
  });
  second.revoke({ kind: "session", key: "s" });
  await eventually("it has ended", () => reason === "revoked");
});

test("refuses lists that cannot work", () => {
  const one: VerifierOptions = { issuer: "https://a.test", audience: "a", revocation: unchecked };
  const asks = { credentials, opaqueTokens: "introspect" } as const;
  const make = (all: unknown) => () => createMultiIssuerVerifier(all as readonly VerifierOptions[]);
  assert.throws(make([]), /at least one issuer/);
  assert.throws(make(one), /expects a list/);
  assert.throws(make([one, { ...one, audience: "b" }]), /each issuer may be there once/);
  assert.throws(
    make([
      { ...one, ...asks },
      { ...one, ...asks, issuer: "https://b.test" },
    ]),
    /one at most/,
  );
  const keptIn = (file: string) => ({ keys: { file } });
  assert.throws(
    make([
      { ...one, ...keptIn("keys/jwks.json") },
      { ...one, ...keptIn("./keys/../keys/jwks.json"), issuer: "https://b.test" },
    ]),
    /a keys\.file of its own/,
  );
  assert.throws(make([{ ...one, audiense: "a" }]), /no option "audiense"/);
});
