import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { parseStrictJson, StrictJsonError } from "@cardea/jwt/strict-json";
import fc from "fast-check";

const codeOf = (text: string, options?: { readonly maxDepth?: number }): string => {
  try {
    parseStrictJson(text, options);
    return "parsed";
  } catch (error) {
    return error instanceof StrictJsonError ? error.code : String(error);
  }
};

/** A JSON text as its parts, so that an object may have a member twice. */
type Written = string | readonly Written[] | { readonly members: readonly (readonly [name: string, value: Written])[] };

const { written: anyWritten } = fc.letrec<{ written: Written }>((tie) => ({
  written: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc.constantFrom("1", "-0.5e3", "null", "true", '""', '":"', '"{\\"a\\":1}"', '"\\\\"', '"[{]:,"', '"\\u003a"'),
    fc.array(tie("written"), { maxLength: 3 }),
    fc
      .array(fc.tuple(fc.constantFrom("a", "b", "__proto__", "", "1", ":", '"', "\\", "é", "\u2028"), tie("written")), {
        maxLength: 4,
      })
      .map((members) => ({ members })),
  ),
}));

/** Written out with all the freedom that JSON leaves: white space, and names in escapes. */
function write(value: Written, gap: string, escapes: boolean): string {
  if (typeof value === "string") return gap + value + gap;
  if ("members" in value) {
    const members = value.members.map(
      ([name, member], at) => `${gap}${nameAs(name, escapes && at % 2 === 1)}${gap}:${write(member, gap, escapes)}`,
    );
    return `{${members.join(",")}${gap}}`;
  }
  return `[${value.map((item) => write(item, gap, escapes)).join(",")}${gap}]`;
}

const nameAs = (name: string, escaped: boolean): string =>
  escaped
    ? `"${[...name].map((character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`).join("")}"`
    : JSON.stringify(name);

function hasDuplicate(value: Written): boolean {
  if (typeof value === "string") return false;
  if (!("members" in value)) return value.some(hasDuplicate);
  const names = value.members.map(([name]) => name);
  return new Set(names).size < names.length || value.members.some(([, member]) => hasDuplicate(member));
}

describe("parseStrictJson", () => {
  test("gives back whatever JSON.stringify writes", () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 8 }), fc.constantFrom(0, 1, "\t"), (value, space) => {
        const text = JSON.stringify(value, undefined, space);
        assert.equal(JSON.stringify(parseStrictJson(text)), JSON.stringify(value));
      }),
      { numRuns: 500 },
    );
  });

  test("refuses a text if and only if an object in it has a member twice", () => {
    fc.assert(
      fc.property(anyWritten, fc.constantFrom("", " ", "\r\n\t"), fc.boolean(), (value, gap, escapes) => {
        const text = write(value, gap, escapes);
        assert.equal(codeOf(text), hasDuplicate(value) ? "duplicate_member" : "parsed");
      }),
      { numRuns: 2000 },
    );
  });

  test("refuses as not_json exactly what JSON.parse refuses", () => {
    const brokenJson = fc
      .tuple(fc.json(), fc.nat(), fc.constantFrom("", ",", "}", "]", "{", '"', "\\", ":", "\0", "\ufeff", "'"))
      .map(
        ([text, at, edit]) => text.slice(0, at % (text.length + 1)) + edit + text.slice((at % (text.length + 1)) + 1),
      );
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: "binary" }), brokenJson), (text) => {
        let isJson = true;
        try {
          JSON.parse(text);
        } catch {
          isJson = false;
        }
        assert.equal(codeOf(text) === "not_json", !isJson);
      }),
      { numRuns: 2000 },
    );
  });

  const duplicates = {
    "at the top": '{"a":1,"a":2}',
    "the same value": '{"a":1,"a":1}',
    apart: '{"a":1,"b":2,"a":3}',
    "in an array": '[[{"a":1,"a":1}]]',
    "far inside": `${'{"x":['.repeat(15)}{"a":1,"a":1}${"]}".repeat(15)}`,
    "inside the value that the later one replaces": '{"a":{"b":1,"b":2},"a":{}}',
    "by escape": '{"a":1,"\\u0061":1}',
    __proto__: '{"__proto__":1,"__proto__":2}',
    "the empty name": '{"":1,"":2}',
    "names with quotes": '{"\\"":1,"\\u0022":2}',
  };
  for (const [name, text] of Object.entries(duplicates)) {
    test(`refuses a duplicate ${name}`, () => assert.equal(codeOf(text), "duplicate_member"));
  }

  /** Each pair: what is parsed before, and what V8 13.6 then misreads. */
  for (const [planted, text] of [
    ['{"a":1,"x\\\\":1}', '{"a":1,"x\\"":1}'],
    ['{"a":1,"\\\\u0":1}', '{"a":1,"\\u0069ss":1}'],
    ['{"iss":1,"\\\\u0":1}', '{"iss":1,"x":{"iss":1,"\\u0069":1}}'],
  ] as const) {
    test(`reads ${text} as written, though ${planted} was parsed before`, () => {
      for (let round = 0; round < 3; round++) JSON.parse(planted);
      const names = [...text.matchAll(/"[^"\\]*(?:\\.[^"\\]*)*"/g)].map(([name]) => JSON.parse(name));
      const read = parseStrictJson(text);
      assert.deepEqual(namesIn(read), names);
    });
  }

  test("refuses a duplicate that is spelt by an escape, though its first letters were planted as a name", () => {
    JSON.parse('{"iss":1,"\\\\u0":1}');
    assert.equal(codeOf('{"iss":1,"\\u0069ss":2}'), "duplicate_member");
  });

  const namesIn = (value: unknown): readonly string[] =>
    typeof value === "object" && value !== null
      ? Object.entries(value).flatMap(([name, child]) => [name, ...namesIn(child)])
      : [];

  test("takes the same name in different objects, and names that only look alike", () => {
    for (const text of ['{"a":{"a":{"a":1}}}', '[{"a":1},{"a":1}]', '{"a":1,"A":2,"a ":3,"\\u00e9":4,"e\\u0301":5}']) {
      assert.equal(codeOf(text), "parsed");
    }
  });

  test("keeps __proto__ as an own member and no prototype's", () => {
    const value = parseStrictJson('{"__proto__":{"admin":true}}');
    assert.ok(typeof value === "object" && value !== null);
    assert.ok(Object.hasOwn(value, "__proto__"));
    assert.equal(Object.getPrototypeOf(value), Object.prototype);
    assert.equal("admin" in value, false);
  });

  for (const [depth, options] of [
    [32, undefined],
    [1, { maxDepth: 1 }],
    [1000, { maxDepth: 1000 }],
  ] as const) {
    test(`takes a nesting of ${depth} and not one more`, () => {
      const nested = (levels: number) => [
        "[".repeat(levels) + "]".repeat(levels),
        `${'{"a":'.repeat(levels)}1${"}".repeat(levels)}`,
      ];
      for (const text of nested(depth)) assert.equal(codeOf(text, options), "parsed");
      for (const text of nested(depth + 1)) assert.equal(codeOf(text, options), "too_deep");
    });
  }

  test("counts it below a name with an escape too", () => {
    for (const [open, close] of [
      ["[", "]"],
      ['{"a":', "}"],
    ] as const) {
      const nested = (levels: number) => `{"\\u0061":${open.repeat(levels)}1${close.repeat(levels)}}`;
      assert.equal(codeOf(nested(31)), "parsed");
      assert.equal(codeOf(nested(32)), "too_deep");
    }
  });

  test("counts the nesting that is open at once, not the brackets", () => {
    assert.equal(codeOf(`[${"[],".repeat(100)}{}]`, { maxDepth: 2 }), "parsed");
    assert.equal(codeOf(`["${"[{".repeat(100)}"]`, { maxDepth: 1 }), "parsed");
  });

  test("survives a million brackets", () => {
    for (const text of ["[".repeat(1e6), "[".repeat(1e6) + "]".repeat(1e6), '{"a":'.repeat(2e5)]) {
      assert.match(codeOf(text), /^(not_json|too_deep)$/);
    }
  });

  test("says which option it does not know, and refuses depths out of range", () => {
    assert.throws(() => parseStrictJson("1", { maxdepth: 3 } as object), /no option "maxdepth"/);
    for (const maxDepth of [0, -1, 1001, 1.5, Number.NaN, "3", null]) {
      assert.throws(() => parseStrictJson("1", { maxDepth: maxDepth as number }), RangeError);
    }
  });

  test("never quotes the text", () => {
    for (const text of ['{"hunter2":1,"hunter2":2}', "hunter2", `${"[".repeat(40)}"hunter2"${"]".repeat(40)}`]) {
      assert.throws(
        () => parseStrictJson(text),
        (error: Error) => !/hunter2/.test(`${error.message}${error.stack}${String(error.cause)}`),
      );
    }
  });

  test("takes strings alone", () => {
    for (const value of [undefined, null, 1, {}, Buffer.from("1")]) {
      assert.throws(() => parseStrictJson(value as string), TypeError);
    }
  });
});
