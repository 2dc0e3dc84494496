import { styleText } from "node:util";
import { escapeControls } from "../printable.ts";

/**
 * Prints an answer: as JSON for programs, or as text for people. JSON leaves controls above ASCII and marks of direction as they
 * are, and it too is read at terminals, so they are escaped: what is shown may be a stranger's.
 */
export function print(json: boolean, value: unknown, text: () => string): void {
  process.stdout.write(json ? `${escapeControls(JSON.stringify(value))}\n` : `${text()}\n`);
}

/** Prints what went wrong, on standard error. */
export function printError(message: string): void {
  process.stderr.write(`${message}\n`);
}

/** Columns under a heading; `nothing` when there are no rows. What steers a terminal is escaped. */
export function table(headings: readonly string[], rows: readonly (readonly string[])[], nothing: string): string {
  if (rows.length === 0) return nothing;
  const plain = rows.map((row) => row.map((cell) => escapeControls(cell)));
  const widths = headings.map((heading, column) =>
    Math.max(heading.length, ...plain.map((row) => row[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd();
  return [dim(line(headings)), ...plain.map(line)].join("\n");
}

/** Styles that vanish where standard output is no terminal or `NO_COLOR` is set. */
export const dim = (text: string): string => styleText("dim", text);

/** The three parts of a token, by the colours they have everywhere in Cardea: header, payload, signature. */
export const partColours: {
  readonly header: (text: string) => string;
  readonly payload: (text: string) => string;
  readonly signature: (text: string) => string;
} = {
  header: (text) => styleText("red", text),
  payload: (text) => styleText("magenta", text),
  signature: (text) => styleText("cyan", text),
};

/** An instant for people: UTC to the second. */
export const humanTime = (ms: number): string =>
  new Date(ms)
    .toISOString()
    .replace("T", " ")
    .replace(/\.\d+Z$/, " UTC");
