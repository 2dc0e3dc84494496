import assert from "node:assert/strict";
import type { Store } from "../ports.ts";
import { account, instant, mail, type OpenStore, register, rule, twenty } from "./subject.ts";

/** Mails that wait: each is sent by one process at a time, and none is forgotten before it was sent. */
export function mailConformance(name: string, open: OpenStore): void {
  const put = async (store: Store, ...mails: ReturnType<typeof mail>[]): Promise<void> => {
    await register(store, account("ada"));
    await store.people.change({ accountId: "account-ada" }, () => ({ answer: 0, mails }));
  };

  rule(name, "claims what is due, oldest first, and counts the try", open, async (store) => {
    await put(
      store,
      mail("second", { createdAt: instant + 1 }),
      mail("first"),
      mail("later", { dueAt: instant + 100 }),
    );
    const claimed = await store.mails.claim(instant + 1, instant + 50, 10);
    assert.deepEqual(claimed, [
      mail("first", { attempts: 1, dueAt: instant + 50 }),
      mail("second", { createdAt: instant + 1, attempts: 1, dueAt: instant + 50 }),
    ]);
    assert.deepEqual(await store.mails.claim(instant + 49, instant + 90, 10), []);
    assert.equal(await store.mails.count(), 3);
  });

  rule(name, "a lease that ends gives the mail to the next, and a removed one to nobody", open, async (store) => {
    await put(store, mail("m1"));
    await store.mails.claim(instant, instant + 50, 10);
    assert.deepEqual(
      (await store.mails.claim(instant + 50, instant + 99, 10)).map(({ attempts }) => attempts),
      [2],
    );
    await store.mails.postpone("m1", instant + 60);
    assert.equal((await store.mails.claim(instant + 60, instant + 99, 10)).length, 1);
    await store.mails.remove("m1");
    assert.deepEqual(await store.mails.claim(instant + 1000, instant + 2000, 10), []);
    assert.equal(await store.mails.count(), 0);
  });

  rule(name, "twenty who claim at once share the mails between them", open, async (store) => {
    await put(store, ...Array.from({ length: 30 }, (_, index) => mail(`m${index}`)));
    const claimed = (await twenty(() => store.mails.claim(instant, instant + 50, 2))).flat();
    assert.equal(claimed.length, 30);
    assert.equal(new Set(claimed.map(({ id }) => id)).size, 30);
  });
}
