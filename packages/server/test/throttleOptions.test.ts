import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { throttleOptions } from "../src/config/throttleOptions.ts";
import { rateLimitHeaders } from "../src/http/rateLimitHeaders.ts";
import { minute, openThrottle, refusalOf, second, times } from "./support/throttle.ts";

const defaults = throttleOptions.parse({});

/** Every limit by the path of its option. */
const limits: ReadonlyMap<string, number> = new Map(
  Object.entries(defaults).flatMap(([group, values]) =>
    Object.entries(values).map(([name, value]) => [`throttle.${group}.${name}`, value] as const),
  ),
);

describe("ASVS-6.1.1, ASVS-2.1.3: the manual", () => {
  const page = readFileSync(join(import.meta.dirname, "../../../docs/security/abuse.md"), "utf8");
  const rows = page.split("\n").flatMap((line) => {
    const [, option, value, why] = /^\| `(throttle\.[\w.]+)` +\| (\S+) +\| (.+?) +\|$/.exec(line) ?? [];
    return option === undefined || value === undefined || why === undefined ? [] : [{ option, value, why }];
  });

  test("has every limit, and no other", () => {
    assert.deepEqual(rows.map(({ option }) => option).toSorted(), [...limits.keys()].toSorted());
  });

  test("has its default, and says why", () => {
    for (const { option, value, why } of rows) {
      const unit = { s: second, m: minute, h: 60 * minute }[value.at(-1) ?? ""] ?? 1;
      assert.equal(Number.parseInt(value, 10) * unit, limits.get(option), option);
      assert.ok(why.length > 10, option);
    }
  });

  test("names each event that the throttle raises", () => {
    for (const event of ["password_locked", "spray_suspected", "token_guessing_suspected", "proxy_not_trusted"]) {
      assert.ok(page.includes(`\`${event}\``), event);
    }
  });
});

describe("limits can be set", () => {
  test("each of them, and only within its bounds", () => {
    for (const [option, value] of limits) {
      const [, group = "", name = ""] = option.split(".");
      const isSpan = /wait|within|after/i.test(name);
      const set = (given: unknown): boolean => throttleOptions.safeParse({ [group]: { [name]: given } }).success;
      assert.equal(set(isSpan ? `${value / second}s` : value), true, option);
      for (const bad of [0, -1, 1.5, 1e9, "", "0s", "400d", null, Number.NaN, isSpan ? value : "15m"]) {
        assert.equal(set(bad), false, `${option} = ${bad}`);
      }
    }
    assert.equal(throttleOptions.safeParse({ account: { freeFailure: 3 } }).success, false);
  });

  test("and not so that one makes another meaningless", () => {
    const messages = (given: Parameters<typeof throttleOptions.safeParse>[0]): string | undefined =>
      throttleOptions
        .safeParse(given)
        .error?.issues.map(({ message }) => message)
        .join();
    assert.match(
      messages({ account: { firstWait: "20m" } }) ?? "",
      /not be longer than throttle\.account\.longestWait/,
    );
    assert.match(messages({ account: { maxFailures: 25 } }) ?? "", /more than throttle\.account\.freeFailures/);
    assert.equal(messages({ account: { maxFailures: 26 } }), undefined);
    assert.equal(throttleOptions.safeParse({ account: { maxFailures: 101 } }).success, false);
  });

  test("and are kept to", async () => {
    const { fail } = await openThrottle({ account: { freeFailures: 2 }, address: { failures: 7 } });
    assert.equal(await times(5, () => fail({ from: "203.0.113.7" })), 2);
    assert.equal(await times(20, (index) => fail({ from: "203.0.113.7", email: `person${index}@example.com` })), 5);
  });
});

test("a refusal says in its headers when to come back, and the policy as a structured field", async () => {
  const { fail, tryOnce, throttle, advance } = await openThrottle();
  await times(5, () => fail({ from: "203.0.113.7" }));
  advance(500);
  assert.deepEqual(rateLimitHeaders(await refusalOf(tryOnce({ from: "203.0.113.7" }))), {
    "Retry-After": "30",
    "RateLimit-Policy": '"account_wait";q=1;w=30',
    RateLimit: '"account_wait";r=0;t=30',
  });
  await times(10, async () => (await throttle.take("sign_up", { client: "203.0.113.7" })).admitted);
  assert.deepEqual(rateLimitHeaders(await refusalOf(throttle.take("sign_up", { client: "203.0.113.7" }))), {
    "Retry-After": "3600",
    "RateLimit-Policy": '"sign_up_address";q=10;w=3600',
    RateLimit: '"sign_up_address";r=0;t=3600',
  });
});
