import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { createVerifier, type RouteOptions, unchecked, type Verifier } from "@cardea/verifier";
import { type FakeIssuer, startFakeIssuer } from "./support/fakeIssuer.ts";
import { type FakeWorld, fakeWorld } from "./support/fakeWorld.ts";
import { type GuardedService, guardKinds, startGuardedService } from "./support/guardedService.ts";
import { sendJson } from "./support/loopback.ts";
import { accessToken, audience, claimsAt, tampered, verifyingKey } from "./support/tokens.ts";

let issuer: FakeIssuer;
let world: FakeWorld;
let verifier: Verifier;
let service: GuardedService;

beforeEach(async () => {
  issuer = await startFakeIssuer();
  world = fakeWorld();
  service = await startGuardedService();
  const credentials = { id: "svc", secret: "s3cret" };
  const keys = verifyingKey;
  verifier = createVerifier({ issuer: issuer.url, audience, credentials, keys, revocation: {}, world: world.parts });
  await verifier.ready();
});

afterEach(async () => {
  await verifier.close();
  await Promise.all([issuer.close(), service.close()]);
});

const token = (change = {}): string => accessToken(world.wall, { iss: issuer.url, ...change });
const bearer = (text: string): readonly string[] => ["Authorization", `Bearer ${text}`];
const secondsAgo = (seconds: number): number => Math.floor(world.wall / 1000) - seconds;

type Row = readonly [rule: string, demands: RouteOptions, claims: () => object, code: string];

const rows: readonly Row[] = [
  ["all scopes are there", { scopes: ["a", "b"] }, () => ({ scope: "b c a" }), "accepted"],
  ["a scope is missing", { scopes: ["a", "b"] }, () => ({ scope: "a" }), "insufficient_scope"],
  ["a scope only begins like it", { scopes: ["pay"] }, () => ({ scope: "payments pay:refund" }), "insufficient_scope"],
  ["a scope in other letters", { scopes: ["pay"] }, () => ({ scope: "Pay" }), "insufficient_scope"],
  ["no scope at all", { scopes: ["a"] }, () => ({}), "insufficient_scope"],
  ["an empty scope", { scopes: ["a"] }, () => ({ scope: "" }), "insufficient_scope"],
  ["one of the roles", { roles: ["admin", "staff"] }, () => ({ roles: ["x", "staff"] }), "accepted"],
  ["none of the roles", { roles: ["admin"] }, () => ({ roles: ["Admin", "admins"] }), "insufficient_role"],
  ["no roles at all", { roles: ["admin"] }, () => ({}), "insufficient_role"],
  ["a scope that is named like a role", { roles: ["admin"] }, () => ({ scope: "admin" }), "insufficient_role"],
  ["a recent proof", { maxAge: "10m" }, () => ({ auth_time: secondsAgo(600) }), "accepted"],
  [
    "a proof of a second too long ago",
    { maxAge: "10m" },
    () => ({ auth_time: secondsAgo(601) }),
    "authentication_too_old",
  ],
  ["no proof", { maxAge: "10m" }, () => ({}), "authentication_too_old"],
  ["a proof from next year", { maxAge: "10m" }, () => ({ auth_time: secondsAgo(-31e6) }), "authentication_too_old"],
  [
    "who may not is not sent to prove it anew",
    { roles: ["admin"], maxAge: "10m" },
    () => ({ auth_time: 0 }),
    "insufficient_role",
  ],
];

for (const [rule, demands, claims, code] of rows) {
  test(`${rule}: ${code}, by verify, authenticate and explain alike`, async () => {
    const route = verifier.route(demands);
    const text = token(claims());
    const explanation = route.explain(text);
    for (const verdict of [route.verify(text), await route.authenticate(text)]) {
      assert.equal(verdict.ok ? "accepted" : verdict.refusal.code, code);
      assert.deepEqual([explanation.ok, explanation.refusal], [verdict.ok, verdict.ok ? undefined : verdict.refusal]);
    }
    assert.equal(explanation.steps.at(-1)?.ok, code === "accepted");
    assert.ok(verifier.verify(text).ok, "the verifier itself demands nothing");
  });
}

test("what is wrong with a token comes before what it lacks", () => {
  const route = verifier.route({ scopes: ["a"], roles: ["admin"] });
  const codes = [tampered(token()), "opaque", ""].map((text) => {
    const verdict = route.verify(text);
    return verdict.ok || verdict.refusal.code;
  });
  assert.deepEqual(codes, ["bad_signature", "opaque_token", "missing_token"]);
});

for (const kind of guardKinds) {
  test(`${kind}: a missing scope is a 403 that names the scopes (RFC 6750 section 3)`, async () => {
    service.protect(kind, verifier, { scopes: ["read", "pay"] });
    const { status, headers, text } = await service.call(bearer(token({ scope: "read" })));
    assert.deepEqual([status, JSON.parse(text).code], [403, "insufficient_scope"]);
    assert.match(
      headers["www-authenticate"] ?? "",
      /^Bearer realm=".*", error="insufficient_scope", .*scope="read pay"$/,
    );
    assert.equal((await service.call(bearer(token({ scope: "pay read" })))).status, 200);
    assert.deepEqual(service.passed, ["u"]);
  });

  test(`${kind}: a missing role is a 403 without a challenge, as no other token would help`, async () => {
    service.protect(kind, verifier, { roles: ["admin"] });
    const { status, headers, text } = await service.call(bearer(token()));
    assert.deepEqual([status, JSON.parse(text).code], [403, "insufficient_role"]);
    assert.equal(headers["www-authenticate"], undefined);
  });

  test(`${kind}: an old proof is a 401 that says how old it may be (RFC 9470 section 3)`, async () => {
    service.protect(kind, verifier, { maxAge: "10m" });
    const { status, headers, text } = await service.call(bearer(token({ auth_time: secondsAgo(900) })));
    const { code, max_age } = JSON.parse(text);
    assert.deepEqual([status, code, max_age], [401, "reauthentication_required", 600]);
    assert.match(headers["www-authenticate"] ?? "", /error="insufficient_user_authentication", .*max_age="600"$/);
  });

  test(`${kind}: without a token the challenge names no error, and asks for nothing`, async () => {
    service.protect(kind, verifier, { scopes: ["pay"], maxAge: "10m" });
    const { headers } = await service.call([]);
    assert.equal(headers["www-authenticate"], `Bearer realm="${issuer.url}"`);
  });

  test(`${kind}: an optional token: nobody is anonymous, a good one counts, a bad one is refused`, async () => {
    service.protect(kind, verifier, { optional: true });
    assert.equal((await service.call([])).status, 200);
    assert.equal((await service.call(["Authorization", "Basic dTpw"])).status, 200);
    assert.equal((await service.call(bearer(token()))).status, 200);
    assert.equal((await service.call(bearer(tampered(token())))).status, 401);
    assert.equal((await service.call(["Authorization", "Bearer"])).status, 401);
    assert.equal((await service.call([...bearer(token()), ...bearer(token())])).status, 400);
    assert.deepEqual(service.passed, [undefined, undefined, "u"]);
  });

  test(`${kind}: a route may allow a stale view where the verifier denies it`, async () => {
    service.protect(kind, verifier, { whenStale: "allow" });
    world.pass(5000);
    assert.equal((await service.call(bearer(token()))).status, 200);
    assert.equal(verifier.revocation.decisions.staleAllow.accepted, 1);
  });
}

const asked = (): number => issuer.seen.filter((line) => line === "POST /introspect").length;
const active = (): object => ({ active: true, token_type: "Bearer", ...claimsAt(world.wall), iss: issuer.url });

test("a fresh route asks the issuer about each token that is good so far, and about no other", async () => {
  const route = verifier.route({ fresh: true });
  assert.equal((await route.authenticate(tampered(token()))).ok, false);
  assert.equal(asked(), 0);
  issuer.override.introspect = (request, response) => sendJson(active())(request, response);
  const verdict = await route.authenticate(token());
  assert.ok(verdict.ok && verdict.checked === "introspection");
  issuer.override.introspect = sendJson({ active: false });
  const ended = await route.authenticate(token());
  assert.equal(ended.ok || ended.refusal.code, "inactive_token");
  issuer.override.introspect = (_, response) => response.writeHead(500).end();
  const unknown = await route.authenticate(token());
  assert.equal(unknown.ok || unknown.refusal.code, "introspection_unavailable");
  assert.equal(asked(), 3);
  assert.throws(() => route.verify(token()), /go to authenticate/);
});

test("a fresh answer must meet the demands as well", async () => {
  issuer.override.introspect = (request, response) => sendJson(active())(request, response);
  const verdict = await verifier.route({ fresh: true, roles: ["admin"] }).authenticate(token({ roles: ["admin"] }));
  assert.equal(verdict.ok || verdict.refusal.code, "insufficient_role", "the issuer knows of no such role any more");
});

test('whenStale: "introspect" asks the issuer while the view is stale, and only then', async () => {
  issuer.override.introspect = (request, response) => sendJson(active())(request, response);
  const route = verifier.route({ whenStale: "introspect" });
  const live = await route.authenticate(token());
  assert.deepEqual([live.ok && live.checked, asked()], ["view", 0]);
  world.pass(5000);
  const stale = await route.authenticate(token());
  assert.deepEqual([stale.ok && stale.checked, asked()], ["introspection", 1]);
  const verdict = route.verify(token());
  assert.equal(verdict.ok || verdict.refusal.code, "stale_view", "verify asks nobody");
  issuer.override.introspect = (_, response) => response.writeHead(500).end();
  const away = await route.authenticate(token());
  assert.equal(away.ok || away.refusal.code, "introspection_unavailable");
});

test("without credentials nobody can be asked, and a route that wants it is refused at once", async () => {
  const alone = createVerifier({ issuer: issuer.url, audience, keys: verifyingKey, revocation: unchecked });
  assert.throws(() => alone.route({ fresh: true }), /needs credentials/);
  assert.throws(() => alone.route({ whenStale: "introspect" }), /needs credentials/);
  await alone.close();
});
