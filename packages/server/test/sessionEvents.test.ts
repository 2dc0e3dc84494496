import assert from "node:assert/strict";
import { test } from "node:test";
import { realWorld } from "cardea";
import { newPerson, newService, startIssuer } from "./support/issuer.ts";

test("who signs in, who is refused and what ends are events, and none carries a token", async () => {
  const issuer = await startIssuer();
  try {
    const { bearer, access, refresh } = await newPerson(issuer);
    await issuer.get("/me", `${bearer}x`);
    await issuer.post("/refresh", { refresh_token: "rt_nonsense" });
    await issuer.post("/sign-out", undefined, bearer);
    await issuer.post("/refresh", { refresh_token: refresh });
    assert.deepEqual(
      issuer.events.map(({ type }) => type).filter((type) => type !== "key_created"),
      ["signed_up", "signed_in", "token_refused", "refresh_refused", "session_ended", "refresh_refused"],
    );
    const told = JSON.stringify(issuer.events);
    for (const secret of [access, refresh]) assert.ok(!told.includes(secret));
  } finally {
    await issuer.close();
  }
});

test("sessions that have ended by themselves are not counted among those that a person ends", async () => {
  const clock = { ms: 0 };
  const world = { ...realWorld, now: () => realWorld.now() + clock.ms };
  const issuer = await startIssuer({ world, session: { idle: "10m" } });
  try {
    const ada = await newPerson(issuer);
    clock.ms = 11 * 60_000;
    const { body } = await issuer.post("/sign-in", { email: ada.email, password: ada.password });
    const others = await issuer.post("/sessions/revoke-others", undefined, `Bearer ${body.access_token}`);
    assert.deepEqual([others.status, others.body], [200, { revoked: 0 }]);
  } finally {
    await issuer.close();
  }
});

test("an issuer that is closed closes once, and a feed that is asked for later ends at once", async () => {
  const issuer = await startIssuer();
  const authorization = await newService(issuer.auth);
  const closings = [issuer.auth.close(), issuer.auth.close()];
  await Promise.all(closings);
  assert.equal(closings[0], closings[1]);
  const request = new Request(`${issuer.url}/revocation/feed`, { headers: { authorization } });
  const answer = await issuer.auth.fetch(request);
  assert.equal(answer.status, 200);
  assert.match(await answer.text(), /^event: hello\n/);
  await issuer.close();
});
