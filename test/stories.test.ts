import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { hmacKey } from "@cardea/jwt";
import { createVerifier, unchecked, type Verifier, type VerifierOptions } from "@cardea/verifier";
import { type ModeName, realWorld } from "cardea";
import { eventually } from "./support/eventually.ts";
import { type Issuer, startIssuer } from "./support/issuer.ts";
import { newPerson, signIn, tokensOf } from "./support/people.ts";
import { onEachSetup, type Places } from "./support/storeSetups.ts";

const modes = ["stateless", "stateful", "hybrid"] as const;
const algorithms = ["HS256", "RS256", "ES256", "EdDSA"] as const;
type Algorithm = (typeof algorithms)[number];

const sharedSecret = new Uint8Array(32).map((_, index) => index + 1);

onEachSetup("stories", (setup, places) => {
  for (const mode of modes) {
    // Where things are kept and how tokens are signed have nothing to do with each other, so one set-up tries all algorithms.
    for (const alg of setup === "memory" ? algorithms : (["ES256"] as const)) {
      describe(`${mode}, ${alg}`, () => tell({ mode, alg, places }));
    }
  }
});

type Setting = { readonly mode: ModeName; readonly alg: Algorithm; readonly places: () => Promise<Places> };

function tell({ mode, alg, places }: Setting): void {
  const keys = alg === "HS256" ? { alg, secret: sharedSecret } : { alg };
  let issuer: Issuer;
  before(async () => {
    issuer = await startIssuer({ mode, ...(await places()), keys });
  });
  after(() => issuer.close());

  test("a person signs up, signs in, is known, and signs out", async () => {
    const ada = newPerson();
    const first = await issuer.post("/sign-up", ada);
    const again = await issuer.post("/sign-up", { ...ada, password: "another phrase of words" });
    assert.equal(first.status, 201);
    assert.deepEqual([again.status, again.text], [first.status, first.text]);

    const signedIn = await issuer.post("/sign-in", ada);
    assert.equal(signedIn.status, 200);
    assert.deepEqual(Object.keys(signedIn.body).toSorted(), [
      "access_token",
      "device_token",
      "expires_in",
      "refresh_token",
      "token_type",
      "user",
    ]);
    assert.deepEqual([signedIn.body.token_type, signedIn.body.expires_in], ["Bearer", 300]);
    assert.equal(signedIn.headers.get("cache-control"), "no-store");
    const { access, userId } = tokensOf(signedIn.body);

    const me = await issuer.get("/me", access);
    assert.equal(me.status, 200);
    const { created_at: createdAt, ...user } = Object(me.body.user);
    assert.deepEqual(user, { id: userId, email: ada.email, email_verified: false, roles: [], fields: {} });
    assert.ok(Math.abs(Date.parse(createdAt) - realWorld.now()) < 60_000);
    assert.deepEqual(Object.keys(me.body), ["user", "session", "claims"]);

    assert.equal((await issuer.post("/sign-out", undefined, access)).status, 204);
    assert.equal((await issuer.get("/me", access)).status, mode === "stateless" ? 200 : 401);
  });

  test("a refresh token rotates, ends with the session, and is no access token", async () => {
    const tokens = await signIn(issuer);
    const refreshed = await issuer.post("/refresh", { refresh_token: tokens.refresh });
    assert.equal(refreshed.status, 200);
    const next = tokensOf(refreshed.body);
    assert.notEqual(next.refresh, tokens.refresh);
    assert.equal((await issuer.get("/me", next.access)).status, 200);
    assert.equal((await issuer.get("/me", next.refresh)).status, 401);
    assert.equal((await issuer.post("/refresh", { refresh_token: next.access })).status, 401);
    await issuer.post("/sign-out", undefined, next.access);
    const late = await issuer.post("/refresh", { refresh_token: next.refresh });
    assert.deepEqual([late.status, late.body.code], [401, "invalid_grant"]);
  });

  test("ASVS-7.5.2, ASVS-10.4.9: a person sees their sessions and ends one, or all others", async () => {
    const ada = newPerson();
    const [phone, laptop, tablet] = [await signIn(issuer, ada), await signIn(issuer, ada), await signIn(issuer, ada)];
    const listed = await issuer.get("/sessions", laptop.access);
    assert.ok(Array.isArray(listed.body.sessions) && listed.body.sessions.length === 3);
    assert.equal(listed.body.sessions.filter(({ current }) => current === true).length, 1);

    const phoneId = await sessionId(issuer, phone.access);
    assert.equal((await issuer.delete(`/sessions/${phoneId}`, laptop.access)).status, 204);
    assert.equal((await issuer.delete(`/sessions/${phoneId}`, laptop.access)).status, 404);
    assert.equal((await issuer.post("/refresh", { refresh_token: phone.refresh })).status, 401);
    assert.equal((await issuer.get("/sessions", phone.access)).status, 401);

    const others = await issuer.post("/sessions/revoke-others", undefined, laptop.access);
    assert.deepEqual([others.status, others.body], [200, { revoked: 1 }]);
    assert.equal((await issuer.post("/refresh", { refresh_token: tablet.refresh })).status, 401);
    assert.equal((await issuer.post("/refresh", { refresh_token: laptop.refresh })).status, 200);
  });

  test("ASVS-8.2.2: nobody ends the session of somebody else", async () => {
    const victim = await signIn(issuer);
    const other = await signIn(issuer);
    const id = await sessionId(issuer, victim.access);
    assert.equal((await issuer.delete(`/sessions/${id}`, other.access)).status, 404);
    assert.equal((await issuer.get("/sessions", victim.access)).status, 200);
  });

  test("ASVS-7.4.1, ASVS-10.3.2: a service verifies the token by itself, and learns of the sign-out as its mode promises", async () => {
    const verifier = await startService(issuer, { mode, alg });
    try {
      const ada = newPerson();
      const { access, userId } = await signIn(issuer, ada);
      const verdict = await verifier.authenticate(access);
      assert.ok(verdict.ok, JSON.stringify(verdict));
      assert.deepEqual([verdict.claims.sub, verdict.claims.email, verdict.claims.iss], [userId, ada.email, issuer.url]);
      assert.equal(verdict.checked, { stateless: "signature", hybrid: "view", stateful: "introspection" }[mode]);

      await issuer.post("/sign-out", undefined, access);
      if (mode === "stateless") assert.equal((await verifier.authenticate(access)).ok, true);
      else await eventually("the service refuses the token", async () => !(await verifier.authenticate(access)).ok);
    } finally {
      await verifier.close();
    }
  });
}

async function startService(
  { auth, url }: Issuer,
  { mode, alg }: { readonly mode: ModeName; readonly alg: Algorithm },
): Promise<Verifier> {
  const { service, secret } = await auth.services.create("billing");
  const revocation: VerifierOptions["revocation"] = mode === "hybrid" ? { maxStaleness: "5s" } : unchecked;
  const verifier = createVerifier({
    issuer: url,
    audience: "app",
    credentials: { id: service.id, secret },
    revocation,
    opaqueTokens: mode === "stateful" ? "introspect" : "refuse",
    ...(alg === "HS256" ? { keys: hmacKey(sharedSecret, { alg }) } : {}),
  });
  await verifier.ready();
  return verifier;
}

async function sessionId(issuer: Issuer, access: string): Promise<string> {
  const { session } = (await issuer.get("/me", access)).body;
  assert.ok(typeof session === "object" && session !== null && "id" in session);
  return String(session.id);
}
