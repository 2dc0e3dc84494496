import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  addressOf,
  type Bench,
  emailOf,
  farAddressOf,
  hour,
  minute,
  openThrottle,
  refusalOf,
  type Try,
  times,
} from "./support/throttle.ts";

const home = "203.0.113.7";

/** A wrong password for one account after the other. */
const failOnMany =
  ({ fail }: Bench, attempt: Try = {}) =>
  (index: number): Promise<boolean> =>
    fail({ from: home, ...attempt, email: `person${index}@example.com` });

describe("failed sign-ins from one address", () => {
  test("CB-5: ASVS-6.3.1: twenty in a quarter of an hour, whatever the accounts", async () => {
    const bench = await openThrottle();
    assert.equal(await times(1000, failOnMany(bench)), 20);
    const { limit, retryAfterSeconds } = await refusalOf(bench.tryOnce({ from: home }));
    assert.deepEqual([limit, retryAfterSeconds], ["address", 900]);
    bench.advance(15 * minute - 1);
    assert.equal(await bench.succeed({ from: home }), false);
    bench.advance(1);
    assert.equal(await bench.succeed({ from: home }), true);
  });

  test("a success counts nothing, and clears nothing", async () => {
    const bench = await openThrottle();
    await times(19, failOnMany(bench));
    assert.equal(await times(100, () => bench.succeed({ from: home })), 100);
    assert.equal(await times(2, failOnMany(bench, { from: home })), 1);
  });

  test("an address is a /64 in IPv6, and an IPv4 address however it is written", async () => {
    const bench = await openThrottle();
    assert.equal(await times(30, (index) => failOnMany(bench, { from: `2001:db8:1:2::${index}` })(index)), 20);
    assert.equal(await failOnMany(bench, { from: "2001:db8:1:3::1" })(0), true);
    await times(20, failOnMany(bench, { from: `::ffff:${home}` }));
    assert.equal(await bench.fail({ from: home }), false);
    assert.equal(await bench.fail({ from: "203.0.113.8" }), true);
  });

  test("a success after the end of its span gives nothing back to the next one", async () => {
    const bench = await openThrottle();
    const slow = await bench.tryOnce({ from: home });
    assert.ok(slow.admitted);
    bench.advance(15 * minute);
    assert.equal(await times(21, failOnMany(bench)), 20);
    await slow.succeeded();
    assert.equal(await bench.fail({ from: home, email: "late@example.com" }), false);
  });

  test("a stranger in another network is not touched", async () => {
    const bench = await openThrottle();
    await times(1000, failOnMany(bench));
    assert.equal(await bench.succeed({ from: "198.51.100.1" }), true);
  });

  test("where the address is not known there is no limit that strangers would share", async () => {
    const bench = await openThrottle();
    assert.equal(await times(500, failOnMany(bench, { from: undefined })), 500);
  });

  test("a window of failures is refused until its end, a window of sign-ins under way for a second", async () => {
    const bench = await openThrottle();
    const pupils = await Promise.all(
      Array.from({ length: 30 }, (_, index) => bench.tryOnce({ email: `pupil${index}@example.com`, from: home })),
    );
    const admitted = pupils.flatMap((one) => (one.admitted ? one : []));
    const refused = pupils.flatMap((one) => (one.admitted ? [] : one));
    assert.deepEqual(
      [admitted.length, new Set(refused.map(({ retryAfterSeconds }) => retryAfterSeconds))],
      [20, new Set([1])],
    );
    await Promise.all(admitted.map(({ succeeded }) => succeeded()));
    assert.equal(await times(10, (index) => bench.succeed({ email: `pupil${index}@example.com`, from: home })), 10);
    await times(20, failOnMany(bench));
    assert.equal((await refusalOf(bench.tryOnce({ from: home }))).retryAfterSeconds, 900);
  });
});

test("failed sign-ins from one network: a hundred in a quarter of an hour, IPv4 /24 and IPv6 /48", async () => {
  for (const neighbour of [(index: number) => `203.0.113.${index}`, (index: number) => `2001:db8:1:${index}::1`]) {
    const bench = await openThrottle();
    assert.equal(await times(250, (index) => failOnMany(bench, { from: neighbour(index) })(index)), 100);
    const { limit, retryAfterSeconds } = await refusalOf(bench.tryOnce({ from: neighbour(251) }));
    assert.deepEqual([limit, retryAfterSeconds], ["network", 900]);
    assert.equal(await bench.succeed({ from: "198.51.100.1" }), true);
    bench.advance(15 * minute);
    assert.equal(await bench.succeed({ from: neighbour(251) }), true);
  }
});

describe("L-15: one password on a thousand accounts", () => {
  const raised = ({ told }: Bench): readonly unknown[] => told.filter(({ type }) => type === "spray_suspected");

  test("ASVS-6.3.1: from one address: twenty are looked at, and the sixteenth account raises an event", async () => {
    const bench = await openThrottle();
    assert.equal(await times(15, failOnMany(bench)), 15);
    assert.deepEqual(raised(bench), []);
    assert.equal(await times(985, (index) => failOnMany(bench)(index + 15)), 5);
    assert.deepEqual(raised(bench), [{ type: "spray_suspected", failures: 16, address: home }]);
  });

  test("CS-CRST: ASVS-6.3.1: from two hundred addresses: none does much, and all together raise an event", async () => {
    const bench = await openThrottle();
    const from = (index: number): string => farAddressOf(index % 200);
    assert.equal(await times(500, (index) => failOnMany(bench, { from: from(index) })(index)), 500);
    assert.deepEqual(raised(bench), []);
    assert.equal(await times(500, (index) => failOnMany(bench, { from: from(index) })(index + 500)), 500);
    assert.deepEqual(raised(bench), [{ type: "spray_suspected", failures: 501, address: farAddressOf(0) }]);
  });

  test("many failures of one person are no spray, and each window tells anew", async () => {
    const bench = await openThrottle({ spray: { accountsPerAddress: 3, accounts: 5 } });
    await times(5, () => bench.fail({ from: home }));
    await times(20, (index) => bench.fail({ from: farAddressOf(index) }));
    assert.deepEqual(raised(bench), []);
    bench.advance(15 * minute);
    for (let window = 0; window < 2; window += 1) {
      await times(4, failOnMany(bench));
      bench.advance(15 * minute);
    }
    assert.equal(raised(bench).length, 2);
  });
});

test("CS-CRST: each refusal is told with its limit, where it came from, and whose account it was", async () => {
  const bench = await openThrottle();
  await times(6, () => bench.fail({ from: home, accountId: "a1" }));
  await times(20, failOnMany(bench));
  assert.deepEqual(bench.told.filter(({ type }) => type === "rate_limited").slice(0, 2), [
    { type: "rate_limited", limit: "account_wait", accountId: "a1", address: home },
    { type: "rate_limited", limit: "address", address: home },
  ]);
});

describe("what clients take", () => {
  test("ASVS-2.3.2: accounts: ten an hour from one address, fifty from one network", async () => {
    const { throttle, advance } = await openThrottle();
    const signUp = async (client: string): Promise<boolean> => (await throttle.take("sign_up", { client })).admitted;
    assert.equal(await times(20, () => signUp(home)), 10);
    const refusal = await refusalOf(throttle.take("sign_up", { client: home }));
    assert.deepEqual([refusal.limit, refusal.retryAfterSeconds], ["sign_up_address", 3600]);
    assert.equal(await times(100, (index) => signUp(`203.0.113.${100 + index}`)), 40);
    assert.equal((await refusalOf(throttle.take("sign_up", { client: "203.0.113.99" }))).limit, "sign_up_network");
    assert.equal(await signUp("198.51.100.1"), true);
    advance(hour);
    assert.equal(await signUp(home), true);
  });

  test("R-10, ASVS-2.4.1: of a hundred mails asked for one mailbox five are sent in an hour, whoever asks", async () => {
    const { throttle, advance } = await openThrottle();
    const mail = async (index: number): Promise<boolean> => {
      const email = emailOf(index % 2 ? "alice@example.com" : "Alice@Example.com");
      return (await throttle.take("mail", { client: addressOf(index), email })).admitted;
    };
    assert.equal(await times(100, mail), 5);
    assert.equal((await throttle.take("mail", { email: emailOf("bob@example.com") })).admitted, true);
    advance(hour);
    assert.equal(await times(100, mail), 5);
  });

  test("R-10: twenty mails an hour are asked for from one address", async () => {
    const { throttle } = await openThrottle();
    const request = async (): Promise<boolean> => (await throttle.take("mail_request", { client: home })).admitted;
    assert.equal(await times(100, request), 20);
    assert.equal((await refusalOf(throttle.take("mail_request", { client: home }))).limit, "mail_address");
    assert.equal((await throttle.take("mail_request", { client: "198.51.100.1" })).admitted, true);
  });

  test("R-01, ASVS-6.6.3: of a thousand guessed links twenty are looked at in a quarter of an hour, and it is told", async () => {
    const { throttle, told, advance } = await openThrottle();
    const guess = async (): Promise<boolean> => (await throttle.take("link", { client: home })).admitted;
    assert.equal(await times(1000, guess), 20);
    assert.equal(told.filter((event) => event.type === "rate_limited" && event.limit === "link_address").length, 980);
    advance(15 * minute);
    assert.equal(await guess(), true);
  });

  test("links that were links cost nothing", async () => {
    const { throttle } = await openThrottle();
    const follow = async (): Promise<boolean> => {
      const taken = await throttle.take("link", { client: home });
      if (taken.admitted) await taken.giveBack();
      return taken.admitted;
    };
    assert.equal(await times(100, follow), 100);
  });

  test("where the address is not known only the mailbox has a limit", async () => {
    const { throttle } = await openThrottle();
    for (const what of ["sign_up", "mail_request", "link"] as const) {
      assert.equal(await times(200, async () => (await throttle.take(what, { client: undefined })).admitted), 200);
    }
    const email = emailOf("alice@example.com");
    assert.equal(await times(200, async () => (await throttle.take("mail", { client: undefined, email })).admitted), 5);
  });
});

test("CS-SM5: a thousand tokens that nobody issued from one address are told once, and nothing is refused", async () => {
  const { throttle, told } = await openThrottle();
  const guess = async (client: string | undefined): Promise<void> => throttle.count("token_guess", { client });
  for (let index = 0; index < 1000; index += 1) await guess(home);
  await guess("198.51.100.1");
  await guess(undefined);
  assert.deepEqual(told, []);
  for (let index = 0; index < 1000; index += 1) await guess(home);
  assert.deepEqual(told, [{ type: "token_guessing_suspected", address: home }]);
});
