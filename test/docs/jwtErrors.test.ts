import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { parseDocument, tableRows } from "./markdown.ts";
import { jwtRefusalCodes } from "./refusalCodes.ts";
import { elsewhere, wrongCalls } from "./typeErrors.ts";

const root = join(import.meta.dirname, "../..");
const page = parseDocument("docs/jwt-errors.md", readFileSync(join(root, "docs/jwt-errors.md"), "utf8"));

const codes = Object.keys(jwtRefusalCodes);

describe("docs/jwt-errors.md, refusal codes", () => {
  const headings = page.prose.flatMap((line, at) => {
    const [, code] = /^### `(.+)`$/.exec(line) ?? [];
    return code === undefined ? [] : [{ code, line: at + 1 }];
  });

  test("has every code and no other", () => {
    assert.deepEqual(
      headings.map(({ code }) => code),
      codes,
    );
  });

  for (const [at, { code, line }] of headings.entries()) {
    const end = headings[at + 1]?.line ?? page.prose.indexOf("## TypeErrors");

    test(`${code} has an example that ends with this very refusal, a cause, and what to do`, () => {
      const bullets = page.prose.slice(line, end).flatMap((text) => /^- (.+?): ./.exec(text)?.[1] ?? []);
      assert.deepEqual(bullets, ["Cause", "To do"]);
      const blocks = page.blocks.filter((block) => block.line > line && block.line < end);
      assert.deepEqual(
        blocks.map(({ info }) => info),
        ["ts run after setup"],
      );
      assert.match(
        blocks[0]?.text.split("\n").at(-1) ?? "",
        new RegExp(`^assert\\.equal\\(codeOf\\(.+\\), "${code}"\\);$`),
      );
    });
  }
});

describe("docs/jwt-errors.md, TypeErrors", () => {
  const listed = ["Keys", "Signing", "Verifiers and policies"]
    .flatMap((heading) => tableRows(page, heading))
    .map(([message = ""]) => message.replace(/^(`+) ?(.+?) ?\1$/, "$2"));

  /** `…` stands for any text. */
  const fits = (pattern: string, message: string): boolean =>
    new RegExp(`^${pattern.replaceAll(/[$()*+./?[\\\]^{|}]/g, "\\$&").replaceAll("…", ".+")}$`).test(message);

  const provoked = wrongCalls.map((call) => {
    try {
      return `nothing, at ${call.toString()}${String(call())}`;
    } catch (error) {
      return error instanceof TypeError ? error.message : String(error);
    }
  });

  test("each wrong call gets a message that is listed", () => {
    const unlisted = provoked.filter((message) => !listed.some((pattern) => fits(pattern, message)));
    assert.deepEqual(unlisted, []);
    assert.equal(new Set(listed).size, listed.length);
  });

  test("each message that is listed comes of a wrong call", () => {
    const unproven = listed.filter((pattern) => !provoked.some((message) => fits(pattern, message)));
    assert.deepEqual(unproven, elsewhere);
  });

  test("has every message that the source can throw", () => {
    const thrown = sourceFiles().flatMap(typeErrorsIn);
    assert.ok(thrown.length > 70);
    const missing = thrown.filter((message) => !listed.some((pattern) => fits(pattern, message)));
    assert.deepEqual(missing, []);
  });
});

/** What the package's main entry is made of. */
function sourceFiles(): readonly string[] {
  const source = join(root, "packages/jwt/src");
  return readdirSync(source, { recursive: true })
    .map(String)
    .filter((name) => name.endsWith(".ts") && !/^jws\b|^json[\\/]strictJson\.ts$/.test(name))
    .map((name) => readFileSync(join(source, name), "utf8"));
}

/** The texts of `new TypeError(…)`, with `…` for what is filled in. Those that only pass a text on are left out. */
const typeErrorsIn = (source: string): readonly string[] =>
  [...source.matchAll(/new TypeError\(\s*(["'`])(.+?)\1,?\s*\)/g)]
    .map(([, , text = ""]) => text.replaceAll(/\$\{(?:[^{}]|\{[^{}]*\})*\}/g, "…"))
    .filter((text) => !/^policy: … …$/.test(text));
