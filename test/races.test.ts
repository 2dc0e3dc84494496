import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { setTimeout as delay, setImmediate as nextTurn } from "node:timers/promises";
import type { ModeName } from "cardea";
import { type Issuer, startIssuer } from "./support/issuer.ts";
import { newPerson, signIn, startSession, type Tokens, tokensOf } from "./support/people.ts";
import { onEachSetup, type Places } from "./support/storeSetups.ts";

onEachSetup("races", (_, places) => {
  for (const mode of ["stateless", "stateful", "hybrid"] as const) describe(mode, () => race(mode, places));

  test("L-11: twenty who sign up with one address make one account, and cannot tell who made it", async (t) => {
    const issuer = await startIssuer({ ...(await places()), throttle: patient });
    t.after(() => issuer.close());
    const { email, password } = newPerson();
    const passwords = twenty((index) => `${password} ${index}`);
    const answers = await Promise.all(
      passwords.map((own) => issuer.post("/sign-up", { email: email.toUpperCase(), password: own })),
    );
    assert.deepEqual(new Set(answers.map(({ status, text }) => `${status} ${text}`)).size, 1);
    assert.equal(answers[0]?.status, 201);
    const accounts = (await issuer.auth.accounts.list(1000)).filter((account) => account.email === email);
    assert.equal(accounts.length, 1);
    const signIns = await Promise.all(passwords.map((own) => issuer.post("/sign-in", { email, password: own })));
    assert.deepEqual(signIns.map(({ status }) => status).toSorted(), [200, ...Array.from({ length: 19 }, () => 401)]);
  });

  test("ASVS-2.3.4: twenty who reset by one link at once set one password", async (t) => {
    const issuer = await startIssuer({ ...(await places()), development: true, throttle: patient });
    t.after(() => issuer.close());
    const person = newPerson();
    await signIn(issuer, person);
    await issuer.post("/password/forgot", { email: person.email });
    await issuer.auth.settled();
    const token = new URL(issuer.auth.inbox?.last(person.email)?.link ?? "").search.slice("?token=".length);
    const passwords = twenty((index) => `a new phrase of words, number ${index}`);
    const answers = await Promise.all(passwords.map((password) => issuer.post("/password/reset", { token, password })));
    assert.deepEqual(answers.map(({ status }) => status).toSorted(), [204, ...Array.from({ length: 19 }, () => 400)]);
    const winner = passwords[answers.findIndex(({ status }) => status === 204)] ?? "";
    assert.equal((await issuer.post("/sign-in", { email: person.email, password: winner })).status, 200);
    const [loser = ""] = passwords.filter((password) => password !== winner);
    assert.equal((await issuer.post("/sign-in", { email: person.email, password: loser })).status, 401);
  });

  test("A-11: a hundred rotations at once, by two issuers, make one key", async (t) => {
    const shared = await places();
    const issuers = [await startIssuer(shared), await startIssuer(shared)];
    t.after(() => Promise.all(issuers.map((issuer) => issuer.close())));
    const [first] = issuers;
    const kids = async (): Promise<string[]> => {
      await first?.auth.keys.turn();
      return (first?.auth.keys.inventory() ?? []).map(({ kid }) => kid);
    };
    const before = await kids();
    await Promise.all(Array.from({ length: 100 }, (_, index) => issuers[index % 2]?.auth.keys.rotate()));
    assert.equal((await kids()).filter((kid) => !before.includes(kid)).length, 1);
  });
});

/** Races are many tries at once, which the limits are there to stop. */
const patient = { account: { freeFailures: 20 } } as const;

function race(mode: ModeName, places: () => Promise<Places>): void {
  let issuer: Issuer;
  before(async () => {
    issuer = await startIssuer({ mode, ...(await places()) });
  });
  after(() => issuer.close());

  test("ASVS-15.4.2: twenty who refresh one token at once get one successor", async () => {
    const { access, refresh } = await signIn(issuer);
    const answers = await Promise.all(twenty(() => issuer.post("/refresh", { refresh_token: refresh })));
    assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([200]));
    const successors = answers.map(({ body }) => tokensOf(body));
    const [successor, ...others] = new Set(successors.map((tokens) => tokens.refresh));
    assert.equal(others.length, 0);
    assert.notEqual(successor, refresh);
    const { body } = await issuer.get("/sessions", access);
    assert.ok(Array.isArray(body.sessions) && body.sessions.length === 1);
    assert.equal((await issuer.post("/refresh", { refresh_token: successor })).status, 200);
  });

  test("S-15: two hundred times a refresh races a sign-out, and no token outlives both", async () => {
    const { userId } = await signIn(issuer);
    let refreshed = 0;
    for (let round = 0; round < 10; round++) {
      const outcomes = await Promise.all(twenty((index) => refreshAgainstSignOut(issuer, userId, index)));
      refreshed += outcomes.filter((tokens) => tokens.length > 1).length;
      await Promise.all(outcomes.flat().map((tokens) => expectDead(issuer, mode, tokens)));
    }
    assert.ok(refreshed > 0 && refreshed < 200, `the refresh came first ${refreshed} times of 200`);
  });
}

/** Both are in flight at once; one of them a few turns earlier, the sign-out for every other pair. Answers all tokens handed out. */
async function refreshAgainstSignOut(issuer: Issuer, userId: string, index: number): Promise<Tokens[]> {
  const tokens = await startSession(issuer.auth, userId);
  const refresh = (): ReturnType<Issuer["post"]> => issuer.post("/refresh", { refresh_token: tokens.refresh });
  const signOut = (): ReturnType<Issuer["post"]> => issuer.post("/sign-out", undefined, tokens.access);
  const isRefreshFirst = index % 2 === 0;
  const first = isRefreshFirst ? refresh() : signOut();
  // A sign-out has more to do, so its lead is longer: in some pairs so long that it is surely first.
  if (isRefreshFirst) for (let turn = 0; turn < index; turn++) await nextTurn();
  else await delay(index * index);
  const second = isRefreshFirst ? signOut() : refresh();
  const [refreshed, signedOut] = await Promise.all(isRefreshFirst ? [first, second] : [second, first]);
  assert.equal(signedOut.status, 204);
  assert.ok(refreshed.status === 200 || refreshed.body.code === "invalid_grant");
  return refreshed.status === 200 ? [tokens, tokensOf(refreshed.body)] : [tokens];
}

/** A stateless access token lives until it expires; it reaches nothing that is left of the session. */
async function expectDead(issuer: Issuer, mode: ModeName, { access, refresh }: Tokens): Promise<void> {
  assert.equal((await issuer.post("/refresh", { refresh_token: refresh })).status, 401);
  if (mode === "stateless") assert.equal((await issuer.get("/sessions", access)).status, 401);
  else assert.equal((await issuer.auth.verify(access)).ok, false);
}

const twenty = <T>(make: (index: number) => T): T[] => Array.from({ length: 20 }, (_, index) => make(index));
