import assert from "node:assert/strict";
import { account, instant, type OpenStore, rule, session, startSession, twenty } from "./subject.ts";

/** Sessions, refresh families and opaque tokens: every change is atomic with every other. */
export function sessionConformance(name: string, open: OpenStore): void {
  rule(name, "starts a session with account and log head of one snapshot", open, async (store) => {
    const ada = account("ada");
    await store.accounts.insert(ada);
    await store.revocations.append([{ kind: "subject", key: "other", expiresAt: instant + 1000 }]);
    const answer = await store.sessions.start(ada.id, (row) => ({ answer: row, write: session("s1", ada.id) }));
    assert.deepEqual(answer?.account, ada);
    assert.equal(answer?.head.pos, 1);
    assert.deepEqual(await store.sessions.list(ada.id), [session("s1", ada.id)]);
  });

  rule(name, "starts nothing for an account that is not there", open, async ({ sessions }) => {
    let asked = false;
    const answer = await sessions.start("nobody", () => {
      asked = true;
      return { answer: 1, write: session("s1", "nobody") };
    });
    assert.deepEqual([answer, asked], [undefined, false]);
  });

  rule(name, "shows a change the session, its account and the head, and keeps what it writes", open, async (store) => {
    await startSession(store, "s1", account("ada"));
    const answer = await store.sessions.change("s1", (row) => ({
      answer: row,
      write: { ...row.session, generation: 7, rotatedAt: instant + 3 },
    }));
    assert.deepEqual(answer?.session, session("s1", "account-ada"));
    assert.deepEqual(answer?.account, account("ada"));
    assert.deepEqual(await store.sessions.list("account-ada"), [
      { ...session("s1", "account-ada"), generation: 7, rotatedAt: instant + 3 },
    ]);
  });

  rule(name, "leaves the session as it was when a decision wants nothing", open, async (store) => {
    await startSession(store, "s1", account("ada"));
    assert.equal(await store.sessions.change("s1", () => ({ answer: "seen" })), "seen");
    assert.deepEqual(await store.sessions.list("account-ada"), [session("s1", "account-ada")]);
  });

  rule(name, "undoes a whole change when a decision amid it fails", open, async (store) => {
    await startSession(store, "s1", account("ada"));
    await store.sessions.start("account-ada", () => ({ answer: 0, write: session("s2", "account-ada") }));
    const revocation = { kind: "session", key: "s1", expiresAt: instant + 9000 } as const;
    let decided = 0;
    const failing = store.sessions.changeEach("account-ada", () => {
      decided += 1;
      if (decided === 2) throw new Error("failed amid the change");
      return { answer: 0, end: { revocation } };
    });
    await assert.rejects(failing, /failed amid the change/);
    assert.equal((await store.sessions.list("account-ada")).length, 2);
    assert.equal((await store.revocations.read(0, 10)).head.pos, 0);
    await store.sessions.change("s1", () => ({ answer: 0, end: { revocation } }));
    assert.equal((await store.revocations.read(0, 10)).head.pos, 1);
  });

  rule(name, "changes nothing for a session that is not there", open, async ({ sessions }) => {
    assert.equal(await sessions.change("nothing", () => ({ answer: 1 })), undefined);
    assert.deepEqual(await sessions.changeEach("nobody", () => ({ answer: 1 })), []);
  });

  rule(name, "of twenty who rotate one generation at once, one does", open, async (store) => {
    await startSession(store, "s1", account("ada"));
    const outcomes = await twenty(() =>
      store.sessions.change("s1", ({ session: now }) =>
        now.generation === 0 ? { answer: "rotated", write: { ...now, generation: 1 } } : { answer: "late" },
      ),
    );
    assert.equal(outcomes.filter((outcome) => outcome === "rotated").length, 1);
    assert.equal((await store.sessions.list("account-ada"))[0]?.generation, 1);
  });

  rule(name, "twenty changes at once are all kept", open, async (store) => {
    await startSession(store, "s1", account("ada"));
    await twenty(() =>
      store.sessions.change("s1", ({ session: now }) => ({
        answer: 0,
        write: { ...now, generation: now.generation + 1 },
      })),
    );
    assert.equal((await store.sessions.list("account-ada"))[0]?.generation, 20);
  });

  rule(name, "a session that was ended while others change it stays ended", open, async (store) => {
    await startSession(store, "s1", account("ada"));
    await Promise.all([
      store.sessions.change("s1", ({ session: now }) => ({ answer: 0, write: { ...now, generation: 1 } })),
      store.sessions.change("s1", () => ({ answer: 0, end: { revocation: undefined } })),
      twenty(() =>
        store.sessions.change("s1", ({ session: now }) => ({
          answer: 0,
          write: { ...now, generation: now.generation + 1 },
        })),
      ),
    ]);
    assert.deepEqual(await store.sessions.list("account-ada"), []);
  });

  rule(name, "changes each session of one account, and nobody else's", open, async (store) => {
    await startSession(store, "s1", account("ada"));
    await startSession(store, "s2", account("ada"));
    await startSession(store, "s3", account("bob"));
    const ended = await store.sessions.changeEach("account-ada", ({ session: { id } }) => ({
      answer: id,
      end: { revocation: undefined },
    }));
    assert.deepEqual(ended.toSorted(), ["s1", "s2"]);
    assert.deepEqual(await store.sessions.list("account-ada"), []);
    assert.equal((await store.sessions.list("account-bob")).length, 1);
  });

  rule(name, "finds session and account by an opaque token's hash until it expires", open, async (store) => {
    const token = { hash: "hash-1", expiresAt: instant + 100 };
    await startSession(store, "s1", account("ada"), token);
    const found = await store.sessions.findByToken("hash-1", instant + 99);
    assert.deepEqual(
      [found?.session, found?.account, found?.token],
      [session("s1", "account-ada"), account("ada"), token],
    );
    assert.equal(await store.sessions.findByToken("hash-1", instant + 100), undefined);
    assert.equal(await store.sessions.findByToken("hash-2", instant), undefined);
  });

  rule(name, "keeps earlier tokens of a session beside a new one, and ends them all with it", open, async (store) => {
    await startSession(store, "s1", account("ada"), { hash: "hash-1", expiresAt: instant + 100 });
    await store.sessions.change("s1", ({ session: now }) => ({
      answer: 0,
      write: now,
      token: { hash: "hash-2", expiresAt: instant + 200 },
    }));
    const holds = async (hash: string): Promise<boolean> =>
      (await store.sessions.findByToken(hash, instant)) !== undefined;
    assert.deepEqual([await holds("hash-1"), await holds("hash-2")], [true, true]);
    await store.sessions.change("s1", () => ({ answer: 0, end: { revocation: undefined } }));
    assert.deepEqual([await holds("hash-1"), await holds("hash-2")], [false, false]);
  });

  rule(name, "prunes sessions past their idle or absolute end, with their tokens", open, async (store) => {
    await startSession(store, "idle", account("ada"), { hash: "hash-1", expiresAt: instant + 99_000 });
    await store.sessions.start("account-ada", () => ({
      answer: 0,
      write: { ...session("live", "account-ada"), idleEndsAt: instant + 4000 },
    }));
    await store.prune(instant + 1000);
    assert.deepEqual(
      (await store.sessions.list("account-ada")).map(({ id }) => id),
      ["live"],
    );
    assert.equal(await store.sessions.findByToken("hash-1", instant), undefined);
    await store.prune(instant + 5000);
    assert.deepEqual(await store.sessions.list("account-ada"), []);
  });
}
