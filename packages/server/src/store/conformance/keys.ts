import assert from "node:assert/strict";
import type { StoredKey } from "../ports.ts";
import { instant, type OpenStore, rule, twenty } from "./subject.ts";

/** Sealed keys: whoever comes first decides, so that issuers that start together sign with one key. */
export function keyConformance(name: string, open: OpenStore): void {
  const key = (kid: string, rest: Partial<StoredKey> = {}): StoredKey => ({
    kid,
    purpose: "access",
    alg: "ES256",
    sealed: `sealed-${kid}`,
    createdAt: instant,
    ...rest,
  });

  rule(name, "keeps one key a purpose and algorithm, and gives it back as it was", open, async ({ keys }) => {
    assert.deepEqual(await keys.insertFirst(key("a")), key("a"));
    assert.deepEqual(await keys.insertFirst(key("b")), key("a"));
    assert.deepEqual(await keys.insertFirst(key("c", { alg: "RS256" })), key("c", { alg: "RS256" }));
    assert.deepEqual(await keys.insertFirst(key("d", { purpose: "refresh" })), key("d", { purpose: "refresh" }));
    assert.deepEqual((await keys.list()).map(({ kid }) => kid).toSorted(), ["a", "c", "d"]);
  });

  rule(name, "twenty who start at once agree on one key", open, async ({ keys }) => {
    const agreed = await twenty((index) => keys.insertFirst(key(`racer-${index}`)));
    assert.equal(new Set(agreed.map(({ kid }) => kid)).size, 1);
    assert.equal((await keys.list()).length, 1);
  });
}
