import { isTypeScript, type SourceFile, tokensOf, type Violation } from "./source.ts";

/** No comment says that the work is not done: it is done, or it is not here. */
export const refuseUnfinished = (files: readonly SourceFile[]): readonly Violation[] =>
  files.filter(isTypeScript).flatMap((file) =>
    tokensOf(file)
      .filter(({ kind, text }) => kind === "comment" && marks.test(text))
      .map(({ line }) => ({ path: file.path, line, message: "a comment about unfinished work" })),
  );

const marks = /\b(?:TODO|FIXME|XXX|HACK)\b/;
