import assert from "node:assert/strict";
import type { RequestListener } from "node:http";
import { afterEach, beforeEach, test } from "node:test";
import {
  createVerifier,
  problemFor,
  unchecked,
  type Verdict,
  type Verifier,
  type VerifierOptions,
} from "@cardea/verifier";
import { eventually } from "./support/eventually.ts";
import { type FakeIssuer, startFakeIssuer } from "./support/fakeIssuer.ts";
import { type FakeWorld, fakeWorld } from "./support/fakeWorld.ts";
import { readBody, sendJson } from "./support/loopback.ts";
import { audience, claimsAt, verifyingKey } from "./support/tokens.ts";

let issuer: FakeIssuer;
let world: FakeWorld;
let verifier: Verifier;

beforeEach(async () => {
  issuer = await startFakeIssuer();
  world = fakeWorld();
  verifier = open();
});

afterEach(async () => {
  await verifier?.close();
  await issuer.close();
});

function open(change: Partial<VerifierOptions> = {}): Verifier {
  return createVerifier({
    issuer: issuer.url,
    audience,
    keys: verifyingKey,
    credentials: { id: "svc", secret: "s3cret" },
    revocation: unchecked,
    opaqueTokens: "introspect",
    world: world.parts,
    ...change,
  });
}

const active = (change: Readonly<Record<string, unknown>> = {}): Readonly<Record<string, unknown>> => ({
  active: true,
  token_type: "Bearer",
  ...claimsAt(world.wall),
  iss: undefined,
  ...change,
});

const codeOf = (verdict: Verdict): string => (verdict.ok ? "accepted" : verdict.refusal.code);

test("asks the issuer about an opaque token, in the body and with our credentials", async () => {
  const bodies: string[] = [];
  issuer.override.introspect = async (request, response) => {
    bodies.push(await readBody(request));
    sendJson(active({ roles: ["a"] }))(request, response);
  };
  const verdict = await verifier.authenticate("opaque-token");
  assert.ok(verdict.ok);
  assert.deepEqual([verdict.checked, verdict.stalenessMs, verdict.claims.iss], ["introspection", 0, issuer.url]);
  assert.ok(Object.isFrozen(verdict.claims) && Object.isFrozen(verdict.claims.roles));
  assert.deepEqual(bodies, ["token=opaque-token&token_type_hint=access_token"]);
  assert.deepEqual(issuer.seen, ["POST /introspect"], "the token is in no URL");
  assert.deepEqual(issuer.authorizations, ["Basic c3ZjOnMzY3JldA=="]);
});

test("keeps nothing: what has ended since is refused at once", async () => {
  issuer.override.introspect = (request, response) => sendJson(active())(request, response);
  assert.equal(codeOf(await verifier.authenticate("opaque")), "accepted");
  issuer.override.introspect = sendJson({ active: false });
  assert.equal(codeOf(await verifier.authenticate("opaque")), "inactive_token");
});

const answers: readonly (readonly [rule: string, change: Readonly<Record<string, unknown>>, code: string])[] = [
  ["for us among others", { aud: ["x", audience] }, "accepted"],
  ["from an issuer that names itself", { iss: "self" }, "accepted"],
  ["that is inactive, whatever else it says", { active: false }, "inactive_token"],
  ["from another issuer", { iss: "https://other.test" }, "wrong_issuer"],
  ["for another audience", { aud: "other" }, "wrong_audience"],
  ["for a list of others", { aud: ["other"] }, "wrong_audience"],
  ["for nobody in particular", { aud: undefined }, "malformed_claim"],
  ["for an empty list", { aud: [] }, "malformed_claim"],
  ["without an end", { exp: undefined }, "malformed_claim"],
  ["with an end in text", { exp: "9999999999" }, "malformed_claim"],
  ["that has ended", { exp: 1_800_000_000 - 5 }, "expired"],
  ["without a subject", { sub: undefined }, "malformed_claim"],
  ["without a jti", { jti: undefined }, "malformed_claim"],
  ["of a type in other letters", { token_type: "bearer" }, "accepted"],
  ["of no named type", { token_type: undefined }, "accepted"],
  ["that is bound to a key", { token_type: "DPoP" }, "wrong_type"],
  ["that is for refreshing", { token_type: "refresh_token" }, "wrong_type"],
  ["of a type that is no text", { token_type: ["Bearer"] }, "wrong_type"],
  ["that is active in text only", { active: "true" }, "introspection_unavailable"],
  ["that is active as a number", { active: 1 }, "introspection_unavailable"],
  ["that does not say whether it is active", { active: undefined }, "introspection_unavailable"],
];

for (const [rule, change, code] of answers) {
  test(`a token ${rule} is ${code}`, async () => {
    const iss = change.iss === "self" ? { iss: issuer.url } : {};
    issuer.override.introspect = sendJson(active({ ...change, ...iss }));
    assert.equal(codeOf(await verifier.authenticate("opaque")), code);
  });
}

test("a service that takes any audience says so", async () => {
  issuer.override.introspect = sendJson(active({ aud: "other" }));
  await verifier.close();
  verifier = open({ audience: unchecked });
  assert.equal(codeOf(await verifier.authenticate("opaque")), "accepted");
});

const raw =
  (text: string, status = 200): RequestListener =>
  (_, response) =>
    response.writeHead(status, { "content-type": "application/json" }).end(text);

const good = (): string => JSON.stringify(active());

const garbage: readonly (readonly [rule: string, answer: () => RequestListener])[] = [
  ["no JSON", () => raw("<html>active: true")],
  ["nothing", () => raw("")],
  ["null", () => raw("null")],
  ["a list", () => raw(`[${good()}]`)],
  ["two answers in one", () => raw(good().replace("{", '{"active":false,'))],
  ["64 KiB and more", () => raw(good().replace("{", `{"x":"${"x".repeat(65_536)}",`))],
  ["a good body under 401", () => raw(good(), 401)],
  ["a good body under 500", () => raw(good(), 500)],
  ["a good body under 201", () => raw(good(), 201)],
  ["a redirect", () => (_, response) => response.writeHead(307, { location: "/introspect" }).end()],
  ["a hung up line", () => (request) => request.socket.destroy()],
];

for (const [rule, answer] of garbage) {
  test(`an issuer that answers with ${rule} could not be asked: 503, never a yes, never a 401`, async () => {
    issuer.override.introspect = answer();
    const verdict = await verifier.authenticate("opaque");
    assert.equal(codeOf(verdict), "introspection_unavailable");
    assert.equal(verdict.ok || problemFor(verdict.refusal), "temporarily_unavailable");
    assert.equal(issuer.seen.length, 1);
  });
}

test("an issuer that never answers, or never ends, is left after two seconds", async () => {
  issuer.override.introspect = (_, response) => {
    if (issuer.seen.length === 1) return;
    const timer = setInterval(() => response.write(" "), 20);
    response.on("close", () => clearInterval(timer));
  };
  const verdicts = await Promise.all([verifier.authenticate("opaque1"), verifier.authenticate("opaque2")]);
  assert.deepEqual(verdicts.map(codeOf), ["introspection_unavailable", "introspection_unavailable"]);
});

test("a token that is too long for an opaque one is refused unasked", async () => {
  assert.equal(codeOf(await verifier.authenticate("x".repeat(1025))), "token_too_long");
  assert.deepEqual(issuer.seen, []);
});

test("so many questions at once, so many in line; the rest is turned away, and the places are free again", async () => {
  const held: (() => void)[] = [];
  let holding = true;
  issuer.override.introspect = (request, response) => {
    const answer = () => sendJson(active())(request, response);
    if (holding) held.push(answer);
    else answer();
  };
  const waiting = Array.from({ length: 8 + 64 }, () => verifier.authenticate("opaque"));
  await eventually("eight questions are on their way", () => held.length === 8);
  assert.equal(codeOf(await verifier.authenticate("opaque")), "introspection_unavailable");
  assert.equal(issuer.seen.length, 8);
  holding = false;
  for (const answer of held) answer();
  assert.deepEqual(new Set((await Promise.all(waiting)).map(codeOf)), new Set(["accepted"]));
  assert.equal(codeOf(await verifier.authenticate("opaque")), "accepted");
});

test("verify asks nobody, and neither does authenticate unless it was told to", async () => {
  assert.equal(codeOf(verifier.verify("opaque")), "opaque_token");
  await verifier.close();
  verifier = open({ opaqueTokens: "refuse" });
  assert.equal(codeOf(await verifier.authenticate("opaque")), "opaque_token");
  assert.deepEqual(issuer.seen, []);
});

test("after close nobody is asked, and who still waits is refused", async () => {
  issuer.override.introspect = () => {};
  const waiting = verifier.authenticate("opaque");
  await eventually("the question is on its way", () => issuer.seen.length === 1);
  await verifier.close();
  assert.equal(codeOf(await waiting), "introspection_unavailable");
  assert.equal(codeOf(await verifier.authenticate("opaque")), "introspection_unavailable");
  assert.equal(issuer.seen.length, 1);
});
