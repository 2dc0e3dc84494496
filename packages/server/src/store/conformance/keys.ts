import assert from "node:assert/strict";
import type { StoredKey } from "../ports.ts";
import { instant, type OpenStore, rule, twenty } from "./subject.ts";

/** Sealed keys: whoever decides sees what the one before did, so that issuers that start or rotate together agree. */
export function keyConformance(name: string, open: OpenStore): void {
  const key = (kid: string, rest: Partial<StoredKey> = {}): StoredKey => ({
    kid,
    purpose: "access",
    alg: "ES256",
    sealed: `sealed-${kid}`,
    createdAt: instant,
    signsFrom: instant,
    signsUntil: undefined,
    verifiesUntil: undefined,
    revokedAt: undefined,
    ...rest,
  });

  rule(name, "gives keys back as they were written, oldest first", open, async ({ keys }) => {
    const full = key("b", { signsUntil: instant + 1, verifiesUntil: instant + 2, revokedAt: instant + 3 });
    const younger = key("a", { purpose: "refresh", alg: "HS256", createdAt: instant + 1 });
    await keys.change(() => ({ answer: 0, write: [younger, full] }));
    assert.deepEqual(await keys.list(), [full, younger]);
  });

  rule(name, "replaces and removes by kid, and shows a decision all keys", open, async ({ keys }) => {
    await keys.change(() => ({ answer: 0, write: [key("a"), key("b")] }));
    const next = key("a", { sealed: "sealed anew", signsFrom: instant + 5, signsUntil: instant + 9 });
    const seen = await keys.change((all) => ({ answer: all, write: [next], remove: ["b"] }));
    assert.deepEqual(
      seen.map(({ kid }) => kid),
      ["a", "b"],
    );
    assert.deepEqual(await keys.list(), [next]);
  });

  rule(name, "twenty who start at once agree on one key", open, async ({ keys }) => {
    const agreed = await twenty((index) =>
      keys.change(([first]) => {
        const own = key(`racer-${index}`);
        return first ? { answer: first.kid } : { answer: own.kid, write: [own] };
      }),
    );
    assert.equal(new Set(agreed).size, 1);
    assert.equal((await keys.list()).length, 1);
  });

  rule(name, "a key and its revocation are one change, and a decision that throws is none", open, async (store) => {
    await store.keys.change(() => ({ answer: 0, write: [key("a")] }));
    const failing = store.keys.change(() => {
      throw new Error("planted");
    });
    await assert.rejects(failing, /planted/);
    await store.keys.change(([first]) => ({
      answer: 0,
      write: first ? [{ ...first, revokedAt: instant }] : [],
      revocations: [{ kind: "key", key: "a", expiresAt: instant + 9000 }],
    }));
    assert.equal((await store.keys.list())[0]?.revokedAt, instant);
    assert.equal((await store.revocations.read(0, 10)).entries[0]?.key, "a");
  });
}
