import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { type ModeName, realWorld, type StoreFactory } from "cardea";
import { basic } from "../support/client.ts";
import { type Issuer, startIssuer } from "../support/issuer.ts";
import { newPerson, type Person, signIn, type Tokens, tokensOf } from "../support/people.ts";
import { onEachSetup, type Places } from "../support/storeSetups.ts";
import { type FaultyWorld, faultyWorld } from "./support/world.ts";

const [second, minute, hour, day] = [1000, 60_000, 3_600_000, 86_400_000];

const throttle = { signUp: { perAddress: 1000, perNetwork: 1000 }, address: { failures: 1000 } } as const;

const nobody = { actor: undefined, address: undefined, userAgent: undefined, requestId: undefined };

const jumps = { "two hours back": -2 * hour, "a day ahead": day } as const;

/** What the clock does to a token is the mode's affair: each is tried on every kind of store once, and all where it costs least. */
const modesOn: Readonly<Record<string, readonly ModeName[]>> = {
  memory: ["stateless", "stateful", "hybrid"],
  sqlite: ["hybrid"],
  postgres: ["stateless"],
  "redis over postgres": ["stateful"],
};

onEachSetup("a clock that jumps", (setup, places) => {
  for (const mode of modesOn[setup] ?? []) {
    for (const [name, by] of Object.entries(jumps)) {
      describe(`${mode}, ${name}`, () => jump({ mode, by }, places));
    }
  }

  test("F-10: a clock that jumps ahead has the store remove nothing before its time", async (t) => {
    const here = await places();
    const clock = { now: 1_800_000_000_000 };
    const removedUntil: number[] = [];
    const store: StoreFactory = {
      ...here.store,
      open: async (...how) => {
        const opened = await here.store.open(...how);
        clock.now += day;
        const prune: typeof opened.prune = async (now, auditBefore) => {
          await opened.prune(now, auditBefore);
          removedUntil.push(now, auditBefore);
        };
        return { ...opened, prune };
      },
    };
    const world = { ...realWorld, now: () => clock.now, monotonic: () => 7.5 };
    const issuer = await startIssuer({ ...here, store, world, audit: { retention: "30d" } });
    t.after(() => issuer.close());
    await issuer.auth.settled();
    assert.deepEqual(removedUntil, [clock.now - day, clock.now - 31 * day]);
  });
});

type Signed = Person & Tokens;

function jump({ mode, by }: { readonly mode: ModeName; readonly by: number }, places: () => Promise<Places>): void {
  let clock: FaultyWorld;
  let issuer: Issuer;
  before(async () => {
    clock = faultyWorld();
    issuer = await startIssuer({ mode, world: clock.world, development: true, throttle, ...(await places()) });
  });
  after(() => issuer.close());

  const somebody = async (): Promise<Signed> => {
    const person = newPerson();
    return { ...person, ...(await signIn(issuer, person)) };
  };
  const holds = async (access: string): Promise<boolean> => (await issuer.auth.verify(access)).ok;
  const refresh = (token: string) => issuer.post("/refresh", { refresh_token: token });
  /** Sets the clock, and lets the keys follow as they do by themselves every two seconds. */
  const set = async (ms: number): Promise<void> => {
    clock.jump(ms);
    await issuer.auth.keys.turn();
  };
  /** Something that is revoked, so that the log moves and old entries are swept. */
  const moveTheLog = async (): Promise<void> => {
    const { access } = await somebody();
    assert.equal((await issuer.post("/sign-out", undefined, access)).status, 204);
  };

  test("F-10: an honest client goes on by refreshing, and its session ends when it should", async () => {
    const ada = await somebody();
    await set(by);
    const { status, body } = await refresh(ada.refresh);
    assert.equal(status, 200);
    const { access, refresh: next } = tokensOf(body);
    assert.equal(await holds(access), true);
    await set(-by);
    const back = await refresh(next);
    assert.equal(back.status, 200);
    assert.equal(await holds(tokensOf(back.body).access), true);
  });

  test("F-10: an access token from the other time is good for no longer than its life, neither then nor now", async () => {
    const before = await somebody();
    await set(by);
    const there = tokensOf((await refresh(before.refresh)).body);
    assert.equal(await holds(before.access), false);
    await set(-by);
    // From ahead it is not good yet, from behind it is over.
    assert.equal(await holds(there.access), false);
    clock.pass(5 * minute + second);
    assert.equal(await holds(before.access), false);
  });

  test("F-10, F-04: a session that ended stays ended, whichever clock it ended by", async () => {
    const [early, late] = [await somebody(), await somebody()];
    const signOut = async ({ refresh: token }: Signed): Promise<void> => {
      assert.equal(await issuer.auth.sessions.endByToken(token, nobody), true);
    };
    await signOut(early);
    await set(by);
    await signOut(late);
    for (let round = 0; round < 3; round++) await moveTheLog();
    await set(-by);
    for (let round = 0; round < 3; round++) await moveTheLog();
    for (const { access, refresh: token } of [early, late]) {
      assert.equal((await refresh(token)).status, 401);
      if (mode === "stateless") assert.equal((await issuer.get("/sessions", access)).status, 401);
      else assert.equal(await holds(access), false);
      assert.equal((await issuer.auth.verify(access, { fresh: true })).ok, false);
    }
  });

  if (mode !== "stateless") {
    test("F-10, F-04: what is revoked by name stays so for as long as tokens live, whichever clock it was revoked by", async () => {
      const { service, secret } = await issuer.auth.services.create("all", {
        scopes: ["revocation:read", "revocation:write"],
      });
      const authorization = basic({ id: service.id, secret });
      const key = `jti-${by}`;
      await set(by);
      const { status } = await issuer.send("/revocation", {
        method: "POST",
        headers: { authorization, "content-type": "application/json" },
        body: JSON.stringify({ kind: "token", key }),
      });
      await set(-by);
      assert.equal(status, 200);
      const { body } = await issuer.send("/revocation/entries", { headers: { authorization } });
      const entry = (body.entries as { key: string; expires_at: number }[]).find((each) => each.key === key);
      assert.ok(entry && entry.expires_at > clock.world.now() + hour);
    });
  }

  test("F-10: the grace of the previous refresh token is neither stretched nor turned round", async () => {
    const ada = await somebody();
    const next = tokensOf((await refresh(ada.refresh)).body);
    await set(by);
    assert.equal((await refresh(ada.refresh)).status, 401);
    // That was one token in two hands: the family is over, and says so to both.
    assert.equal((await refresh(next.refresh)).status, 401);
    await set(-by);
    const bob = await somebody();
    const successor = tokensOf((await refresh(bob.refresh)).body);
    assert.equal(tokensOf((await refresh(bob.refresh)).body).refresh, successor.refresh);
  });

  test("F-10: who signed in at the other time has not proven just now who they are", async () => {
    const person = newPerson();
    await signIn(issuer, person);
    await set(by);
    const there = await signIn(issuer, person);
    await set(-by);
    const here = tokensOf((await refresh(there.refresh)).body);
    const change = await issuer.post("/email/change", { email: newPerson().email }, here.access);
    assert.deepEqual([change.status, change.body.code], [401, "reauthentication_required"]);
  });

  test("F-10: a link from the other time does not work longer than a link does", async () => {
    const ada = await somebody();
    await set(by);
    await issuer.post("/password/forgot", { email: ada.email });
    await issuer.auth.settled();
    const token = new URL(issuer.auth.inbox?.last(ada.email)?.link ?? "").search.slice("?token=".length);
    await set(-by);
    clock.pass(hour + second);
    const reset = await issuer.post("/password/reset", { token, password: "a new phrase of words" });
    assert.deepEqual([reset.status, reset.body.code], [400, "invalid_link"]);
  });

  test("F-10: guesses go on counting", async () => {
    const { email, password } = newPerson();
    await signIn(issuer, { email, password });
    const guess = async (): Promise<number> =>
      (await issuer.post("/sign-in", { email, password: "not the phrase" })).status;
    const untilRefused = async (): Promise<number> => {
      for (let tries = 0; tries < 30; tries++) if ((await guess()) === 429) return tries;
      return Number.POSITIVE_INFINITY;
    };
    assert.equal(await untilRefused(), 5);
    await set(by);
    // Time that has passed is time that was waited: one guess, as after any wait.
    assert.ok((await untilRefused()) <= 1);
    await set(-by);
    assert.ok((await untilRefused()) <= 1);
  });

  test("F-10: one key signs, however the clock was set, and none is made for each jump", async () => {
    for (let round = 0; round < 4; round++) {
      await set(by);
      await set(-by);
    }
    const keys = issuer.auth.keys.inventory().filter(({ use }) => use === "access");
    assert.equal(keys.filter(({ state }) => state === "signing").length, 1);
    assert.ok(keys.length <= 2, `${keys.length} keys`);
  });

  test("F-10: a mail is sent once, by whichever clock it was written", async () => {
    const { email } = await somebody();
    for (const ms of [by, -by]) {
      await set(ms);
      await issuer.post("/password/forgot", { email });
      await issuer.auth.settled();
    }
    const kinds = (issuer.auth.inbox?.list() ?? []).filter(({ to }) => to === email).map(({ kind }) => kind);
    assert.deepEqual(kinds.toSorted(), ["reset_password", "reset_password", "verify_email"]);
  });
}
