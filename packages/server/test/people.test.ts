import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { canonicalEmail } from "../src/people/email.ts";
import { startIssuer } from "./support/issuer.ts";

describe("an email address", () => {
  const label = "a".repeat(63);
  const canonical: Readonly<Record<string, string>> = {
    "ada@example.com": "ada@example.com",
    "Ada@Example.COM": "ada@example.com",
    "ada+tag@example.com": "ada+tag@example.com",
    "ada.b.lovelace@example.com": "ada.b.lovelace@example.com",
    "a@localhost": "a@localhost",
    "o'brien!#$%&*/=?^_`{|}~-@x.io": "o'brien!#$%&*/=?^_`{|}~-@x.io",
    "a@xn--bcher-kva.example": "a@xn--bcher-kva.example",
    [`${"l".repeat(64)}@${label}.com`]: `${"l".repeat(64)}@${label}.com`,
  };
  for (const [input, expected] of Object.entries(canonical)) {
    test(`${input} is ${expected}`, () => assert.deepEqual(canonicalEmail(input), { ok: true, value: expected }));
  }

  const malformed = [
    "",
    "@",
    "a",
    "a@",
    "@x.io",
    "a@@x.io",
    "a@b@x.io",
    " a@x.io",
    "a@x.io ",
    "a @x.io",
    "a@x.io\n",
    "a@x.io\0",
    "a\0@x.io",
    "ａ@x.io",
    "a@ｘ.io",
    "ä@x.io",
    "a@bücher.example",
    "\u212aelvin@x.io",
    "a\u200b@x.io",
    '"a"@x.io',
    "(c)a@x.io",
    "a@[127.0.0.1]",
    ".a@x.io",
    "a.@x.io",
    "a..b@x.io",
    ".@x.io",
    "a@x..io",
    "a@.x.io",
    "a@x.io.",
    "a@-x.io",
    "a@x-.io",
    "a@x_y.io",
    `${"l".repeat(65)}@x.io`,
    `a@${label}a.com`,
    `a@${`${label}.`.repeat(4)}com`,
  ];
  for (const input of malformed) {
    test(`CB-6: refuses ${JSON.stringify(input).slice(0, 50)}`, () =>
      assert.deepEqual(canonicalEmail(input), { ok: false, refusal: "malformed_email" }));
  }

  test("CB-6: has one canonical form: it is its own, and no case makes another", () => {
    fc.assert(
      fc.property(fc.emailAddress(), (address) => {
        const once = canonicalEmail(address);
        if (!once.ok) return;
        assert.deepEqual(canonicalEmail(once.value), once);
        assert.deepEqual(canonicalEmail(address.toUpperCase()), once);
      }),
    );
  });
});

describe("too many passwords at once", () => {
  test("overload is 503 with Retry-After over HTTP", async () => {
    const issuer = await startIssuer({ passwords: { workers: 1, maxQueue: 1 } });
    const answers = await Promise.all(
      Array.from({ length: 12 }, (_, at) =>
        issuer.post("/sign-up", { email: `busy${at}@example.com`, password: "a phrase of several words" }),
      ),
    );
    const refused = answers.filter(({ status }) => status !== 201);
    assert.ok(refused.length > 0);
    for (const { status, headers, body } of refused) {
      assert.deepEqual([status, body.code, headers.get("retry-after")], [503, "overloaded", "2"]);
    }
    assert.equal((await issuer.store.people.list(100)).length, 12 - refused.length);
    await issuer.close();
  });
});
