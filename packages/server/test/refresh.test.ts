import assert from "node:assert/strict";
import { createHmac, randomBytes } from "node:crypto";
import { describe, test } from "node:test";
import fc from "fast-check";
import { redeem } from "../src/session/refreshFamily.ts";
import { createRefreshTokens } from "../src/session/refreshToken.ts";
import type { Session } from "../src/store/ports.ts";

const life = { idleMs: 1000, absoluteMs: 5000, graceMs: 30 };

const session = (change: Partial<Session> = {}): Session => ({
  id: "s",
  accountId: "a",
  createdAt: 0,
  lastUsedAt: 100,
  idleEndsAt: 1100,
  absoluteEndsAt: 5000,
  authenticatedAt: 0,
  amr: ["pwd"],
  transport: "bearer",
  userAgent: "",
  address: undefined,
  generation: 5,
  rotatedAt: 100,
  ...change,
});

describe("redeeming a refresh token", () => {
  const rows: readonly (readonly [string, number, number, string])[] = [
    ["the current one", 5, 200, "grant 6"],
    ["the current one in the last moment", 5, 1099, "grant 6"],
    ["the current one at the idle end", 5, 1100, "end session_expired"],
    ["the one before, at once", 4, 100, "grant 5"],
    ["the one before, in the last moment of the grace", 4, 129, "grant 5"],
    ["the one before, after the grace", 4, 130, "end reused"],
    ["an older one, within the grace", 3, 100, "end reused"],
    ["the first one", 0, 100, "end reused"],
    ["one that was not handed out yet", 6, 200, "refuse not_issued_yet"],
    ["one that was not handed out yet, of an ended session", 6, 1100, "end session_expired"],
    ["the one before, of an ended session", 4, 1100, "end session_expired"],
  ];
  for (const [name, generation, now, expected] of rows) {
    test(`${name}: ${expected}`, () => {
      const outcome = redeem(session(), generation, { now, life });
      assert.equal(
        `${outcome.does} ${outcome.does === "grant" ? outcome.session.generation : outcome.reason}`,
        expected,
      );
    });
  }

  test("the first of a family has no one before it", () => {
    const outcome = redeem(session({ generation: 0 }), -1, { now: 100, life });
    assert.deepEqual(outcome.does, "grant");
    assert.equal(createRefreshTokens(() => [new Uint8Array(32)]).read("rt_x.-1.x"), undefined);
  });

  test("without a grace the one before is reuse at once", () => {
    const outcome = redeem(session(), 4, { now: 100, life: { ...life, graceMs: 0 } });
    assert.deepEqual(outcome, { does: "end", reason: "reused" });
  });

  test("rotating moves use and idle end, and nothing else", () => {
    const before = session();
    const outcome = redeem(before, 5, { now: 500, life });
    assert.ok(outcome.does === "grant");
    assert.deepEqual(outcome.session, { ...before, generation: 6, rotatedAt: 500, lastUsedAt: 500, idleEndsAt: 1500 });
    const late = redeem(session({ idleEndsAt: 5000 }), 5, { now: 4500, life });
    assert.ok(late.does === "grant");
    assert.equal(late.session.idleEndsAt, 5000);
  });

  test("asking again within the grace changes nothing", () => {
    const before = session();
    assert.deepEqual(redeem(before, 4, { now: 120, life }), { does: "grant", session: before });
  });

  test("however it is used, the absolute end never moves, generations never fall, and nothing is granted past an end", () => {
    const step = fc.record({ back: fc.integer({ min: -1, max: 3 }), wait: fc.integer({ min: 0, max: 400 }) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        let current = session({ generation: 0, rotatedAt: 0, lastUsedAt: 0, idleEndsAt: 1000 });
        let now = 0;
        for (const { back, wait } of steps) {
          now += wait;
          const outcome = redeem(current, current.generation - back, { now, life });
          if (outcome.does === "end") return;
          if (outcome.does === "refuse") continue;
          assert.ok(now < Math.min(current.idleEndsAt, current.absoluteEndsAt));
          assert.equal(outcome.session.absoluteEndsAt, 5000);
          assert.ok(outcome.session.idleEndsAt <= 5000 && outcome.session.generation >= current.generation);
          current = outcome.session;
        }
      }),
    );
  });
});

describe("a refresh token", () => {
  const secret = new Uint8Array(32).fill(7);
  const tokens = createRefreshTokens(() => [secret]);
  const sessionId = "A".repeat(22);
  const token = tokens.make({ sessionId, generation: 12 });

  test("says its session and generation, and is the same text each time", () => {
    assert.deepEqual(tokens.read(token), { sessionId, generation: 12 });
    assert.equal(tokens.make({ sessionId, generation: 12 }), token);
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 16, maxLength: 16 }), fc.nat(999_999), (id, generation) => {
        const claim = { sessionId: Buffer.from(id).toString("base64url"), generation };
        assert.deepEqual(tokens.read(tokens.make(claim)), claim);
      }),
    );
  });

  test("is nobody else's: another secret, session, generation or purpose makes another", () => {
    const [head = "", generation = "", mac = ""] = token.split(".");
    const other = tokens.make({ sessionId: "B".repeat(22), generation: 12 }).split(".")[2];
    const plain = createHmac("sha256", secret).update(`${sessionId}.12`).digest("base64url");
    const forged: Readonly<Record<string, string>> = {
      "another secret": createRefreshTokens(() => [randomBytes(32)]).make({ sessionId, generation: 12 }),
      "an empty secret": createRefreshTokens(() => [new Uint8Array()]).make({ sessionId, generation: 12 }),
      "the next generation": [head, "13", mac].join("."),
      "the generation before": [head, "11", mac].join("."),
      "another session's MAC": [head, generation, other].join("."),
      "a MAC without its purpose": [head, generation, plain].join("."),
      "no MAC": [head, generation, ""].join("."),
      "a MAC of zeros": [head, generation, "A".repeat(43)].join("."),
      "a shorter MAC": token.slice(0, -1),
      "a longer MAC": `${token}A`,
      padding: `${token}=`,
      "a leading zero": [head, "012", mac].join("."),
      "a plus": [head, "+12", mac].join("."),
      "an exponent": [head, "1e1", mac].join("."),
      "a huge generation": [head, "9".repeat(16), mac].join("."),
      "upper case": token.toUpperCase(),
      "white space": ` ${token}`,
      "a line feed": `${token}\n`,
      "no prefix": token.slice(3),
      "an access token's prefix": token.replace("rt_", "at_"),
      nothing: "",
    };
    for (const [name, text] of Object.entries(forged)) assert.equal(tokens.read(text), undefined, name);
  });

  test("has one spelling: the unused bits of its last character must be zero", () => {
    const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    const accepted = [...alphabet].filter((last) => tokens.read(token.slice(0, -1) + last));
    assert.deepEqual(accepted, [token.at(-1)]);
  });

  test("OA-3: with any one character changed is refused", () => {
    fc.assert(
      fc.property(fc.nat(token.length - 1), fc.constantFrom(..."Az09-_. \0é"), (at, character) => {
        const changed = token.slice(0, at) + character + token.slice(at + 1);
        assert.ok(changed === token || tokens.read(changed) === undefined);
      }),
    );
  });

  test("S-33: is made by the newest secret and read by all of them, as long as they are there", () => {
    let secrets: readonly Uint8Array[] = [secret];
    const rotating = createRefreshTokens(() => secrets);
    const before = rotating.make({ sessionId, generation: 3 });
    secrets = [randomBytes(32), secret];
    const after = rotating.make({ sessionId, generation: 3 });
    assert.notEqual(after, before);
    for (const each of [before, after]) assert.deepEqual(rotating.read(each), { sessionId, generation: 3 });
    secrets = secrets.slice(0, 1);
    assert.deepEqual([rotating.read(before), rotating.read(after)?.generation], [undefined, 3]);
    secrets = [];
    assert.equal(rotating.read(after), undefined);
    assert.throws(() => rotating.make({ sessionId, generation: 3 }), /no refresh secret/);
  });
});
