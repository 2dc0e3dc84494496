import assert from "node:assert/strict";
import { join } from "node:path";
import { describe, test } from "node:test";
import { readRepository } from "./layers/repository.ts";
import { rules } from "./layers/rules.ts";
import type { SourceFile, Violation } from "./layers/source.ts";

const repository = readRepository(join(import.meta.dirname, ".."));

/** What each rule must catch (one violation, at the marked line) and, beside it, look-alikes that it must let pass. */
const planted: Readonly<Record<string, { readonly faults: Planted; readonly lookalikes?: Planted }>> = {
  "packages import downwards, by name, and only what they list": {
    faults: {
      "jwt reaches for the file system": source("jwt", "sign", 'import { open } from "node:fs";'),
      "jwt imports the verifier": source("jwt", "sign", 'export { judge } from "@cardea/verifier/judge"; // up'),
      "verifier imports an undeclared package": source("verifier", "keys", 'const jose = await import("jose");'),
      "server imports jwt by path": source("server", "app", 'import type { Key } from "../../jwt/src/key.ts";'),
      "a story imports a package by path": [plant("test/story.ts", 'import "../packages/jwt/src/index.ts";')],
    },
    lookalikes: {
      "an import in a comment": source("jwt", "sign", '// import "jose";\nconst from = "jose";'),
      "a declared dependency": source("server", "app", 'import { Hono } from "hono/tiny";\nimport "@cardea/jwt";'),
    },
  },
  "rooms of the server import only what rows.ts lets them see": {
    faults: {
      "people import revoke, their neighbour": source("server", "people/accounts", 'import "../revoke/log.ts";'),
      "issue imports session, below it": source(
        "server",
        "issue/accessToken",
        'import type { S } from "../session/s.ts";',
      ),
      "a store looks at people": source("server", "store/memory", 'import { p } from "../people/accounts.ts";'),
      "a file without a room": source("server", "attic/box", ""),
    },
    lookalikes: {
      "session calls issue": source("server", "session/session", 'import { mint } from "../issue/accessToken.ts";'),
      "the command line sees everything": source("server", "cli/serve", 'import { app } from "../app.ts";'),
    },
  },
  "what is banned stands only where it is allowed": {
    faults: {
      "the clock": source("jwt", "verify", "const now = Date.now();"),
      "the clock in a date": source("server", "session/session", ["const at = `$", "{new Date()}`;"].join("")),
      "the stopwatch": source("verifier", "view", "performance.now();"),
      "the finer stopwatch": source("verifier", "view", "process.hrtime.bigint();"),
      "random bytes": source("server", "people/services", 'import { randomBytes } from "node:crypto";'),
      "random numbers, even in a test": [plant("packages/jwt/test/a.test.ts", "Math.random();")],
      "the network": source("verifier", "remoteKeys", "const answer = await fetch(url);"),
      "the terminal": source("server", "session/session", "console.log(session);"),
      "a query": source("server", "people/accounts", 'sql("DELETE FROM accounts");'),
      "a response": source("server", "session/cookie", "new Response(null);"),
      "a response of JSON": source("server", "session/cookie", "Response.json({});"),
      "a request": source("server", "revoke/feed", "new Request(url);"),
      "any type": source("jwt", "peek", "const claims = value as any;"),
      "a non-null assertion": source("jwt", "peek", "parts[1]!.length;"),
      "a default export": [plant("tools/a.ts", "export default {};")],
      "an enum": [plant("test/a.ts", "enum Colour { red }")],
      "a namespace": [plant("examples/a.ts", "namespace Colour {}")],
    },
    lookalikes: {
      "words in comments and strings": source("jwt", "a", '// Date.now() ! any\n"Math.random(); console.log";'),
      "dates that convert": source("jwt", "a", "new Date(ms).toISOString();"),
      "somebody's fetch": source("verifier", "a", "world.fetch(url); const w = { fetch(url) {} };"),
      "members named any and negations": source("jwt", "a", "Promise.any(all); if (!a || b !== c) !d;"),
      "the world and the store": [
        ...source("server", "world", "Date.now();"),
        ...source("server", "store/sqlite", '"SELECT * FROM accounts";'),
      ],
    },
  },
  "no file has more than 300 lines": {
    faults: { "a line too many": [plant("test/long.ts", `${"\n".repeat(300)}1;\n`)] },
    lookalikes: { "exactly 300": [plant("test/long.ts", `${"\n".repeat(299)}1;\n`)] },
  },
  "every name says what is inside": {
    faults: {
      "a file": [plant("packages/jwt/src/utils.ts", "")],
      "a folder": [plant("test/helpers/clock.ts", "")],
    },
    lookalikes: { "a longer name": [plant("packages/jwt/src/commonMistakes.ts", "")] },
  },
  "no file imports itself through others": {
    faults: {
      "three in a circle": [
        plant("packages/jwt/src/a.ts", 'import "./b.ts";'),
        plant("packages/jwt/src/b.ts", 'export type { C } from "./c.ts";'),
        plant("packages/jwt/src/c.ts", 'import type { A } from "./a.ts";'),
      ],
    },
    lookalikes: {
      "two ways to one file": [
        plant("packages/jwt/src/a.ts", 'import "./b.ts";\nimport "./c.ts";'),
        plant("packages/jwt/src/b.ts", 'import "./c.ts";'),
      ],
    },
  },
  "every export has a doc comment directly above": {
    faults: {
      "nothing above": source("jwt", "a", "export const a = 1;"),
      "an ordinary comment": source("jwt", "a", "// The answer.\nexport function a(): void {}"),
      "a comment one statement away": source("jwt", "a", "/** Proof. */\ndeclare const p: symbol;\nexport type A = 1;"),
    },
    lookalikes: {
      "a comment, overloads and a re-export": source(
        "jwt",
        "a",
        '/** Makes a. */\nexport function a(): 1;\nexport function a(b: 1): 1;\nexport { b } from "./b.ts";',
      ),
    },
  },
  "every test runs, and every test file asserts": {
    faults: {
      "only one": [plant("test/a.test.ts", "test.only('a', () => assert.ok(1));")],
      "one left out": [plant("test/a.test.ts", "test.skip('a', () => assert.ok(1));")],
      "one for later": [plant("test/a.test.ts", "test('a', { todo: true }, () => assert.ok(1));")],
      "nothing asserted": [plant("test/a.test.ts", "test('a', () => {}); // assert.ok()")],
    },
    lookalikes: { "a conformance suite": [plant("test/a.test.ts", "storeConformance('memory', open);")] },
  },
  "no comment speaks of unfinished work": {
    faults: { "a note to oneself": source("jwt", "a", "/* TODO: later */") },
  },
  "committed text works on any machine and from any registry": {
    faults: {
      "a registry": [plant("package-lock.json", `"https://registry.${["npmjs", "org"].join(".")}/hono"`)],
      "a folder of this machine": [plant("docs/start.md", `cd ${["", "work", "main"].join("/")}`)],
    },
    lookalikes: { "a folder in the repository": [plant("docs/start.md", "see ./tmp/a and https://a.test/work/b")] },
  },
};

for (const { rule, check } of rules) {
  describe(rule, () => {
    test("the repository keeps it", () => assert.deepEqual(check(repository).map(inOneLine), []));

    for (const [name, files] of Object.entries(planted[rule]?.faults ?? {})) {
      test(`it catches: ${name}`, () => assert.equal(check([...manifests(), ...files]).length, 1));
    }
    for (const [name, files] of Object.entries(planted[rule]?.lookalikes ?? {})) {
      test(`it lets pass: ${name}`, () => assert.deepEqual(check([...manifests(), ...files]).map(inOneLine), []));
    }
  });
}

test("every rule has a planted fault", () => {
  assert.deepEqual(Object.keys(planted).toSorted(), rules.map(({ rule }) => rule).toSorted());
});

type Planted = Readonly<Record<string, readonly SourceFile[]>>;

function plant(path: string, text: string): SourceFile {
  return { path, text };
}

function source(folder: string, name: string, text: string): readonly SourceFile[] {
  return [plant(`packages/${folder}/src/${name}.ts`, text)];
}

function manifests(): readonly SourceFile[] {
  return repository.filter(({ path }) => /^packages\/[^/]+\/package\.json$/.test(path));
}

function inOneLine({ path, line, message }: Violation): string {
  return `${path}:${line} ${message}`;
}
