/** A line of the token library made wrong on purpose, and the tests that must notice. */
export type Fault = {
  /** What no longer holds, and where it is written. */
  readonly rule: string;
  /** Below packages/jwt/src. */
  readonly file: string;
  /** Stands in the file exactly once, so that the list stays in step with the source. */
  readonly text: string;
  readonly replacement: string;
  /** The file below packages/jwt/test that fails, without `.test.ts`. */
  readonly caughtBy: string;
};

/** A source text with the fault in it. Throws when the fault's text does not stand there exactly once. */
export function withFault(source: string, { rule, file, text, replacement }: Fault): string {
  const [before, after, ...more] = text === "" ? [] : source.split(text);
  if (before === undefined || after === undefined || more.length > 0) {
    throw new Error(`${file} must hold this text exactly once, for the fault "${rule}":\n${text}`);
  }
  return before + replacement + after;
}
