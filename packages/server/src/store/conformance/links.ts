import assert from "node:assert/strict";
import { account, instant, link, type OpenStore, register, rule, startSession, twenty } from "./subject.ts";

/** One-time links: bound to a purpose and an account, spent once, read as often as anybody likes. */
export function linkConformance(name: string, open: OpenStore): void {
  const ada = account("ada");

  rule(name, "gives a link back, expired or not, however often it is read", open, async (store) => {
    await register(store, ada);
    const given = link("link-1", ada, { purpose: "change_email", email: "new@example.com" });
    await store.people.change({ accountId: ada.id }, () => ({ answer: 0, links: [given] }));
    for (let reading = 0; reading < 3; reading++) assert.deepEqual(await store.people.findLink("link-1"), given);
    assert.equal(await store.people.findLink("link-2"), undefined);
  });

  rule(name, "a change by a link sees its account, all sessions and the link itself", open, async (store) => {
    await startSession(store, "s1", ada);
    await startSession(store, "s2", ada);
    await store.people.change({ accountId: ada.id }, () => ({ answer: 0, links: [link("link-1", ada)] }));
    const seen = await store.people.change({ linkHash: "link-1" }, (person) => ({ answer: person }));
    assert.deepEqual(seen?.account, ada);
    assert.deepEqual(seen?.link, link("link-1", ada));
    assert.deepEqual(seen?.sessions.map(({ id }) => id).toSorted(), ["s1", "s2"]);
    assert.equal(await store.people.change({ linkHash: "link-2" }, () => ({ answer: 1 })), undefined);
  });

  rule(name, "of twenty who spend one link at once, one does", open, async (store) => {
    await register(store, ada);
    await store.people.change({ accountId: ada.id }, () => ({ answer: 0, links: [link("link-1", ada)] }));
    const outcomes = await twenty((index) =>
      store.people.change({ linkHash: "link-1" }, ({ account: now }) => ({
        answer: "spent",
        account: { ...now, passwordHash: `hash-${index}` },
        dropLinks: { accountId: now.id, purposes: ["reset_password"] },
      })),
    );
    assert.equal(outcomes.filter((outcome) => outcome === "spent").length, 1);
    assert.equal(outcomes.filter((outcome) => outcome === undefined).length, 19);
    assert.equal(await store.people.findLink("link-1"), undefined);
  });

  rule(name, "drops all links of the purposes that are named, and only those of that account", open, async (store) => {
    const bob = account("bob");
    await register(store, ada);
    await register(store, bob);
    const verify = link("verify", ada, { purpose: "verify_email" });
    await store.people.change({ accountId: ada.id }, () => ({
      answer: 0,
      links: [link("a1", ada), link("a2", ada), verify],
    }));
    await store.people.change({ accountId: bob.id }, () => ({ answer: 0, links: [link("b1", bob)] }));
    await store.people.change({ accountId: ada.id }, () => ({
      answer: 0,
      dropLinks: { accountId: ada.id, purposes: ["reset_password", "change_email"] },
      links: [link("a3", ada)],
    }));
    const found = await Promise.all(["a1", "a2", "verify", "b1", "a3"].map((hash) => store.people.findLink(hash)));
    assert.deepEqual(
      found.map((each) => each?.hash),
      [undefined, undefined, "verify", "b1", "a3"],
    );
  });

  rule(name, "prunes links that expired", open, async (store) => {
    await register(store, ada);
    await store.people.change({ accountId: ada.id }, () => ({
      answer: 0,
      links: [link("short", ada), link("long", ada, { expiresAt: instant + 5000 })],
    }));
    await store.prune(instant + 1000, 0);
    assert.equal(await store.people.findLink("short"), undefined);
    assert.equal((await store.people.findLink("long"))?.hash, "long");
  });
}
