/** One file of the repository, its path relative to the root and written with forward slashes. */
export type SourceFile = { readonly path: string; readonly text: string };

/** One broken rule, at a line that an editor can jump to. */
export type Violation = { readonly path: string; readonly line: number; readonly message: string };

/** A rule of the shape: takes every file, returns what breaks the rule. Pure, so that planted files can prove it. */
export type Checker = (files: readonly SourceFile[]) => readonly Violation[];

export type Token = {
  readonly kind: "comment" | "string" | "template" | "regex" | "word" | "number" | "mark";
  readonly text: string;
  readonly line: number;
};

/** The tokens of a TypeScript file, comments among them. Remembered per file object, as most rules ask. */
export function tokensOf(file: SourceFile): readonly Token[] {
  const known = remembered.get(file);
  if (known) return known;
  const tokens = [...scan(file.text)];
  remembered.set(file, tokens);
  return tokens;
}

/** The tokens that do something: a word in a comment or a string is never one of these words. */
export const codeOf = (file: SourceFile): readonly Token[] => tokensOf(file).filter(({ kind }) => kind !== "comment");

export const isTypeScript = ({ path }: SourceFile): boolean => /\.[cm]?tsx?$/.test(path);

/** What a package ships, as opposed to its tests: packages/<name>/src. */
export const isPackageSource = (file: SourceFile): boolean =>
  isTypeScript(file) && /^packages\/[^/]+\/src\//.test(file.path);

const remembered = new WeakMap<SourceFile, readonly Token[]>();

const lexemes = {
  space: /\s+/,
  comment: /^#![^\n]*|\/\/[^\n]*|\/\*[\s\S]*?\*\//,
  string: /"(?:\\[\s\S]|[^"\\\n])*"?|'(?:\\[\s\S]|[^'\\\n])*'?/,
  word: /[\p{ID_Start}$_#@][\p{ID_Continue}$]*/u,
  number: /\.?\d[\w.]*/,
  mark: /\.\.\.|[!=]==?|=>|\?\?=?|\?\.|&&=?|\|\|=?|\+\+|--|[\s\S]/,
};
const plain = new RegExp(
  Object.entries(lexemes)
    .map(([kind, { source }]) => `(?<${kind}>${source})`)
    .join("|"),
  "uy",
);
const regex = /\/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])+\/[a-z]*/y;
const templateChunk = /(?:\\[\s\S]|\$(?!\{)|[^`\\$])*(?<end>`|\$\{|$)/y;

/** A scanner, not a parser: enough of the grammar to tell code from text. Expressions inside template strings are code. */
function* scan(text: string): Generator<Token> {
  let at = 0;
  let line = 1;
  let last: Token | undefined;
  const openBraces: number[] = [];

  const take = (kind: Token["kind"], from: number): Token => {
    const token = { kind, text: text.slice(from, at), line };
    line += token.text.split("\n").length - 1;
    if (kind !== "comment") last = token;
    return token;
  };
  const takeTemplate = (): Token => {
    const from = at;
    if (endOfChunk() === "${") openBraces.push(0);
    return take("template", from);
  };
  const endOfChunk = (): string | undefined => {
    const chunk = matchAt(templateChunk, text, at + 1);
    at += 1 + (chunk?.[0].length ?? 0);
    return chunk?.groups?.end;
  };

  while (at < text.length) {
    const from = at;
    const depth = openBraces.at(-1);
    if (text[at] === "`") yield takeTemplate();
    else if (text[at] === "}" && depth === 0) {
      openBraces.pop();
      yield takeTemplate();
    } else {
      const expression = startsRegex(text, at, last) ? matchAt(regex, text, at) : undefined;
      const found = expression ?? matchAt(plain, text, at);
      const kind = expression ? "regex" : kindOf(found);
      at += found?.[0].length ?? 1;
      if (depth !== undefined && kind === "mark")
        openBraces[openBraces.length - 1] = depth + braces(text.slice(from, at));
      if (kind === "space") line += text.slice(from, at).split("\n").length - 1;
      else yield take(kind, from);
    }
  }
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text) ?? undefined;
}

const kinds = ["space", "comment", "string", "word", "number"] as const;
const kindOf = (match: RegExpExecArray | undefined): (typeof kinds)[number] | "mark" =>
  kinds.find((kind) => match?.groups?.[kind] !== undefined) ?? "mark";

const braces = (mark: string): number => (mark === "{" ? 1 : mark === "}" ? -1 : 0);

/** A slash starts a regular expression where a value is due, and divides where one has just ended. */
function startsRegex(text: string, at: number, last: Token | undefined): boolean {
  if (text[at] !== "/" || text[at + 1] === "/" || text[at + 1] === "*") return false;
  if (last?.kind === "word") return /^(?:return|typeof|case|in|of|delete|void|throw|else|await|yield)$/.test(last.text);
  return last === undefined || (last.kind === "mark" && !/^[)\]}]$/.test(last.text));
}
