import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { day, emailOf, farAddressOf, minute, openThrottle, refusalOf, second, times } from "./support/throttle.ts";

const home = "203.0.113.7";

describe("failures in a row on one account", () => {
  test("five are free, and the sixth waits thirty seconds to the millisecond", async () => {
    const { fail, tryOnce, advance } = await openThrottle();
    assert.equal(await times(6, () => fail({ from: home })), 5);
    const { limit, retryAfterSeconds } = await refusalOf(tryOnce({ from: home }));
    assert.deepEqual([limit, retryAfterSeconds], ["account_wait", 30]);
    advance(30 * second - 1);
    assert.deepEqual((await refusalOf(tryOnce({ from: home }))).retryAfterSeconds, 1);
    advance(1);
    assert.equal(await fail({ from: home }), true);
  });

  test("NIST-R3: the wait doubles up to a quarter of an hour and stays there", async () => {
    const { fail, tryOnce, advance } = await openThrottle();
    await times(5, () => fail({ from: home }));
    const waits: number[] = [];
    for (let round = 0; round < 8; round += 1) {
      const { retryAfterSeconds } = await refusalOf(tryOnce({ from: home }));
      waits.push(retryAfterSeconds);
      advance(retryAfterSeconds * second);
      assert.equal(await fail({ from: home }), true);
    }
    assert.deepEqual(waits, [30, 60, 120, 240, 480, 900, 900, 900]);
  });

  test("NIST-R3: the wait can be set to grow up to an hour", async () => {
    const { fail, tryOnce, advance } = await openThrottle({ account: { longestWait: "1h" } });
    await times(5, () => fail({ from: home }));
    for (let round = 0; round < 7; round += 1) {
      advance((await refusalOf(tryOnce({ from: home }))).retryAfterSeconds * second);
      await fail({ from: home });
    }
    assert.equal((await refusalOf(tryOnce({ from: home }))).retryAfterSeconds, 3600);
  });

  test("what is refused counts nowhere: whoever keeps trying waits no longer for it", async () => {
    const { fail, tryOnce, advance } = await openThrottle();
    await times(5, () => fail({ from: home }));
    const afterOneSecond = (): Promise<boolean> => {
      advance(second);
      return fail({ from: home });
    };
    assert.equal(await times(29, afterOneSecond), 0);
    assert.equal((await refusalOf(tryOnce({ from: home }))).retryAfterSeconds, 1);
  });

  test("NIST-R2: L-20: a success clears the row", async () => {
    const { fail, succeed, advance } = await openThrottle();
    assert.equal(await times(4, () => fail({ from: home })), 4);
    assert.equal(await succeed({ from: home }), true);
    assert.equal(await times(6, () => fail({ from: home })), 5);
    advance(30 * second);
    assert.equal(await succeed({ from: home }), true);
    assert.equal(await times(6, () => fail({ from: home })), 5);
  });

  test("L-20: success, ninety-nine failures, success: the row starts anew each time", async () => {
    const limits = { account: { firstWait: "1s", longestWait: "1s" }, knownDevice: { share: 1 } } as const;
    const { fail, succeed, advance } = await openThrottle({
      ...limits,
      address: { failures: 1000 },
      network: { failures: 1000 },
    });
    const afterOneSecond = (): Promise<boolean> => {
      advance(second);
      return fail({ from: home });
    };
    for (let round = 0; round < 2; round += 1) {
      assert.equal(await succeed({ from: home }), true);
      assert.equal(await times(98, afterOneSecond), 98);
      advance(second);
    }
    assert.equal(await succeed({ from: home }), true);
  });

  test("a try of which nothing is heard counts as a failure, one that was not judged does not", async () => {
    const { tryOnce } = await openThrottle();
    for (let round = 0; round < 50; round += 1) {
      const admission = await tryOnce({ from: home });
      assert.ok(admission.admitted);
      await admission.unjudged();
    }
    for (let round = 0; round < 5; round += 1) assert.ok((await tryOnce({ from: home })).admitted);
    assert.equal((await refusalOf(tryOnce({ from: home }))).limit, "account_wait");
  });

  test("a failure is forgotten thirty days after the last one", async () => {
    const { fail, advance } = await openThrottle();
    await times(4, () => fail({ from: home }));
    advance(30 * day - 1);
    assert.equal(await fail({ from: home }), true);
    assert.equal(await fail({ from: home }), false);
    advance(30 * day);
    assert.equal(await times(6, () => fail({ from: home })), 5);
  });

  test("a clock that is set back makes no wait longer than it was", async () => {
    const { fail, tryOnce, advance } = await openThrottle();
    await times(5, () => fail({ from: home }));
    advance(-day);
    assert.equal((await refusalOf(tryOnce({ from: home }))).retryAfterSeconds, 30);
  });

  test("L-01: an account that is not there is counted like one that is: nothing but the email is asked for", async () => {
    const { fail, tryOnce } = await openThrottle();
    const outcomes = await Promise.all(
      ["known@example.com", "unknown@example.com"].map(async (email) => {
        await times(5, () => fail({ email, from: home }));
        return refusalOf(tryOnce({ email, from: home, ...(email.startsWith("known") ? { accountId: "a1" } : {}) }));
      }),
    );
    assert.deepEqual(outcomes[0], outcomes[1]);
  });

  test("L-11: case variants of one email share one row", async () => {
    const { fail } = await openThrottle();
    const spellings = ["alice@example.com", "ALICE@example.com", "Alice@EXAMPLE.com"];
    assert.equal(await times(9, (index) => fail({ email: spellings[index % 3] ?? "", from: home })), 5);
  });
});

describe("while the account waits", () => {
  test("L-18: CS-AU2: who fails every minute for half a day does not keep the owner out", async () => {
    const { fail, succeed, advance } = await openThrottle();
    for (let elapsed = 0; elapsed < 12 * 60; elapsed += 1) {
      await fail({ from: "192.0.2.66" });
      advance(minute);
    }
    assert.equal(await succeed({ from: home }), true);
  });

  test("an address without a failure of its own may try once, and again a quarter of an hour after it failed", async () => {
    const { fail, advance } = await openThrottle();
    await times(5, () => fail({ from: "192.0.2.66" }));
    assert.equal(await fail({ from: home }), true);
    assert.equal(await fail({ from: home }), false);
    for (let elapsed = 1; elapsed < 15; elapsed += 1) {
      advance(minute);
      // The attacker's guesses keep the account waiting all the time.
      await fail({ from: farAddressOf(elapsed) });
    }
    advance(minute - 1);
    assert.equal(await fail({ from: home }), false);
    advance(1);
    assert.equal(await fail({ from: home }), true);
  });

  test("each failure of an address puts its next free try off, not only the first", async () => {
    const { fail, advance } = await openThrottle();
    await times(5, () => fail({ from: home }));
    advance(14 * minute);
    // The wait is long over, so this one is no free try.
    assert.equal(await fail({ from: home }), true);
    advance(minute);
    await fail({ from: "192.0.2.66" });
    assert.equal(await fail({ from: home }), false);
    advance(14 * minute - 1);
    await fail({ from: "192.0.2.67" });
    assert.equal(await fail({ from: home }), false);
    advance(1);
    assert.equal(await fail({ from: home }), true);
  });

  test("a free try that was not judged is still free, however many asked for it at once", async () => {
    const { fail, tryOnce } = await openThrottle();
    await times(5, () => fail({ from: "192.0.2.66" }));
    for (let round = 0; round < 3; round += 1) {
      const outcomes = await Promise.all(Array.from({ length: 10 }, () => tryOnce({ from: home })));
      const admitted = outcomes.flatMap((one) => (one.admitted ? one : []));
      assert.equal(admitted.length, 1);
      await admitted[0]?.unjudged();
    }
    assert.equal(await fail({ from: home }), true);
    assert.equal(await fail({ from: home }), false);
  });

  test("all addresses of one IPv6 /64 are one, and a mapped IPv4 address is itself", async () => {
    const { fail } = await openThrottle();
    await times(5, () => fail({ from: "192.0.2.66" }));
    assert.equal(await fail({ from: "2001:db8:1:2::1" }), true);
    assert.equal(await fail({ from: "2001:db8:1:2:ffff:ffff:ffff:ffff" }), false);
    assert.equal(await fail({ from: "2001:db8:1:3::1" }), true);
    assert.equal(await fail({ from: home }), true);
    assert.equal(await fail({ from: `::ffff:${home}` }), false);
  });

  test("a client whose address is not known is nobody in particular, so it waits", async () => {
    const { fail, advance } = await openThrottle();
    assert.equal(await times(6, () => fail({ from: undefined })), 5);
    advance(30 * second - 1);
    assert.equal(await fail({ from: undefined }), false);
    advance(1);
    assert.equal(await fail({ from: undefined }), true);
  });
});

describe("L-13: NIST-R1: the end of the row", () => {
  test("of a hundred wrong passwords from a hundred addresses eighty are looked at, and then not even the right one is", async () => {
    const { fail, succeed, tryOnce, told, advance } = await openThrottle();
    const looked = await times(100, (index) => {
      advance((30 * day) / 101);
      return fail({ from: farAddressOf(index), accountId: "a1" });
    });
    assert.equal(looked, 80);
    assert.equal(await succeed({ from: home }), false);
    assert.equal((await refusalOf(tryOnce({ from: home }))).limit, "account_off");
    assert.deepEqual(
      told.filter(({ type }) => type === "password_locked"),
      [{ type: "password_locked", accountId: "a1", address: farAddressOf(79) }],
    );
  });

  test("the wait does not end it, nor do thirty days", async () => {
    const { fail, advance } = await openThrottle();
    await times(100, (index) => fail({ from: farAddressOf(index) }));
    advance(399 * day);
    assert.equal(await fail({ from: home }), false);
    advance(day);
    assert.equal(await fail({ from: home }), true);
  });

  test("NIST-P6: a reset by mail ends it, for one account only", async () => {
    const { throttle, fail, succeed } = await openThrottle();
    for (const email of ["alice@example.com", "bob@example.com"]) {
      await times(100, (index) => fail({ email, from: farAddressOf(index) }));
    }
    await throttle.recovered(emailOf("ALICE@example.com"));
    assert.equal(await succeed({ from: home }), true);
    assert.equal(await succeed({ email: "bob@example.com", from: home }), false);
  });

  test("the sign-in of a known device ends it", async () => {
    const { fail, succeed } = await openThrottle();
    await times(100, (index) => fail({ from: farAddressOf(index) }));
    assert.equal(await succeed({ from: home, device: "laptop" }), true);
    assert.equal(await times(6, () => fail({ from: home })), 5);
  });

  test("ASVS-6.3.1: a thousand guesses on one account from one address, one a second, end at the waits", async () => {
    const { fail, advance } = await openThrottle();
    const afterOneSecond = (): Promise<boolean> => {
      advance(second);
      return fail({ from: home });
    };
    // 5 free ones, then one after each wait of 30, 60, 120, 240 and 480 s.
    assert.equal(await times(1000, afterOneSecond), 10);
  });
});
