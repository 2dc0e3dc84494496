import { isPackageSource, type SourceFile, type Token, tokensOf, type Violation } from "./source.ts";

/** Every export of a package has a doc comment on the line above it. Overloads share the first one's; re-exports need none. */
export const requireDocComments = (files: readonly SourceFile[]): readonly Violation[] =>
  files.filter(isPackageSource).flatMap(undocumented);

function undocumented(file: SourceFile): readonly Violation[] {
  const tokens = tokensOf(file);
  const documented = new Set<string>();
  return tokens.flatMap((token, at) => {
    const name = token.kind === "word" && token.text === "export" ? declaredName(tokens, at) : undefined;
    if (name === undefined || documented.has(name)) return [];
    documented.add(name);
    return isDocumented(tokens, at)
      ? []
      : [{ path: file.path, line: token.line, message: `${name} is exported without a /** */ comment directly above` }];
  });
}

const declarations = /^(?:function|const|let|var|class|type|interface)$/;
const modifiers = /^(?:async|abstract|declare|default|\*)$/;

function declaredName(tokens: readonly Token[], at: number): string | undefined {
  let next = at + 1;
  while (modifiers.test(tokens[next]?.text ?? "")) next += 1;
  if (!declarations.test(tokens[next]?.text ?? "")) return undefined;
  const name = tokens.slice(next + 1).find(({ text }) => text !== "*");
  return name?.kind === "word"
    ? name.text
    : name?.text === "{" && tokens[next]?.text === "const"
      ? "a pattern"
      : undefined;
}

function isDocumented(tokens: readonly Token[], at: number): boolean {
  let line = tokens[at]?.line ?? 0;
  for (let before = at - 1; before >= 0; before -= 1) {
    const comment = tokens[before];
    if (comment?.kind !== "comment" || endLine(comment) < line - 1) return false;
    if (comment.text.startsWith("/**")) return true;
    line = comment.line;
  }
  return false;
}

const endLine = ({ line, text }: Token): number => line + text.split("\n").length - 1;
