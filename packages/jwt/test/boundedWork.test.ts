import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { createMultiIssuerVerifier, createVerifier, explain, type KeySource, type Policy, peek } from "@cardea/jwt";
import { parseStrictJson, StrictJsonError } from "@cardea/jwt/strict-json";
import { actors } from "./support/actors.ts";
import {
  b64,
  clock,
  countingSchema,
  craft,
  goodClaims,
  headerOf,
  policy,
  segments,
  verdictOf,
} from "./support/craft.ts";

const actor = actors.HS256;
const mega = 1_048_576;
const escapes = (length: number) => "\\\\".repeat(length / 2);
const members = (count: number, name: (at: number) => string) =>
  `{${Array.from({ length: count }, (_, at) => `"${name(at)}":1`).join(",")}}`;

/** Texts of about a megabyte that some parser somewhere has choked on. */
const large: Readonly<Record<string, string>> = {
  dots: ".".repeat(mega),
  "opening brackets": "[".repeat(mega),
  "nested brackets": "[".repeat(mega / 2) + "]".repeat(mega / 2),
  "nested objects": `${'{"a":'.repeat(mega / 6)}1${"}".repeat(mega / 6)}`,
  quotes: '"'.repeat(mega),
  backslashes: "\\".repeat(mega),
  "a text of escapes": `"${escapes(mega)}"`,
  "a name of escapes": `{"${escapes(mega)}":1}`,
  "a name of escapes that does not end": `{"${escapes(mega)}\\`,
  "unicode escapes": `"${"\\u0061".repeat(mega / 6)}"`,
  "the same member over and over": members(mega / 6, () => "a"),
  "members that differ": members(mega / 12, (at) => `${at}`),
  "names with escapes that differ": members(mega / 16, (at) => `\\u0061${at}`),
  "names with escapes, one twice": members(mega / 16, (at) => `\\u0061${at === 7 ? 6 : at}`),
  digits: "1".repeat(mega),
  "an exponent": `1e${"9".repeat(mega)}`,
  spaces: " ".repeat(mega),
  commas: `[${",".repeat(mega)}]`,
  "wide characters": "\uffff".repeat(mega / 2),
  nothing: "\0".repeat(mega),
};

/** A verifier whose every step that costs something leaves a mark. */
function watched(changes: Partial<Policy<unknown>> = {}) {
  const work = { keys: 0, schema: 0 };
  const find: KeySource["find"] = () => {
    work.keys++;
    return actor.verificationKey;
  };
  const claims = countingSchema(() => work.schema++);
  const options = { keys: { find }, policy: { ...policy, claims, ...changes }, now: clock };
  return { work, options, verify: createVerifier<unknown>(options).verify };
}

/** How often a piece of code has JSON parsed. */
function parsesDuring(run: () => void): number {
  const original = JSON.parse;
  let calls = 0;
  JSON.parse = (...given: Parameters<typeof original>) => {
    calls++;
    return original(...given);
  };
  try {
    run();
  } finally {
    JSON.parse = original;
  }
  return calls;
}

describe("a token above the limit costs a look at its length", () => {
  const [, payload, signature] = segments(craft(actor));
  for (const [name, text] of Object.entries(large)) {
    test(`${name}, bare or as a segment: no parse, no key, no schema`, () => {
      const { work, options, verify } = watched();
      const multi = createMultiIssuerVerifier({ issuers: { a: { keys: options.keys, policy: { audience: "api" } } } });
      const tokens = [
        text,
        `${b64(text)}.${payload}.${signature}`,
        craft(actor, { payload: text }),
        `${craft(actor)}.${text}`,
      ];
      const parses = parsesDuring(() => {
        for (const token of tokens) {
          assert.equal(verdictOf(verify(token)), "token_too_long");
          assert.equal(verdictOf(multi.verify(token)), "token_too_long");
          assert.equal(peek(token), undefined);
          assert.deepEqual(
            explain(token, options).steps.map(({ step, ok }) => [step, ok]),
            [["size", false]],
          );
        }
      });
      assert.deepEqual([parses, work.keys, work.schema], [0, 0, 0]);
    });
  }
});

describe("a token within the limit is refused by the first check that fails", () => {
  const shrink = (text: string) => text.slice(0, 5900);

  for (const [name, text] of Object.entries(large)) {
    test(`${name} as header: no key is looked for`, () => {
      const { work, verify } = watched();
      const verdict = verdictOf(verify(craft(actor, { header: shrink(text) })));
      assert.ok(["malformed_header", "token_too_long"].includes(verdict), verdict);
      assert.deepEqual(work, { keys: 0, schema: 0 });
    });

    test(`${name} as payload: one key is looked for, and nothing parsed before the signature holds`, () => {
      const { work, verify } = watched({ maxTokenBytes: 30_000 });
      assert.ok(verify(craft(actor)).ok, "so that the header is known");
      const forged = craft({ ...actor, seal: () => b64(Buffer.alloc(32)) }, { payload: shrink(text) });
      const parses = parsesDuring(() => assert.equal(verdictOf(verify(forged)), "bad_signature"));
      assert.equal(parses, 0);
      const verdict = verdictOf(verify(craft(actor, { payload: shrink(text) })));
      assert.match(verdict, /^(malformed_payload|missing_claim|token_too_long)$/);
      assert.ok(work.keys <= 3 && work.schema === 1, JSON.stringify(work));
    });
  }

  test("a header of 8 KB that is right in every way is read and taken", () => {
    const { verify } = watched({ maxTokenBytes: 9000 });
    const header = headerOf(actor, { x: "x".repeat(6000) });
    const token = craft(actor, { header });
    assert.ok(token.length > 8000 && token.length <= 9000);
    assert.equal(verdictOf(verify(token)), "accepted");
    assert.equal(verdictOf(verify(craft(actor, { header: headerOf(actor, { x: "\\".repeat(2900) }) }))), "accepted");
  });
});

describe("where a policy allows long tokens, they get an answer", () => {
  for (const [name, text] of Object.entries(large)) {
    test(name, () => {
      const { verify } = watched({ maxTokenBytes: 2e7 });
      assert.match(verdictOf(verify(craft(actor, { payload: text }))), /^(malformed_payload|missing_claim)$/);
      assert.match(verdictOf(verify(craft(actor, { header: text }))), /^malformed_header$/);
      const inside = craft(actor, { payload: JSON.stringify({ ...goodClaims, x: text }) });
      assert.equal(verdictOf(verify(inside)), "accepted");
    });
  }
});

describe("parseStrictJson answers whatever the length", () => {
  const codeOf = (text: string, maxDepth?: number): string => {
    try {
      parseStrictJson(text, maxDepth === undefined ? {} : { maxDepth });
      return "parsed";
    } catch (error) {
      assert.ok(error instanceof StrictJsonError, String(error));
      return error.code;
    }
  };

  for (const [name, text] of Object.entries(large)) {
    test(name, () => {
      const expected =
        /members that differ|escapes that differ|^a name of escapes$|^a text|^unicode|digits|^an exponent/;
      const isFine = expected.test(name);
      const isTwice = /same member|one twice/.test(name);
      const code = codeOf(text);
      if (isFine) assert.equal(code, "parsed");
      else if (isTwice) assert.equal(code, "duplicate_member");
      else assert.match(code, /^(not_json|too_deep)$/);
    });
  }

  test("8 MB of backslash escapes, in a value or a name, leave the stack alone", () => {
    const eight = escapes(8 * mega);
    assert.equal(codeOf(`"${eight}"`), "parsed");
    assert.equal(codeOf(`{"${eight}":1}`), "parsed");
    assert.equal(codeOf(`{"\\u0061":"${eight}"}`), "parsed");
    assert.equal(codeOf(`{"\\u0061":1,"b":["${eight}",{"a":1,"\\u0061":2}]}`), "duplicate_member");
    assert.equal(codeOf(`{"${eight}":1,"${eight}":2}`), "duplicate_member");
    assert.equal(codeOf(`{"\\u0061":"${eight}}`), "not_json");
    assert.equal(codeOf(`{"\\u0061":"${'\\"'.repeat(4 * mega)}"}`), "parsed");
  });

  test("a thousand levels where they are allowed, with escapes in names or without", () => {
    for (const name of ["a", "\\u0061"]) {
      const nested = (depth: number) => `${`{"${name}":`.repeat(depth)}1${"}".repeat(depth)}`;
      assert.equal(codeOf(nested(1000), 1000), "parsed");
      assert.equal(codeOf(nested(1001), 1000), "too_deep");
      assert.equal(codeOf(nested(32)), "parsed");
      assert.equal(codeOf(nested(33)), "too_deep");
    }
  });
});
