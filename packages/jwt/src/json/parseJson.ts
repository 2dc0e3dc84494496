import { endOfString, skipSpace } from "./jsonText.ts";
import { readJson } from "./readJson.ts";
import { StrictJsonError } from "./strictJsonError.ts";

/** How deep a value may nest, and whether it is frozen at every depth. */
export type ParseOptions = { readonly maxDepth: number; readonly freeze: boolean };

/**
 * The value of a JSON text without duplicate members. A duplicate replaces its elder in what `JSON.parse` makes, so
 * fewer strings are left than were written, as names are strings. `quotes`, if known, is the number of quotes in the
 * text. Throws `StrictJsonError`.
 */
export function parseJson(text: string, { maxDepth, freeze }: ParseOptions, quotes?: number): unknown {
  const value = parse(text);
  const kept = countStrings(value, maxDepth, freeze);
  if (2 * kept === quotes && !text.includes("\\")) return value;
  const written = countWrittenStrings(text);
  if (written === undefined) return readAndCount(text, maxDepth, freeze);
  if (written !== kept) throw new StrictJsonError("duplicate_member");
  return value;
}

function readAndCount(text: string, maxDepth: number, freeze: boolean): unknown {
  const value = readJson(text, maxDepth);
  countStrings(value, maxDepth, freeze);
  return value;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new StrictJsonError("not_json");
  }
}

/** The strings in a valid JSON text; undefined when the name of a member holds an escape (see `readJson`). */
function countWrittenStrings(text: string): number | undefined {
  return text.includes("\\") ? countWithEscapes(text) : countPlain(text);
}

/** Two functions, as V8 would ask the one about backslashes again for each string, and a long text has many. */
function countPlain(text: string): number {
  let quotes = 0;
  for (let at = text.indexOf('"'); at >= 0; at = text.indexOf('"', at + 1)) quotes++;
  return quotes / 2;
}

function countWithEscapes(text: string): number | undefined {
  let strings = 0;
  for (let start = text.indexOf('"'); start >= 0; strings++) {
    const end = endOfString(text, start);
    if (isEscapedName(text, start, end)) return undefined;
    start = text.indexOf('"', end + 1);
  }
  return strings;
}

const isEscapedName = (text: string, start: number, end: number): boolean =>
  text.charCodeAt(skipSpace(text, end + 1)) === colon && text.slice(start, end).includes("\\");

const colon = 0x3a;

/** Counts the strings of a value at every depth, names and values, and freezes it on the way if asked to. */
function countStrings(value: unknown, depth: number, freeze: boolean): number {
  if (typeof value === "string") return 1;
  if (typeof value !== "object" || value === null) return 0;
  if (depth === 0) throw new StrictJsonError("too_deep");
  if (freeze) Object.freeze(value);
  if (Array.isArray(value)) return countAll(value, depth - 1, freeze);
  const children = Object.values(value);
  return children.length + countAll(children, depth - 1, freeze);
}

function countAll(children: readonly unknown[], depth: number, freeze: boolean): number {
  let strings = 0;
  for (let at = 0; at < children.length; at++) {
    const child = children[at];
    if (typeof child === "string") strings++;
    else if (typeof child === "object" && child !== null) strings += countStrings(child, depth, freeze);
  }
  return strings;
}
