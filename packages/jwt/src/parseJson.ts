import { endOfString, skipSpace } from "./jsonText.ts";
import { readJson } from "./readJson.ts";
import { StrictJsonError } from "./strictJsonError.ts";

/** How deep a value may nest, and whether it is frozen at every depth. */
export type ParseOptions = { readonly maxDepth: number; readonly freeze: boolean };

/**
 * The value of a JSON text without duplicate members. A duplicate replaces its elder in what `JSON.parse` makes, so
 * fewer members are left than were written. Throws `StrictJsonError`.
 */
export function parseJson(text: string, { maxDepth, freeze }: ParseOptions): unknown {
  const value = parse(text);
  const kept = visit(value, maxDepth, freeze);
  if (kept === 0 || mostNames(text) === kept) return value;
  const written = countNames(text);
  if (written === undefined) return readAndVisit(text, maxDepth, freeze);
  if (written !== kept) throw new StrictJsonError("duplicate_member");
  return value;
}

function readAndVisit(text: string, maxDepth: number, freeze: boolean): unknown {
  const value = readJson(text, maxDepth);
  visit(value, maxDepth, freeze);
  return value;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new StrictJsonError("not_json");
  }
}

/**
 * An upper bound for the names in a valid JSON text, which the native search finds fast: its quotes that a colon
 * follows. Where no space stands before a colon that is each name, and besides it a string that begins with a colon.
 * NaN where there are escapes, or spaces before colons.
 */
function mostNames(text: string): number {
  if (text.includes("\\") || hasSpaceBeforeColon(text)) return Number.NaN;
  let names = 0;
  for (let at = text.indexOf(":"); at >= 0; at = text.indexOf(":", at + 1)) {
    if (text.charCodeAt(at - 1) === quote) names++;
  }
  return names;
}

const hasSpaceBeforeColon = (text: string): boolean =>
  text.includes(" :") || text.includes("\n:") || text.includes("\t:") || text.includes("\r:");

/** The strings of a valid JSON text that a colon follows; undefined when one of them holds an escape (see `readJson`). */
function countNames(text: string): number | undefined {
  const hasEscapes = text.includes("\\");
  let names = 0;
  for (let start = text.indexOf('"'); start >= 0; ) {
    const end = hasEscapes ? endOfString(text, start) : text.indexOf('"', start + 1);
    if (text.charCodeAt(skipSpace(text, end + 1)) === colon) {
      if (hasEscapes && text.slice(start, end).includes("\\")) return undefined;
      names++;
    }
    start = text.indexOf('"', end + 1);
  }
  return names;
}

const colon = 0x3a;
const quote = 0x22;

/** Counts the members of a value at every depth, and freezes it on the way if asked to. */
function visit(value: unknown, depth: number, freeze: boolean): number {
  if (typeof value !== "object" || value === null) return 0;
  if (depth === 0) throw new StrictJsonError("too_deep");
  if (freeze) Object.freeze(value);
  if (Array.isArray(value)) return visitAll(value, depth - 1, freeze);
  const children = Object.values(value);
  return children.length + visitAll(children, depth - 1, freeze);
}

function visitAll(children: readonly unknown[], depth: number, freeze: boolean): number {
  let members = 0;
  for (let at = 0; at < children.length; at++) {
    const child = children[at];
    if (typeof child === "object" && child !== null) members += visit(child, depth, freeze);
  }
  return members;
}
