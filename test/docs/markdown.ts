import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** A fenced block: what stands behind the fence, the text, and the line of the file on which the text begins. */
export type Block = { readonly info: string; readonly text: string; readonly line: number };

/** A Markdown file, read once. `prose` is the text without fenced blocks, line by line. */
export type Document = {
  readonly path: string;
  readonly prose: readonly string[];
  readonly blocks: readonly Block[];
  readonly anchors: ReadonlySet<string>;
};

/** Every document that is written for people: at the top, in docs, and beside each package. */
export function readDocuments(root: string): readonly Document[] {
  const packages = readdirSync(join(root, "packages")).map((name) => `packages/${name}/README.md`);
  const pages = readdirSync(join(root, "docs"), { recursive: true }).map((name) => `docs/${String(name)}`);
  return ["README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md", ...pages, ...packages]
    .filter((path) => path.endsWith(".md") && existsSync(join(root, path)))
    .map((path) => parseDocument(path, readFileSync(join(root, path), "utf8")));
}

/** Takes a Markdown text apart. Fences are the only structure that matters here: what stands in one is no prose. */
export function parseDocument(path: string, text: string): Document {
  const prose: string[] = [];
  const blocks: Block[] = [];
  let open: { info: string; lines: string[]; line: number } | undefined;
  for (const [index, line] of text.split("\n").entries()) {
    const fence = /^ *```(.*)$/.exec(line);
    if (fence && open) {
      blocks.push({ info: open.info, text: open.lines.join("\n"), line: open.line });
      open = undefined;
    } else if (fence) open = { info: fence[1]?.trim() ?? "", lines: [], line: index + 2 };
    else open?.lines.push(line);
    prose.push(fence || open ? "" : line);
  }
  return { path, prose, blocks, anchors: anchorsOf(prose) };
}

/** A link of the prose, and where it stands. */
export type Link = { readonly target: string; readonly line: number };

/** Links to other files or headings; those with a scheme lead out of the repository. */
export const localLinks = ({ prose }: Document): readonly Link[] =>
  prose.flatMap((line, index) =>
    [...withoutCode(line).matchAll(/\]\(([^)\s]+)\)/g)]
      .map(([, target = ""]) => ({ target, line: index + 1 }))
      .filter(({ target }) => !/^[a-z]+:/.test(target)),
  );

/** The texts between backticks, in the prose. */
export const inlineCode = ({ prose }: Document): readonly string[] =>
  prose.flatMap((line) => [...line.matchAll(/`([^`]+)`/g)].map(([, code = ""]) => code));

/** The first cell of each row of the tables under a heading, as it stands between backticks. */
export const firstCells = (document: Document, heading: string): readonly string[] =>
  tableRows(document, heading).map(([first = ""]) => /`([^`]+)`/.exec(first)?.[1] ?? first);

/** The rows of the tables under a heading, cell by cell, without heads and rules. */
export function tableRows({ prose }: Document, heading: string): readonly (readonly string[])[] {
  const start = prose.findIndex((line) => /^#+ /.test(line) && line.replace(/^#+ /, "") === heading);
  if (start === -1) throw new Error(`there is no heading "${heading}"`);
  const length = prose.slice(start + 1).findIndex((line) => /^#+ /.test(line));
  const lines = prose.slice(start + 1, length === -1 ? undefined : start + 1 + length);
  return lines
    .filter((line, index) => line.startsWith("|") && !isRule(line) && !isRule(lines[index + 1] ?? ""))
    .map((line) =>
      line
        .split(/(?<!\\)\|/)
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
}

const isRule = (line: string): boolean => /^\|[\s|:-]+\|$/.test(line);

const withoutCode = (line: string): string => line.replace(/`[^`]*`/g, "");

/** GitHub's anchors: lower case, no punctuation, hyphens for spaces, a number behind a repeated one. */
function anchorsOf(prose: readonly string[]): ReadonlySet<string> {
  const seen = new Map<string, number>();
  const anchors = prose.flatMap((line) => {
    const title = /^#{1,6} (.+)$/.exec(line)?.[1];
    if (title === undefined) return [];
    const anchor = title
      .toLowerCase()
      .replace(/[^\p{L}\p{N}_\- ]/gu, "")
      .replaceAll(" ", "-");
    const count = seen.get(anchor) ?? 0;
    seen.set(anchor, count + 1);
    return [count === 0 ? anchor : `${anchor}-${count}`];
  });
  return new Set(anchors);
}
