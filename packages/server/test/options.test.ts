import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { type AuthOptions, ConfigurationError, createAuth, memory, realWorld, type SecurityEvent } from "cardea";
import fc from "fast-check";
import { z } from "zod";
import { checkOptions } from "../src/config/options.ts";
import { didYouMean, suggestion } from "../src/didYouMean.ts";
import { type EventSink, guardedSink } from "../src/event.ts";

const good = (): AuthOptions => ({ issuer: "https://app.example.com/auth", store: memory() });

const secretBytes = new Uint8Array(32).map((_, at) => at + 1);

/** Checks options that types would not let through. */
const check = (change: object): unknown => checkOptions({ ...good(), ...change });

function refuses(change: object, ...expected: readonly RegExp[]): void {
  assert.throws(
    () => check(change),
    (error) => {
      assert.ok(error instanceof ConfigurationError);
      for (const pattern of expected) assert.match(error.message, pattern);
      return true;
    },
  );
}

describe("options", () => {
  test("CS-JW1: have defaults for all but issuer and store", () => {
    const { access, session, accounts, audit, passwords, mode, keys, development } = checkOptions(good());
    assert.deepEqual(
      { access, session, accounts, audit, passwords, mode, keys, development },
      {
        access: { ttl: 300_000, audience: ["app"], clientId: "first-party" },
        session: {
          idle: 14 * 86_400_000,
          absolute: 90 * 86_400_000,
          refreshGrace: 30_000,
          max: 100,
          fresh: 600_000,
        },
        accounts: { emailVerification: "optional" },
        audit: { retention: 365 * 86_400_000 },
        passwords: { memoryKiB: 19_456, passes: 2 },
        mode: "hybrid",
        keys: { alg: "ES256", rotateEvery: 30 * 86_400_000, publishAhead: 3_600_000, verifyFor: 62 * 60_000 },
        development: false,
      },
    );
  });

  test("that are unknown are refused with what was meant, however deep", () => {
    refuses({ isuer: "x" }, /^createAuth: no option "isuer"\. Did you mean "issuer"\?$/);
    refuses({ access: { tll: "5m" } }, /no option "access\.tll"\. Did you mean "ttl"\?/);
    refuses({ session: { idel: "5m" } }, /no option "session\.idel"\. Did you mean "idle"\?/);
    refuses({ passwords: { memory: 1 } }, /no option "passwords\.memory"/);
    refuses({ keys: { algorithm: "ES256" } }, /no option "keys\.algorithm"/);
    refuses({ qqqqqqqqqqqq: 1 }, /^createAuth: no option "qqqqqqqqqqqq"\.$/);
    refuses(JSON.parse('{"__proto__":1}'), /no option "__proto__"/);
  });

  test("that do not fit are refused with what would, all of them at once", () => {
    refuses({ issuer: 1, mode: "jwt", store: {} }, /issuer: /, /mode: Use "stateless"/, /store: Give a store: sqlite/);
    refuses({ keys: { alg: "none" } }, /keys\.alg: Use one of HS256, .*EdDSA/);
    refuses({ keys: { alg: "RS1" } }, /keys\.alg/);
    refuses({ access: { audience: [] } }, /access\.audience/);
    refuses({ access: { audience: "" } }, /access\.audience/);
    refuses({ passwords: { memoryKiB: 1024 } }, /passwords\.memoryKiB: Use 19456 to 1048576/);
    refuses({ passwords: { passes: 1 } }, /passwords\.passes: Use 2 to 10/);
    refuses({ claims: {} }, /claims: Give a function/);
    refuses({ onEvent: 1 }, /onEvent: Give a function/);
    refuses({ access: null }, /access/);
    refuses({ session: { max: 0 } }, /session\.max: Use 1 to 1000/);
    refuses({ session: { max: 1.5 } }, /session\.max: Use 1 to 1000/);
    refuses({ audit: { retention: "23h" } }, /audit\.retention: This must lie between 1d and 3650d/);
    refuses(
      { accounts: { fields: { parse: () => 1 } } },
      /accounts\.fields: Give a schema that speaks Standard Schema/,
    );
    for (const nothing of [undefined, null, 1, "x", []]) {
      assert.throws(() => checkOptions(nothing as unknown as AuthOptions), ConfigurationError);
    }
  });

  test("that are misspelt words are refused with what was meant, and the word is not repeated", () => {
    refuses({ mode: "hybird" }, /mode: Use "stateless", "stateful" or "hybrid"\. Did you mean "hybrid"\?$/);
    refuses({ keys: { alg: "es256" } }, /keys\.alg: Use one of .* Did you mean "ES256"\?$/);
    refuses({ accounts: { emailVerification: "requried" } }, /emailVerification: .* Did you mean "required"\?$/);
    refuses({ session: { preset: "aal" } }, /session\.preset: .*"aal3"\. Did you mean "aal1"\?$/);
    for (const mode of ["a-secret-in-the-wrong-place", 7, null]) {
      refuses({ mode }, /mode: Use "stateless", "stateful" or "hybrid"\.$/);
    }
  });

  test("take the application's fields from any schema that speaks Standard Schema", () => {
    const fields = z.object({ name: z.string() });
    assert.equal(checkOptions({ ...good(), accounts: { fields } }).accounts.fields, fields);
  });

  test("that are refused leave no store open and say nothing of secrets", async () => {
    let opened = 0;
    const store = { ...memory(), open: () => Promise.reject(new Error(`opened ${++opened}`)) };
    await assert.rejects(createAuth({ ...good(), store, secret: "too short a secret" }), (error) => {
      assert.ok(error instanceof ConfigurationError);
      assert.match(error.message, /secret: Use at least 32 random bytes as base64url text\. Make one with: node -p/);
      return !error.message.includes("too short a secret");
    });
    assert.equal(opened, 0);
  });

  test("a store that keeps no secret needs one from the configuration", async () => {
    const store = { ...memory(), localSecret: async () => undefined };
    await assert.rejects(
      createAuth({ ...good(), store }),
      /keeps no secret of its own\. Give "secret" \(CARDEA_SECRET\)/,
    );
    const auth = await createAuth({ ...good(), store, secret: Buffer.from(secretBytes).toString("base64url") });
    await auth.close();
  });
});

describe("a preset of sessions", () => {
  const hour = 3_600_000;
  const ends = (session: AuthOptions["session"]): readonly number[] => {
    const { idle, absolute } = checkOptions({ ...good(), session: session ?? {} }).session;
    return [idle / hour, absolute / hour];
  };

  test("NIST-S6: bounds both ends, and values beside it may only be shorter", () => {
    assert.deepEqual(ends({ preset: "aal1" }), [14 * 24, 30 * 24]);
    assert.deepEqual(ends({ preset: "aal2" }), [1, 24]);
    assert.deepEqual(ends({ preset: "aal3" }), [0.25, 12]);
    assert.deepEqual(ends({ preset: "aal2", idle: "30m", absolute: "8h" }), [0.5, 8]);
    refuses({ session: { preset: "aal1", absolute: "31d" } }, /session\.absolute: aal1 allows at most 30d/);
    refuses({ session: { preset: "aal2", idle: "61m" } }, /session\.idle: aal2 allows at most 1h\. Leave it out/);
    refuses({ session: { preset: "aal3", absolute: "24h" } }, /session\.absolute: aal3 allows at most 12h/);
  });
});

describe("a span of time", () => {
  const ttl = (value: unknown): unknown =>
    Reflect.get(checkOptions({ ...good(), access: { ttl: value } } as AuthOptions).access, "ttl");

  test("is digits and a unit", () => {
    assert.deepEqual(["10s", "5m", "1h", "90000ms", "0.5h"].map(ttl), [10_000, 300_000, 3_600_000, 90_000, 1_800_000]);
  });

  test("of another form is refused, never thrown about", () => {
    for (const value of [
      "",
      "5",
      "m",
      "5 m",
      "5M",
      "-5m",
      "+5m",
      "5m ",
      "1e3s",
      "1.2345s",
      "١m",
      "5minutes",
      "1h30m",
      300,
      null,
      {},
      ["5m"],
    ]) {
      refuses({ access: { ttl: value } }, /access\.ttl: Write a span of time such as "5m" \(from 10s to 1h\)/);
    }
  });

  test("keeps its bounds, to the millisecond", () => {
    for (const value of ["9.999s", "0s", "3600001ms", "2h", "999999999999d"]) {
      refuses({ access: { ttl: value } }, /access\.ttl: This must lie between 10s and 1h/);
    }
    refuses({ session: { refreshGrace: "301s" } }, /between 0s and 5m/);
    refuses({ session: { idle: "59s" } }, /between 1m and 365d/);
    refuses({ session: { absolute: "401d" } }, /between 1m and 400d/);
  });
});

describe("a secret", () => {
  const text = Buffer.from(secretBytes).toString("base64url");
  const other = Buffer.from(secretBytes.map((byte) => 255 - byte));
  const read = (secret: AuthOptions["secret"]): readonly Buffer[] =>
    (checkOptions({ ...good(), ...(secret === undefined ? {} : { secret }) }).secret ?? []).map((one) =>
      Buffer.from(one),
    );

  test("is at least 32 bytes, as base64url text or as bytes", () => {
    for (const given of [text, ` ${text}\n`, Buffer.from(secretBytes), secretBytes]) {
      assert.deepEqual(read(given), [Buffer.from(secretBytes)]);
    }
    assert.equal(read(Buffer.concat([secretBytes, other]).toString("base64url"))[0]?.length, 64);
  });

  test("may be several, the newest first, as a list or separated by commas", () => {
    const both = [other, Buffer.from(secretBytes)];
    assert.deepEqual(read(both), both);
    assert.deepEqual(read(`${other.toString("base64url")},${text}`), both);
    refuses({ secret: [] }, /secret: Give at least one secret/);
    refuses({ secret: `${text},` }, /secret.*: Use at least 32 random bytes/);
  });

  test("that is short, or not base64url, or no secret, is refused and not repeated", () => {
    const faults = [
      text.slice(0, 42),
      "",
      "a phrase of several words is no key at all",
      `${text}=`,
      `${text}+/`,
      `${text.slice(0, 20)} ${text.slice(20)}`,
    ];
    for (const secret of [
      ...faults,
      secretBytes.subarray(1),
      new Uint8Array(32),
      "A".repeat(43),
      "correcthorse".repeat(4),
      Buffer.from("a word of many letters, ".repeat(2)),
      12,
      null,
      [1, 2],
      {},
    ]) {
      assert.throws(
        () => check({ secret }),
        (error) =>
          error instanceof ConfigurationError &&
          /secret(\.\d)?: /.test(error.message) &&
          (typeof secret !== "string" || secret === "" || !error.message.includes(secret)),
      );
    }
  });
});

describe("did you mean", () => {
  const known = ["issuer", "mode", "access.ttl", "session.idle", "port"];
  const rows: readonly (readonly [string, string | undefined])[] = [
    ["isuer", "issuer"],
    ["ISSUER", "issuer"],
    ["moed", "mode"],
    ["acces.ttl", "access.ttl"],
    ["sesion.idel", "session.idle"],
    ["prot", "port"],
    ["completely-else", undefined],
    ["", undefined],
  ];
  for (const [word, expected] of rows) {
    test(`${JSON.stringify(word)}: ${expected ?? "nothing"}`, () => assert.equal(didYouMean(word, known), expected));
  }

  test("says so in words, or not at all", () => {
    assert.equal(suggestion("isuer", known), ' Did you mean "issuer"?');
    assert.equal(suggestion("zzzzzzzzzz", known), "");
    assert.equal(suggestion("x", []), "");
  });

  test("finds every name that has one typing error, whatever its length", () => {
    fc.assert(
      fc.property(fc.constantFrom(...known), fc.nat(20), fc.constantFrom(..."abcxyz"), (name, at, letter) => {
        const typo = name.slice(0, at) + letter + name.slice(at + 1);
        assert.equal(didYouMean(typo, known), name);
      }),
    );
    assert.equal(didYouMean("x".repeat(1e6), known), undefined);
  });
});

test("a sink of events that fails, at once or later, changes nothing", async () => {
  const event: SecurityEvent = { type: "signed_up", accountId: "a" };
  let seen = 0;
  const throwing: EventSink = () => {
    throw new Error(`sync ${++seen}`);
  };
  const rejecting: EventSink = async () => {
    throw new Error(`async ${++seen}`);
  };
  for (const sink of [throwing, rejecting]) guardedSink(sink)(event);
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(seen, 2);
  assert.equal(typeof realWorld.now(), "number");
});
