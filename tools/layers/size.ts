import { isTypeScript, type SourceFile, type Violation } from "./source.ts";

const lineLimit = 300;

/** A file that needs more than 300 lines is two files. */
export const limitSize = (files: readonly SourceFile[]): readonly Violation[] =>
  files.filter(isTypeScript).flatMap(({ path, text }) => {
    const lines = text.replace(/\n$/, "").split("\n").length;
    return lines > lineLimit ? [{ path, line: lineLimit, message: `${lines} lines; the limit is ${lineLimit}` }] : [];
  });
