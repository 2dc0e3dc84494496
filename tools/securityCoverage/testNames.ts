import { codeOf, isTypeScript, type SourceFile, type Token } from "../layers/source.ts";

/** The name of a test or of a group of tests, as far as it stands in the source, and the file it stands in. */
export type TestName = { readonly name: string; readonly path: string };

/** Where tests are defined: test files, what they import from beside them, and the suite for stores. */
const testFile = /^(?:packages\/[^/]+\/test\/|test\/|tools\/.*\.test\.ts$|packages\/server\/src\/store\/conformance\/)/;

/** The names of all tests of a repository that can be read without running them. What a template fills in is written as "…". */
export const testNames = (files: readonly SourceFile[]): readonly TestName[] =>
  files
    .filter((file) => isTypeScript(file) && testFile.test(file.path))
    .flatMap((file) => namesIn(codeOf(file)).map((name) => ({ name, path: file.path })));

const namesIn = (code: readonly Token[]): readonly string[] =>
  code.flatMap((_, at) => (isCall(code, at) ? textAt(code, at + 2) : isRowOfIds(code, at) ? rowAt(code, at) : []));

/** `test("…"`, and the same for describe, it, and the rules of the store's suite, which take the store's name first. */
function isCall(code: readonly Token[], at: number): boolean {
  return (
    /^(?:test|it|describe)$/.test(code[at]?.text ?? "") && code[at - 1]?.text !== "." && code[at + 1]?.text === "("
  );
}

/** A member of a table that begins with an id: `row: "J-03 …"`, or `id: "J-05, J-06"` with the rule beside it. */
const isRowOfIds = (code: readonly Token[], at: number): boolean =>
  code[at]?.kind === "string" && code[at - 1]?.text === ":" && beginsWithId.test(code[at]?.text.slice(1) ?? "");

const id = "(?:ASVS-\\d+\\.\\d+\\.\\d+|NIST-[PRS]\\d+|JWT-\\d+|OA-\\d+|CS-[A-Z]{2,4}\\d*|CB-\\d+|[AFHJLRS]-\\d{2})";
const beginsWithId = new RegExp(`^${id}(?!\\w)`);
const onlyIds = new RegExp(`^${id}(?:, ${id})*$`);

/** The ids in a name. A range in the last part, such as `15.4.1..4`, stands for each of its members. */
export const idsIn = (name: string): readonly string[] =>
  [...name.matchAll(new RegExp(`(?<![\\w-])(${id})(?:\\.\\.(\\d+))?(?!\\w)`, "g"))].flatMap(([, first = "", last]) =>
    last === undefined ? [first] : membersOf(first, Number(last)),
  );

function membersOf(first: string, last: number): readonly string[] {
  const [, stem = "", from = ""] = /^(.*?)(\d+)$/.exec(first) ?? [];
  const width = from.length;
  return Array.from(
    { length: last - Number(from) + 1 },
    (_, step) => stem + `${Number(from) + step}`.padStart(width, "0"),
  );
}

function rowAt(code: readonly Token[], at: number): readonly string[] {
  const name = unquoted(code[at]?.text ?? "");
  if (!onlyIds.test(name)) return [name];
  const rule = code.slice(at + 1, at + 5).find(({ kind }) => kind === "string");
  return [rule ? `${name}: ${unquoted(rule.text)}` : name];
}

/** The text that begins at a token: a string, or what of a template is fixed. */
function textAt(code: readonly Token[], at: number): readonly string[] {
  const first = code[at];
  if (first?.kind === "string") return [unquoted(first.text)];
  if (first?.kind !== "template") return [];
  let text = first.text.slice(1);
  for (let next = at + 1; text.endsWith("${"); next++) {
    const token = code[next];
    if (token === undefined) break;
    if (token.kind === "template" && token.text.startsWith("}")) text = `${text.slice(0, -2)}…${token.text.slice(1)}`;
  }
  return [text.replace(/`$/, "")];
}

const unquoted = (text: string): string => text.slice(1, -1).replaceAll(/\\(["'`\\])/g, "$1");
