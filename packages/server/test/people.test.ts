import assert from "node:assert/strict";
import { once } from "node:events";
import { describe, test } from "node:test";
import { Worker } from "node:worker_threads";
import { realWorld } from "cardea";
import fc from "fast-check";
import { canonicalEmail } from "../src/people/email.ts";
import { acceptPassword, presentedPassword } from "../src/people/password.ts";
import { createPasswordHasher, defaultHashCost } from "../src/people/passwordHasher/passwordHasher.ts";
import { OverloadedError } from "../src/refusal.ts";
import { startIssuer } from "./support/issuer.ts";

describe("an email address", () => {
  const label = "a".repeat(63);
  const canonical: Readonly<Record<string, string>> = {
    "ada@example.com": "ada@example.com",
    "Ada@Example.COM": "ada@example.com",
    "ada+tag@example.com": "ada+tag@example.com",
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
    test(`refuses ${JSON.stringify(input).slice(0, 50)}`, () =>
      assert.deepEqual(canonicalEmail(input), { ok: false, refusal: "malformed_email" }));
  }

  test("has one canonical form: it is its own, and no case makes another", () => {
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

describe("a password", () => {
  test("is counted in code points, not in UTF-16 units or bytes", () => {
    for (const character of ["a", "é", "語", "\u{1f600}"]) {
      assert.deepEqual(acceptPassword(character.repeat(7)), { ok: false, refusal: "password_too_short" });
      assert.equal(acceptPassword(character.repeat(8)).ok, true);
      assert.equal(acceptPassword(character.repeat(256)).ok, true);
      assert.deepEqual(acceptPassword(character.repeat(257)), { ok: false, refusal: "password_too_long" });
    }
  });

  test("is the same in both spellings of a character, counted after composing", () => {
    const decomposed = "e\u0301".repeat(8);
    const composed = acceptPassword("é".repeat(8));
    assert.deepEqual(acceptPassword(decomposed), composed);
    assert.deepEqual(acceptPassword("e\u0301".repeat(7)), { ok: false, refusal: "password_too_short" });
  });

  test("is taken exactly as typed: no trimming, no case, no compatibility forms", () => {
    for (const typed of ["  spaces stay  ", "Case Matters", "ﬁligree ｗide ①", "nul\0inside it"]) {
      assert.deepEqual(acceptPassword(typed), { ok: true, value: typed });
    }
  });

  test("with half a character is refused, new or old: all halves would become one", () => {
    for (const broken of ["\ud800 phrase of words", "phrase of words \udfff", "\udc00\ud800 phrase"]) {
      assert.deepEqual(acceptPassword(broken), { ok: false, refusal: "password_malformed" });
      assert.deepEqual(presentedPassword(broken), { ok: false, refusal: "password_malformed" });
    }
  });

  test("presented at sign-in may be short, since older rules may have taken it", () => {
    assert.deepEqual(presentedPassword("x"), { ok: true, value: "x" });
    assert.deepEqual(presentedPassword(""), { ok: true, value: "" });
    assert.deepEqual(presentedPassword("x".repeat(257)), { ok: false, refusal: "password_too_long" });
  });
});

function password(text: string) {
  const accepted = presentedPassword(text);
  assert.ok(accepted.ok);
  return accepted.value;
}

describe("the password hasher", () => {
  const right = password("a phrase of several words");
  const wrong = password("another phrase of words");

  test("makes argon2id hashes with the set cost and a fresh salt, which only the password opens", async () => {
    const hasher = createPasswordHasher({ world: realWorld, workers: 2 });
    const [first, second] = await Promise.all([hasher.hash(right), hasher.hash(right)]);
    assert.match(first, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
    assert.notEqual(first, second);
    assert.deepEqual(
      await Promise.all([hasher.verify(right, first), hasher.verify(right, second), hasher.verify(wrong, first)]),
      [true, true, false],
    );
    await hasher.close();
  });

  test("says no without a hash, whatever the password, and does it as one job of the same form", async () => {
    const asked: number[] = [];
    const random = (bytes: number): Uint8Array => {
      asked.push(bytes);
      return new Uint8Array(bytes);
    };
    const hasher = createPasswordHasher({ world: { ...realWorld, random }, workers: 1, maxQueue: 1 });
    const running = hasher.verify(right, undefined);
    const waiting = hasher.verify(wrong, undefined);
    await assert.rejects(hasher.verify(right, undefined), OverloadedError);
    assert.deepEqual([await running, await waiting], [false, false]);
    assert.deepEqual(asked, [16, 32]);
    await hasher.close();
  });

  test("tells callers to come back once the queue is full, and serves those in it", async () => {
    const hasher = createPasswordHasher({ world: realWorld, workers: 1, maxQueue: 2 });
    const done = await Promise.allSettled(Array.from({ length: 8 }, () => hasher.hash(right)));
    assert.deepEqual(
      done.map(({ status }) => status),
      [...Array(3).fill("fulfilled"), ...Array(5).fill("rejected")],
    );
    for (const outcome of done) {
      if (outcome.status === "rejected") assert.equal(outcome.reason.retryAfterSeconds, 2);
    }
    assert.equal(await hasher.verify(right, await hasher.hash(right)), true);
    await hasher.close();
  });

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
    assert.equal((await issuer.store.accounts.list(100)).length, 12 - refused.length);
    await issuer.close();
  });

  test("a worker that dies fails its own job; those that wait get a new worker", async () => {
    const hasher = createPasswordHasher({ world: realWorld, workers: 1, cost: { ...defaultHashCost, passes: 10 } });
    const started = once(process, "worker");
    const doomed = hasher.hash(right);
    const waiting = hasher.hash(right);
    const failed = assert.rejects(doomed, /The hashing worker ended/);
    const [worker] = await started;
    assert.ok(worker instanceof Worker);
    await worker.terminate();
    await failed;
    assert.match(await waiting, /^\$argon2id/);
    await hasher.close();
  });

  test("a job that argon2 refuses fails alone", async () => {
    const salts = [new Uint8Array(1)];
    const random = (bytes: number): Uint8Array => salts.pop() ?? realWorld.random(bytes);
    const hasher = createPasswordHasher({ world: { ...realWorld, random }, workers: 1 });
    salts.push(new Uint8Array(1));
    await assert.rejects(hasher.hash(right), /Password hashing failed/);
    assert.match(await hasher.hash(right), /^\$argon2id/);
    await hasher.close();
  });

  test("a hash that was damaged in the store is an error, never a yes", async () => {
    const hasher = createPasswordHasher({ world: realWorld, workers: 1 });
    for (const damaged of ["", "x", "$argon2id$", "$2b$10$abcdefghijklmnopqrstuv"]) {
      await assert.rejects(hasher.verify(right, damaged), /Password hashing failed/, damaged);
    }
    assert.equal(await hasher.verify(right, await hasher.hash(right)), true);
    await hasher.close();
  });

  test("closing rejects what waits and what comes after", async () => {
    const hasher = createPasswordHasher({ world: realWorld, workers: 1 });
    const pending = [hasher.hash(right), hasher.hash(right), hasher.hash(right)];
    const settled = Promise.allSettled(pending);
    await hasher.close();
    assert.deepEqual(
      (await settled).map(({ status }) => status),
      ["rejected", "rejected", "rejected"],
    );
    await assert.rejects(hasher.hash(right), /closed/);
  });

  test("the event loop turns while passwords are hashed", async () => {
    const hasher = createPasswordHasher({ world: realWorld, workers: 1, cost: { ...defaultHashCost, passes: 10 } });
    let turns = 0;
    let done = false;
    const hashing = hasher.hash(right).finally(() => {
      done = true;
    });
    while (!done) {
      await new Promise((resolve) => setImmediate(resolve));
      turns += 1;
    }
    await hashing;
    assert.ok(turns > 10, `${turns} turns`);
    await hasher.close();
  });
});
