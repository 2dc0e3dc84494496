import { styleText } from "node:util";

/** Prints what happens, and remembers what should have happened and did not. */
export type Transcript = {
  readonly heading: (title: string, about: string) => void;
  readonly note: (text: string) => void;
  /** One line of the story. It is an expectation: what does not hold fails the demo. */
  readonly expect: (what: string, holds: boolean, seen: string) => void;
  /** The three parts of a token, in the colours they have everywhere. */
  readonly token: (token: string, parts: readonly [header: string, payload: string, signature: string]) => void;
  readonly table: (headings: readonly string[], rows: readonly (readonly string[])[]) => void;
  readonly failures: () => readonly string[];
};

/** A transcript on a stream; colours vanish where it is no terminal or `NO_COLOR` is set. */
export function createTranscript(out: NodeJS.WriteStream): Transcript {
  const failures: string[] = [];
  const line = (text = ""): void => void out.write(`${text}\n`);
  const style = (format: Parameters<typeof styleText>[0], text: string): string =>
    styleText(format, text, { stream: out });

  return {
    heading: (title, about) => {
      line();
      line(style(["bold", "underline"], title));
      line(style("dim", about));
      line();
    },
    note: (text) => line(style("dim", `     ${text}`)),
    expect: (what, holds, seen) => {
      if (!holds) failures.push(`${what}: ${seen}`);
      line(`  ${holds ? style("green", "✔") : style("red", "✘")}  ${what.padEnd(44)} ${seen}`);
    },
    token: (token, [header, payload, signature]) => {
      const parts = token.split(".");
      const colours = ["red", "magenta", "cyan"] as const;
      line(`     ${parts.map((part, at) => style(colours[at] ?? "dim", part)).join(style("dim", "."))}`);
      line(`     ${style("red", "header   ")} ${header}`);
      line(`     ${style("magenta", "payload  ")} ${payload}`);
      line(`     ${style("cyan", "signature")} ${signature}`);
    },
    table: (headings, rows) => {
      const widths = headings.map((heading, column) =>
        Math.max(heading.length, ...rows.map((row) => (row[column] ?? "").length)),
      );
      const cells = (row: readonly string[]): string =>
        row
          .map((cell, column) => cell.padEnd(widths[column] ?? 0))
          .join("   ")
          .trimEnd();
      line(`  ${style("bold", cells(headings))}`);
      for (const row of rows) line(`  ${cells(row)}`);
    },
    failures: () => failures,
  };
}
