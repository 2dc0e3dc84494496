import assert from "node:assert/strict";
import { account, instant, type OpenStore, record, register, rule } from "./subject.ts";

/** The audit trail: appended to alone or with its cause, and listed backwards. */
export function auditConformance(name: string, open: OpenStore): void {
  rule(name, "gives a record back as it was appended, by itself or with a change", open, async (store) => {
    const full = record("r1", {
      actor: "cli",
      sessionId: "s1",
      address: "2001:db8::1",
      details: { nested: { list: [1] } },
    });
    const bare = record("r2", {
      at: instant + 1,
      accountId: undefined,
      userAgent: undefined,
      details: {},
      outcome: "refused",
    });
    await register(store, account("ada"));
    await store.people.change({ accountId: "account-ada" }, () => ({ answer: 0, audit: [full] }));
    await store.audit.append([bare]);
    assert.deepEqual(await store.audit.list({ limit: 10 }), [bare, full]);
  });

  rule(name, "lists the latest first, page by page, and of one account", open, async ({ audit }) => {
    await audit.append(["a", "b", "c", "d"].map((id, index) => record(id, { at: instant + (index >> 1) })));
    await audit.append([record("other", { accountId: "account-bob", at: instant + 9 })]);
    const ids = async (filter: Parameters<typeof audit.list>[0]): Promise<string[]> =>
      (await audit.list(filter)).map(({ id }) => id);
    assert.deepEqual(await ids({ limit: 2 }), ["other", "d"]);
    assert.deepEqual(await ids({ limit: 2, before: "d" }), ["c", "b"]);
    assert.deepEqual(await ids({ limit: 9, accountId: "account-ada", before: "c" }), ["b", "a"]);
    assert.deepEqual(await ids({ limit: 9, accountId: "nobody" }), []);
  });

  rule(name, "prunes records older than asked, and no others", open, async ({ audit, prune }) => {
    await audit.append([record("old"), record("new", { at: instant + 10 })]);
    await prune(instant + 99, instant + 10);
    assert.deepEqual(
      (await audit.list({ limit: 9 })).map(({ id }) => id),
      ["new"],
    );
  });
}
