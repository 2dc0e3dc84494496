import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { realWorld } from "cardea";
import { type Issuer, startIssuer } from "./support/issuer.ts";
import { signIn, startSession, type Tokens, tokensOf } from "./support/people.ts";
import { onEachSetup, type Places } from "./support/storeSetups.ts";

const clients = 50;

/** A hundred rounds on the default store; a few on the others, whose locks the races try. */
onEachSetup("clients that lose answers", (setup, places) => {
  describe("hybrid", () => lose(places, setup === "sqlite" ? 100 : 15));
});

/** Numbers that look random and are the same in each run. */
function* seeded(seed: number): Generator<number, never> {
  for (let state = seed; ; ) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    yield state / 2 ** 32;
  }
}

function lose(places: () => Promise<Places>, rounds: number): void {
  const clock = { passed: 0 };
  const world = { ...realWorld, now: () => realWorld.now() + clock.passed };
  let issuer: Issuer;
  before(async () => {
    issuer = await startIssuer({ world, ...(await places()) });
  });
  after(() => issuer.close());

  const refresh = (token: string): ReturnType<Issuer["post"]> => issuer.post("/refresh", { refresh_token: token });

  /** Refreshes again and again. A third of the answers is lost on the way: half of those by a client that hangs up. */
  async function client(first: Tokens, seed: number): Promise<{ readonly last: Tokens; readonly lost: number }> {
    const chance = seeded(seed);
    let held = first;
    let lost = 0;
    for (let round = 0; round < rounds; ) {
      const fate = chance.next().value;
      if (fate < 0.17) {
        await hangUp(held.refresh);
        lost += 1;
        continue;
      }
      const answer = await refresh(held.refresh);
      // Too much at once for this machine: to be asked again.
      if (answer.status === 503) continue;
      assert.equal(answer.status, 200, "an honest client was signed out");
      if (fate < 0.34) {
        lost += 1;
        continue;
      }
      held = tokensOf(answer.body);
      round += 1;
    }
    return { last: held, lost };
  }

  /** Goes as soon as the answer begins, before its body is read. */
  async function hangUp(token: string): Promise<void> {
    const gone = new AbortController();
    const headers = { "content-type": "application/json" };
    const body = JSON.stringify({ refresh_token: token });
    const answer = await fetch(`${issuer.url}/refresh`, { method: "POST", headers, body, signal: gone.signal });
    gone.abort();
    await assert.rejects(answer.text());
  }

  test(`S-08, S-31: ${clients} clients refresh ${rounds} times each: nobody is signed out, no family is there twice, and theft is still caught`, async () => {
    const { userId } = await signIn(issuer);
    const started = await Promise.all(Array.from({ length: clients }, () => startSession(issuer.auth, userId)));
    const ended = await Promise.all(started.map((tokens, index) => client(tokens, index + 1)));
    const lost = ended.reduce((sum, each) => sum + each.lost, 0);
    assert.ok(lost > clients * rounds * 0.3, `${lost} answers were lost`);

    const live = await issuer.auth.sessions.list(userId);
    assert.equal(live.length, clients + 1, "one family for each sign-in");

    const [victim, ...others] = ended.map(({ last }) => last);
    assert.ok(victim);
    const next = tokensOf((await refresh(victim.refresh)).body);
    clock.passed += 31_000;
    const stolen = await refresh(victim.refresh);
    assert.deepEqual([stolen.status, stolen.body.code], [401, "invalid_grant"]);
    assert.equal((await refresh(next.refresh)).status, 401, "both parties are out");
    assert.equal((await issuer.auth.verify(next.access)).ok, false);
    const rest = await Promise.all(others.map(({ refresh: token }) => refresh(token)));
    assert.ok(rest.every(({ status }) => status === 200));
  });
}
