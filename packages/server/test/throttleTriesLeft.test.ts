import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { minute, openThrottle, refusalOf, second, times } from "./support/throttle.ts";

const home = "203.0.113.7";

/** What is said to be left after each of so many tries. */
const lefts = async (count: number, left: () => Promise<number | undefined>): Promise<(number | undefined)[]> => {
  const seen: (number | undefined)[] = [];
  for (let index = 0; index < count; index += 1) seen.push(await left());
  return seen;
};

describe("tries left", () => {
  test("L-01: count down to the wait, for an account that is there and one that is not", async () => {
    const { leftAfter, tryOnce, advance } = await openThrottle();
    for (const attempt of [
      { from: home, accountId: "a1" },
      { from: home, email: "nobody@example.com" },
    ]) {
      assert.deepEqual(await lefts(5, () => leftAfter(attempt)), [4, 3, 2, 1, 0]);
      assert.equal((await refusalOf(tryOnce(attempt))).limit, "account_wait");
      advance(30 * second);
      assert.equal(await leftAfter(attempt), 0);
    }
  });

  test("are of this address on this account: others' failures, and those on other accounts, do not show", async () => {
    const { fail, leftAfter } = await openThrottle();
    await times(4, () => fail({ from: "192.0.2.66" }));
    await times(3, () => fail({ from: home, email: "bob@example.com" }));
    assert.equal(await leftAfter({ from: home }), 4);
    // By now the account waits. A fresh address may try once all the same, and does not learn that it does.
    assert.equal(await leftAfter({ from: "192.0.2.67" }), 4);
  });

  test("are all there again after a success, a try that was not judged, or a quarter of an hour", async () => {
    const { fail, succeed, tryOnce, leftAfter, advance } = await openThrottle();
    await times(3, () => fail({ from: home }));
    await succeed({ from: home });
    const admission = await tryOnce({ from: home });
    assert.ok(admission.admitted);
    await admission.unjudged();
    assert.deepEqual(await lefts(2, () => leftAfter({ from: home })), [4, 3]);
    advance(15 * minute);
    assert.equal(await leftAfter({ from: home }), 4);
  });

  test("differ for tries at the same time, too", async () => {
    const { leftAfter } = await openThrottle();
    const seen = await Promise.all(Array.from({ length: 5 }, () => leftAfter({ from: home })));
    assert.deepEqual(seen.toSorted(), [0, 1, 2, 3, 4]);
  });

  test("are not known where the address is not", async () => {
    const { leftAfter } = await openThrottle();
    assert.equal(await leftAfter({ from: undefined }), undefined);
  });

  test("a known device is told how many of its own are left, and nothing with the last, after which it is like any other", async () => {
    const { leftAfter } = await openThrottle();
    const seen = await lefts(12, () => leftAfter({ from: home, device: "laptop" }));
    assert.deepEqual(seen, [9, 8, 7, 6, 5, 4, 3, 2, 1, undefined, 4, 3]);
  });
});
