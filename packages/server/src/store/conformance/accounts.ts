import assert from "node:assert/strict";
import {
  account,
  instant,
  link,
  mail,
  type OpenStore,
  record,
  register,
  rule,
  session,
  startSession,
  token,
  twenty,
} from "./subject.ts";

/** Accounts: addresses are unique, also in a race, and a change is whole or nothing. */
export function accountConformance(name: string, open: OpenStore): void {
  const ada = account("ada");

  rule(name, "gives an account back as it was made", open, async (store) => {
    const full = { ...ada, emailVerifiedAt: instant + 1, disabledAt: instant + 2 };
    await register(store, full);
    assert.deepEqual(await store.people.find(ada.id), full);
    assert.deepEqual(await store.people.findByEmail(ada.email), full);
  });

  rule(name, "knows nobody who was not made", open, async ({ people }) => {
    assert.equal(await people.find("nobody"), undefined);
    assert.equal(await people.findByEmail("' OR 1=1--"), undefined);
    assert.deepEqual(await people.list(10), []);
    let asked = false;
    const answer = await people.change({ accountId: "nobody" }, () => {
      asked = true;
      return { answer: 1 };
    });
    assert.deepEqual([answer, asked], [undefined, false]);
  });

  rule(name, "shows a registration who has the address already", open, async ({ people }) => {
    assert.equal(await people.register(ada.email, (existing) => ({ answer: existing, account: ada })), undefined);
    assert.deepEqual(await people.register(ada.email, (existing) => ({ answer: existing })), ada);
  });

  rule(name, "of twenty who register one address at once, one finds it free", open, async ({ people }) => {
    const found = await twenty((index) =>
      people.register(ada.email, (existing) =>
        existing ? { answer: existing.id } : { answer: "free", account: { ...ada, id: `racer-${index}` } },
      ),
    );
    const [only] = await people.list(100);
    assert.equal((await people.list(100)).length, 1);
    assert.deepEqual(found.toSorted(), [...Array(19).fill(only?.id), "free"].toSorted());
  });

  rule(name, "twenty who register different addresses at once are all there", open, async (store) => {
    await twenty((index) => register(store, account(`person-${index}`)));
    assert.equal((await store.people.list(100)).length, 20);
  });

  rule(name, "lists the oldest first, no more than asked, and goes on after one", open, async (store) => {
    await register(store, { ...account("new"), createdAt: instant + 1 });
    await register(store, account("b"));
    await register(store, account("a"));
    const ids = async (limit: number, after?: string): Promise<string[]> =>
      (await store.people.list(limit, after)).map(({ id }) => id);
    assert.deepEqual(await ids(10), ["account-a", "account-b", "account-new"]);
    assert.deepEqual(await ids(1), ["account-a"]);
    assert.deepEqual(await ids(10, "account-a"), ["account-b", "account-new"]);
    assert.deepEqual(await ids(10, "account-new"), []);
  });

  rule(name, "changes every field of an account", open, async (store) => {
    await register(store, ada);
    const changed = {
      ...ada,
      email: "ada@example.org",
      emailVerifiedAt: instant + 1,
      passwordHash: "another hash",
      passwordChangedAt: instant + 2,
      roles: [],
      fields: {},
      disabledAt: instant + 3,
    };
    await store.people.change({ accountId: ada.id }, () => ({ answer: 0, account: changed }));
    assert.deepEqual(await store.people.find(ada.id), changed);
    assert.equal(await store.people.findByEmail(ada.email), undefined);
  });

  rule(name, "refuses an address that another account has, and leaves no trace of the change", open, async (store) => {
    await register(store, ada);
    await startSession(store, "s1", account("bob"));
    const taking = store.people.change({ accountId: "account-bob" }, ({ account: bob }) => ({
      answer: 0,
      account: { ...bob, email: ada.email },
      ended: ["s1"],
      revocations: [{ kind: "session", key: "s1", expiresAt: instant + 9000 }],
      mails: [mail("m1")],
      audit: [record("r1")],
    }));
    await assert.rejects(taking, { name: "EmailTakenError" });
    assert.equal((await store.people.find("account-bob"))?.email, "bob@example.com");
    assert.equal((await store.people.sessions("account-bob")).length, 1);
    assert.equal((await store.revocations.read(0, 10)).head.pos, 0);
    assert.equal(await store.mails.count(), 0);
    assert.deepEqual(await store.audit.list({ limit: 10 }), []);
  });

  rule(name, "of twenty accounts that want one address at once, one gets it", open, async (store) => {
    await twenty((index) => register(store, account(`person-${index}`)));
    const outcomes = await twenty((index) =>
      store.people
        .change({ accountId: `account-person-${index}` }, ({ account: own }) => ({
          answer: "got",
          account: { ...own, email: "wanted@example.com" },
        }))
        .catch((error: unknown) => (error instanceof Error ? error.name : "")),
    );
    assert.equal(outcomes.filter((outcome) => outcome === "got").length, 1);
    assert.equal(outcomes.filter((outcome) => outcome === "EmailTakenError").length, 19);
  });

  rule(name, "twenty changes of one account at once are all kept", open, async (store) => {
    await register(store, { ...ada, roles: [] });
    await twenty((index) =>
      store.people.change({ accountId: ada.id }, ({ account: now }) => ({
        answer: 0,
        account: { ...now, roles: [...now.roles, `role-${index}`] },
      })),
    );
    assert.equal((await store.people.find(ada.id))?.roles.length, 20);
  });

  rule(name, "deletes an account with sessions, tokens and links, and keeps its audit trail", open, async (store) => {
    await startSession(store, "s1", ada, [token("hash-1", "s1")]);
    await store.people.change({ accountId: ada.id }, () => ({
      answer: 0,
      links: [link("link-1", ada)],
      audit: [record("r1")],
    }));
    await store.people.change({ accountId: ada.id }, ({ head }) => ({
      answer: head,
      deleteAccount: ada.id,
      revocations: [{ kind: "subject", key: ada.id, expiresAt: instant + 9000 }],
      audit: [record("r2", { at: instant + 1, type: "account_deleted" })],
    }));
    assert.equal(await store.people.find(ada.id), undefined);
    assert.deepEqual(await store.people.sessions(ada.id), []);
    assert.equal(await store.people.findLink("link-1"), undefined);
    assert.equal(await store.people.findByToken({ sessionId: "s1", hash: "hash-1" }, instant), undefined);
    assert.equal((await store.revocations.read(0, 10)).head.pos, 1);
    assert.equal((await store.audit.list({ limit: 10, accountId: ada.id })).length, 2);
    await register(store, { ...ada, id: "account-second" });
    assert.deepEqual(await store.people.sessions("account-second"), []);
  });

  rule(name, "a decision that throws leaves everything as it was", open, async (store) => {
    await startSession(store, "s1", ada);
    const failing = store.people.change({ accountId: ada.id }, () => {
      throw new Error("planted");
    });
    await assert.rejects(failing, /planted/);
    await assert.rejects(
      store.people.register("new@example.com", () => {
        throw new Error("planted");
      }),
      /planted/,
    );
    assert.deepEqual(await store.people.find(ada.id), ada);
    assert.deepEqual(await store.people.sessions(ada.id), [session("s1", ada.id)]);
    await store.people.change({ accountId: ada.id }, () => ({ answer: 0, ended: ["s1"] }));
    assert.deepEqual(await store.people.sessions(ada.id), []);
  });
}
