import assert from "node:assert/strict";
import { account, instant, type OpenStore, rule, twenty } from "./subject.ts";

/** Accounts: addresses are unique, also in a race. */
export function accountConformance(name: string, open: OpenStore): void {
  rule(name, "gives an account back as it was inserted", open, async ({ accounts }) => {
    const ada = account("ada");
    assert.equal(await accounts.insert(ada), "inserted");
    assert.deepEqual(await accounts.find(ada.id), ada);
    assert.deepEqual(await accounts.findByEmail(ada.email), ada);
  });

  rule(name, "knows nobody who was not inserted", open, async ({ accounts }) => {
    assert.equal(await accounts.find("nobody"), undefined);
    assert.equal(await accounts.findByEmail("' OR 1=1--"), undefined);
    assert.deepEqual(await accounts.list(10), []);
  });

  rule(name, "refuses a taken address and keeps the first account", open, async ({ accounts }) => {
    await accounts.insert(account("ada"));
    assert.equal(await accounts.insert({ ...account("eve"), email: account("ada").email }), "taken");
    assert.equal((await accounts.findByEmail(account("ada").email))?.id, account("ada").id);
    assert.equal(await accounts.find(account("eve").id), undefined);
  });

  rule(name, "of twenty who sign up with one address at once, one gets an account", open, async ({ accounts }) => {
    const outcomes = await twenty((index) => accounts.insert({ ...account("ada"), id: `racer-${index}` }));
    assert.equal(outcomes.filter((outcome) => outcome === "inserted").length, 1);
    assert.equal((await accounts.list(100)).length, 1);
  });

  rule(name, "lists the oldest first, and no more than asked", open, async ({ accounts }) => {
    await accounts.insert({ ...account("new"), createdAt: instant + 1 });
    await accounts.insert(account("old"));
    assert.deepEqual(
      (await accounts.list(10)).map(({ id }) => id),
      ["account-old", "account-new"],
    );
    assert.deepEqual(
      (await accounts.list(1)).map(({ id }) => id),
      ["account-old"],
    );
  });
}
