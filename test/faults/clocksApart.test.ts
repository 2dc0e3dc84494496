import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { type AuthOptions, type ModeName, memory } from "cardea";
import { type Issuer, startIssuer } from "../support/issuer.ts";
import { newPerson, signIn, tokensOf } from "../support/people.ts";
import { onEachSetup } from "../support/storeSetups.ts";
import { type FaultyWorld, faultyWorld } from "./support/world.ts";

const [second, minute, hour] = [1000, 60_000, 3_600_000];

const nobody = { actor: undefined, address: undefined, userAgent: undefined, requestId: undefined };

/** Two issuers behind one name and over one store, each with a clock of its own: one is right, the other will be set. */
async function twoIssuers(t: TestContext, options: Partial<AuthOptions>): Promise<Two> {
  const [rightClock, otherClock] = [faultyWorld(), faultyWorld()];
  const open = ({ world }: FaultyWorld): Promise<Issuer> =>
    startIssuer({ issuer: "http://localhost/auth", development: true, throttle, ...options, world });
  const right = await open(rightClock);
  const other = await open(otherClock);
  t.after(() => Promise.all([right.close(), other.close()]));
  return {
    right,
    other,
    set: async (ms) => {
      otherClock.jump(ms);
      // The keys follow, as they do by themselves every two seconds.
      await other.auth.keys.turn();
    },
    pass: (ms) => {
      for (const clock of [rightClock, otherClock]) clock.pass(ms);
    },
  };
}

type Two = {
  readonly right: Issuer;
  readonly other: Issuer;
  readonly set: (ms: number) => Promise<void>;
  readonly pass: (ms: number) => void;
};

const throttle = { signUp: { perAddress: 1000, perNetwork: 1000 }, address: { failures: 1000 } } as const;

/** Ends sessions, so that the log moves and what is over by the issuer's clock is swept out of its view. */
async function moveTheLog(issuer: Issuer): Promise<void> {
  for (let round = 0; round < 3; round++) {
    const { access } = await signIn(issuer);
    assert.equal((await issuer.post("/sign-out", undefined, access)).status, 204);
  }
}

/** What revokes the access tokens that a person has, done by one issuer. `person` is signed in at the other. */
const revocations: Readonly<Record<string, (two: Two, person: Signed) => Promise<void>>> = {
  "a sign-out": async ({ other }, { refresh }) => {
    assert.equal(await other.auth.sessions.endByToken(refresh, nobody), true);
  },
  "a change of roles": async ({ other }, { userId }) => {
    assert.equal(await other.auth.accounts.setRoles(userId, ["none"], nobody), true);
  },
  "a change of address": async ({ other, right }, { email, password }) => {
    const { access } = await signIn(other, { email, password });
    const wanted = newPerson().email;
    assert.equal((await other.post("/email/change", { email: wanted }, access)).status, 202);
    const inboxes = [other, right].map(({ auth }) => auth);
    await Promise.all(inboxes.map((auth) => auth.settled()));
    // Either may have fetched the mail from the store.
    const link = inboxes.map(({ inbox }) => inbox?.last(wanted)?.link).find((found) => found !== undefined) ?? "";
    const token = new URL(link).search.slice("?token=".length);
    assert.equal((await other.post("/email/confirm", { token })).status, 204);
  },
};

type Signed = Awaited<ReturnType<typeof signIn>> & ReturnType<typeof newPerson>;

onEachSetup("clocks that are apart", (_, places) => {
  for (const [name, revoke] of Object.entries(revocations)) {
    test(`F-10: ${name} at an issuer whose clock is two hours behind holds for those whose clock is right`, async (t) => {
      const two = await twoIssuers(t, await places());
      const person = newPerson();
      const ada = { ...person, ...(await signIn(two.right, person)) };
      await two.set(-2 * hour);
      await revoke(two, ada);
      await moveTheLog(two.right);
      assert.equal((await two.right.auth.verify(ada.access)).ok, false);
    });
  }
});

test("F-10: a token that was handed out at the end of the grace is revoked for as long as it lives", async (t) => {
  const two = await twoIssuers(t, {
    store: memory(),
    access: { ttl: "1h" },
    session: { refreshGrace: "5m" },
  });
  const first = await signIn(two.right);
  await two.right.post("/refresh", { refresh_token: first.refresh });
  two.pass(5 * minute - 10 * second);
  const ada = tokensOf((await two.right.post("/refresh", { refresh_token: first.refresh })).body);
  await two.set(-2 * hour);
  assert.equal(await two.other.auth.sessions.endByToken(ada.refresh, nobody), true);
  two.pass(hour - 20 * second);
  await moveTheLog(two.right);
  assert.equal((await two.right.auth.verify(ada.access)).ok, false);
});

for (const mode of ["stateless", "stateful", "hybrid"] satisfies ModeName[]) {
  test(`F-10: issuers whose clocks are four seconds apart believe each other's newest tokens, ${mode}`, async (t) => {
    const two = await twoIssuers(t, { mode, store: memory() });
    await two.set(4 * second);
    const [here, ahead] = [await signIn(two.right), await signIn(two.other)];
    assert.equal((await two.other.auth.verify(here.access)).ok, true);
    assert.equal((await two.right.auth.verify(ahead.access)).ok, true);
    assert.equal((await two.right.get("/sessions", ahead.access)).status, 200);
  });
}
