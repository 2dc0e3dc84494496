import assert from "node:assert/strict";
import type { Session, Store } from "../ports.ts";
import { account, instant, type OpenStore, register, rule, session, startSession, token, twenty } from "./subject.ts";

/** Sessions, refresh families and opaque tokens: every change is atomic with every other of that person. */
export function sessionConformance(name: string, open: OpenStore): void {
  const ada = account("ada");
  const rotate = (store: Store, decide: (now: Session) => Session | undefined): Promise<string | undefined> =>
    store.people.change({ sessionId: "s1" }, ({ sessions: [now] }) => {
      const next = now && decide(now);
      return next ? { answer: "changed", sessions: [next] } : { answer: "left" };
    });

  rule(name, "starts a session with account and log head of one snapshot", open, async (store) => {
    await register(store, ada);
    await store.revocations.append([{ kind: "subject", key: "other", expiresAt: instant + 1000 }]);
    const full: Session = { ...session("s1", ada.id), transport: "cookie", address: undefined, amr: [] };
    const seen = await store.people.change({ accountId: ada.id }, (person) => ({ answer: person, sessions: [full] }));
    assert.deepEqual([seen?.account, seen?.sessions, seen?.link, seen?.head.pos], [ada, [], undefined, 1]);
    assert.deepEqual(await store.people.sessions(ada.id), [full]);
  });

  rule(
    name,
    "shows a change of a session that one, its account and the head, and keeps what it writes",
    open,
    async (store) => {
      await startSession(store, "s1", ada);
      await startSession(store, "s2", ada);
      const next = {
        ...session("s1", ada.id),
        lastUsedAt: instant + 1,
        idleEndsAt: instant + 2,
        authenticatedAt: instant + 3,
        amr: ["pwd", "otp"],
        userAgent: "another",
        address: "192.0.2.1",
        generation: 7,
        rotatedAt: instant + 4,
      };
      const seen = await store.people.change({ sessionId: "s1" }, (person) => ({ answer: person, sessions: [next] }));
      assert.deepEqual([seen?.account, seen?.sessions], [ada, [session("s1", ada.id)]]);
      const kept = await store.people.sessions(ada.id);
      assert.deepEqual(
        kept.find(({ id }) => id === "s1"),
        next,
      );
    },
  );

  rule(name, "leaves everything as it was when a decision wants nothing", open, async (store) => {
    await startSession(store, "s1", ada);
    assert.equal(await store.people.change({ sessionId: "s1" }, () => ({ answer: "seen" })), "seen");
    assert.deepEqual(await store.people.sessions(ada.id), [session("s1", ada.id)]);
  });

  rule(name, "changes nothing for a session that is not there", open, async ({ people }) => {
    assert.equal(await people.change({ sessionId: "nothing" }, () => ({ answer: 1 })), undefined);
    assert.deepEqual(await people.sessions("nobody"), []);
  });

  rule(name, "of twenty who rotate one generation at once, one does", open, async (store) => {
    await startSession(store, "s1", ada);
    const outcomes = await twenty(() =>
      rotate(store, (now) => (now.generation === 0 ? { ...now, generation: 1 } : undefined)),
    );
    assert.equal(outcomes.filter((outcome) => outcome === "changed").length, 1);
    assert.equal((await store.people.sessions(ada.id))[0]?.generation, 1);
  });

  rule(name, "twenty changes of one session at once are all kept", open, async (store) => {
    await startSession(store, "s1", ada);
    await twenty(() => rotate(store, (now) => ({ ...now, generation: now.generation + 1 })));
    assert.equal((await store.people.sessions(ada.id))[0]?.generation, 20);
  });

  rule(name, "a session that was ended while others change it stays ended", open, async (store) => {
    await startSession(store, "s1", ada);
    await Promise.all([
      twenty(() => rotate(store, (now) => ({ ...now, generation: now.generation + 1 }))),
      store.people.change({ accountId: ada.id }, () => ({ answer: 0, ended: ["s1"] })),
      twenty(() => rotate(store, (now) => ({ ...now, generation: now.generation + 1 }))),
    ]);
    assert.deepEqual(await store.people.sessions(ada.id), []);
  });

  rule(name, "twenty who start a session at once see each other, so that a maximum holds", open, async (store) => {
    await register(store, ada);
    await twenty((index) =>
      store.people.change({ accountId: ada.id }, ({ sessions }) =>
        sessions.length < 3 ? { answer: 0, sessions: [session(`s${index}`, ada.id)] } : { answer: 1 },
      ),
    );
    assert.equal((await store.people.sessions(ada.id)).length, 3);
  });

  rule(name, "ends the sessions that are named, and nobody else's", open, async (store) => {
    await startSession(store, "s1", ada);
    await startSession(store, "s2", ada);
    await startSession(store, "s3", account("bob"));
    await store.people.change({ accountId: ada.id }, ({ sessions }) => ({
      answer: 0,
      ended: sessions.map(({ id }) => id),
    }));
    assert.deepEqual(await store.people.sessions(ada.id), []);
    assert.equal((await store.people.sessions("account-bob")).length, 1);
  });

  rule(name, "finds session and account by an opaque token until it expires", open, async (store) => {
    const own = token("hash-1", "s1");
    await startSession(store, "s1", ada, [own]);
    await startSession(store, "s2", ada);
    const find = (sessionId: string, hash: string, now: number): ReturnType<Store["people"]["findByToken"]> =>
      store.people.findByToken({ sessionId, hash }, now);
    for (let reading = 0; reading < 2; reading++) {
      const found = await find("s1", "hash-1", instant + 99);
      const { passwordHash: _, ...visible } = ada;
      assert.deepEqual([found?.session, found?.token], [session("s1", ada.id), own]);
      assert.deepEqual({ ...found?.account, passwordHash: undefined }, { ...visible, passwordHash: undefined });
    }
    assert.equal(await find("s1", "hash-1", instant + 100), undefined);
    assert.equal(await find("s1", "hash-2", instant), undefined);
    assert.equal(await find("s2", "hash-1", instant), undefined);
  });

  rule(name, "an opaque token shows its session and account as they are now", open, async (store) => {
    await startSession(store, "s1", ada, [token("hash-1", "s1")]);
    const found = (): ReturnType<Store["people"]["findByToken"]> =>
      store.people.findByToken({ sessionId: "s1", hash: "hash-1" }, instant);
    assert.deepEqual((await found())?.account.roles, ada.roles);
    await store.people.change({ accountId: ada.id }, ({ account: now }) => ({
      answer: 0,
      account: { ...now, roles: ["admin"] },
    }));
    assert.deepEqual((await found())?.account.roles, ["admin"]);
    await rotate(store, (now) => ({ ...now, authenticatedAt: instant + 5 }));
    assert.equal((await found())?.session.authenticatedAt, instant + 5);
  });

  rule(name, "keeps earlier tokens of a session beside a new one, and ends them all with it", open, async (store) => {
    await startSession(store, "s1", ada, [token("hash-1", "s1")]);
    await store.people.change({ sessionId: "s1" }, () => ({
      answer: 0,
      tokens: [token("hash-2", "s1", instant + 200)],
    }));
    const holds = async (hash: string): Promise<boolean> =>
      (await store.people.findByToken({ sessionId: "s1", hash }, instant)) !== undefined;
    assert.deepEqual([await holds("hash-1"), await holds("hash-2")], [true, true]);
    await store.people.change({ sessionId: "s1" }, () => ({ answer: 0, ended: ["s1"] }));
    assert.deepEqual([await holds("hash-1"), await holds("hash-2")], [false, false]);
  });

  rule(name, "prunes sessions past their idle or absolute end, with their tokens", open, async (store) => {
    await startSession(store, "idle", ada, [token("hash-1", "idle", instant + 99_000)]);
    await store.people.change({ accountId: ada.id }, () => ({
      answer: 0,
      sessions: [{ ...session("live", ada.id), idleEndsAt: instant + 4000 }],
    }));
    await store.prune(instant + 1000, 0);
    const ids = async (): Promise<string[]> => (await store.people.sessions(ada.id)).map(({ id }) => id);
    assert.deepEqual(await ids(), ["live"]);
    assert.equal(
      await store.people.findByToken({ sessionId: "idle", hash: "hash-1" }, instant, { fresh: true }),
      undefined,
    );
    await store.prune(instant + 5000, 0);
    assert.deepEqual(await ids(), []);
  });
}
