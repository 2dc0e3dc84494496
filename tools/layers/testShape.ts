import { codeOf, type SourceFile, type Token, type Violation } from "./source.ts";

/** Every test runs, and every test file asserts something, itself or through a conformance suite. */
export const requireHonestTests = (files: readonly SourceFile[]): readonly Violation[] =>
  files.filter(({ path }) => /\.test\.tsx?$/.test(path)).flatMap((file) => [...leftOut(file), ...assertsNothing(file)]);

const leftOut = (file: SourceFile): readonly Violation[] => {
  const code = codeOf(file);
  return code.flatMap(({ text, line }, at) => {
    if (!/^(?:only|skip|todo)$/.test(text)) return [];
    const [before, after, value] = [code[at - 1]?.text, code[at + 1]?.text, code[at + 2]];
    const called = before === "." && after === "(";
    const option = after === ":" && (value?.text === "true" || value?.kind === "string");
    return called || option ? [{ path: file.path, line, message: `${text} leaves tests out` }] : [];
  });
};

const assertsNothing = (file: SourceFile): readonly Violation[] =>
  codeOf(file).some(isAssertion) ? [] : [{ path: file.path, line: 1, message: "no assertion in this test file" }];

const isAssertion = ({ text }: Token, at: number, code: readonly Token[]): boolean =>
  /^assert|Conformance$/.test(text) && /^[.(]$/.test(code[at + 1]?.text ?? "");
