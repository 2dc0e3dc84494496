import { posix } from "node:path";
import { codeOf, type SourceFile } from "./source.ts";

export type Import = { readonly specifier: string; readonly line: number };

/** Every module a file names: import, export from, import() and the type import("…"), type-only ones included. */
export function importsOf(file: SourceFile): readonly Import[] {
  const code = codeOf(file);
  return code.flatMap((token, at) => {
    if (token.kind !== "string") return [];
    const before = code[at - 1]?.text;
    const called = before === "(" && code[at - 2]?.text === "import";
    return before === "from" || before === "import" || called
      ? [{ specifier: token.text.slice(1, -1), line: token.line }]
      : [];
  });
}

/** The path a relative specifier means, from the root; undefined for a package, a builtin or a "#name". */
export const targetOf = (file: SourceFile, { specifier }: Import): string | undefined =>
  specifier.startsWith(".") ? posix.join(posix.dirname(file.path), specifier) : undefined;
