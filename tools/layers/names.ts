import type { SourceFile, Violation } from "./source.ts";

const empty = /^(?:utils?|helpers?|misc|common|shared|lib)(?:\.|$)/i;

/** A name says what is inside. These say that nobody decided. */
export const refuseEmptyNames = (files: readonly SourceFile[]): readonly Violation[] =>
  files.flatMap(({ path }) => {
    const name = path.split("/").find((part) => empty.test(part));
    return name === undefined ? [] : [{ path, line: 1, message: `"${name}" does not say what is inside` }];
  });
