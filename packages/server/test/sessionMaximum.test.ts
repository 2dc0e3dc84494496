import assert from "node:assert/strict";
import { test } from "node:test";
import { type ModeName, memory, realWorld } from "cardea";
import { type Issuer, newPerson, startIssuer } from "./support/issuer.ts";

const minute = 60_000;

for (const mode of ["stateless", "stateful", "hybrid"] as const satisfies readonly ModeName[]) {
  test(`S-28, ASVS-7.1.2: one session more than the most ends the one that was used least recently: ${mode}`, async () => {
    const clock = { passed: 0 };
    const world = { ...realWorld, now: () => realWorld.now() + clock.passed };
    const issuer = await startIssuer({ mode, store: memory(), world, session: { max: 3 } });
    try {
      const ada = await newPerson(issuer);
      const signIn = async (): Promise<string> => {
        clock.passed += minute;
        const { body } = await issuer.post("/sign-in", { email: ada.email, password: ada.password });
        return String(body.refresh_token);
      };
      const [second, third] = [await signIn(), await signIn()];
      clock.passed += minute;
      const first = await refresh(issuer, ada.refresh);
      const fourth = await signIn();
      assert.equal((await issuer.post("/refresh", { refresh_token: second })).body.code, "invalid_grant");
      const [account] = await issuer.auth.accounts.list(1);
      assert.equal((await issuer.store.people.sessions(account?.id ?? "")).length, 3);
      for (const living of [first, third, fourth]) await refresh(issuer, living);
      assert.deepEqual(
        issuer.events.flatMap((event) => (event.type === "session_ended" ? [event.reason] : [])),
        ["evicted"],
      );
    } finally {
      await issuer.close();
    }
  });
}

async function refresh(issuer: Issuer, token: string): Promise<string> {
  const { status, body } = await issuer.post("/refresh", { refresh_token: token });
  assert.equal(status, 200);
  return String(body.refresh_token);
}

test("ASVS-6.3.5: a sign-in by a device that is new is marked in the audit trail, and its person can read of it", async () => {
  const issuer = await startIssuer();
  try {
    const { email, password, bearer } = await newPerson(issuer);
    const from = async (agent: string): Promise<void> => {
      const headers = { "content-type": "application/json", "user-agent": agent };
      const body = JSON.stringify({ email, password });
      assert.equal((await issuer.send("/sign-in", { method: "POST", headers, body })).status, 200);
    };
    await from("a browser of hers");
    await from("a browser of hers");
    await from("somebody's program");
    await issuer.auth.settled();
    const signIns = issuer.events.flatMap((event) => (event.type === "signed_in" ? [event.newDevice] : []));
    assert.deepEqual(signIns, [true, true, false, true]);
    const { body } = await issuer.get("/me/activity", bearer);
    assert.ok(Array.isArray(body.activity));
    const seen = body.activity.filter(({ type }) => type === "signed_in");
    assert.equal(seen.length, 4);
  } finally {
    await issuer.close();
  }
});
