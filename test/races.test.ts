import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { setImmediate as nextTurn } from "node:timers/promises";
import { type ModeName, memory, type StoreFactory, sqlite } from "cardea";
import { type Issuer, startIssuer } from "./support/issuer.ts";
import { newPerson, signIn, startSession, type Tokens, tokensOf } from "./support/people.ts";

const folder = mkdtempSync(join(tmpdir(), "cardea-races-"));
after(() => rmSync(folder, { recursive: true }));
const stores = { memory, sqlite: (name: string) => sqlite(join(folder, `${name}.db`)) };

for (const mode of ["stateless", "stateful", "hybrid"] as const) {
  for (const [storeName, makeStore] of Object.entries(stores)) {
    describe(`races over HTTP: ${mode}, ${storeName}`, () => race(mode, makeStore(mode)));
  }
}

for (const [storeName, makeStore] of Object.entries(stores)) {
  test(`twenty who sign up with one address make one account, and cannot tell who made it: ${storeName}`, async (t) => {
    const issuer = await startIssuer({ store: makeStore("sign-up") });
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
}

function race(mode: ModeName, store: StoreFactory): void {
  let issuer: Issuer;
  before(async () => {
    issuer = await startIssuer({ mode, store });
  });
  after(() => issuer.close());

  test("twenty who refresh one token at once get one successor", async () => {
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
      const outcomes = await Promise.all(twenty((index) => refreshAgainstSignOut(issuer, userId, index % 2)));
      refreshed += outcomes.filter((tokens) => tokens.length > 1).length;
      await Promise.all(outcomes.flat().map((tokens) => expectDead(issuer, mode, tokens)));
    }
    assert.ok(refreshed > 0 && refreshed < 200, `the refresh came first ${refreshed} times of 200`);
  });
}

/** Both are in flight at once; the refresh, whose body takes longer to read, a few turns earlier. Answers all tokens handed out. */
async function refreshAgainstSignOut(issuer: Issuer, userId: string, turnsAhead: number): Promise<Tokens[]> {
  const tokens = await startSession(issuer.auth, userId);
  const refreshing = issuer.post("/refresh", { refresh_token: tokens.refresh });
  for (let turn = 0; turn < turnsAhead; turn++) await nextTurn();
  const [refreshed, signedOut] = await Promise.all([refreshing, issuer.post("/sign-out", undefined, tokens.access)]);
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
