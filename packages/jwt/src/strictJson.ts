import { readJson } from "./readJson.ts";
import { refuseUnknownOptions } from "./refuseUnknownOptions.ts";
import { StrictJsonError } from "./strictJsonError.ts";

export { StrictJsonError } from "./strictJsonError.ts";

/**
 * `JSON.parse` for text that must mean one thing to everybody (RFC 8259 §4): refuses duplicate members at any depth
 * and nesting deeper than `maxDepth` (32 unless told, 1000 at most). `__proto__` is an ordinary own member.
 * Throws `StrictJsonError`.
 */
export function parseStrictJson(text: string, options?: { readonly maxDepth?: number }): unknown {
  const maxDepth = options === undefined ? defaultMaxDepth : checkedDepth(options);
  const value = parse(text);
  const members = countWrittenMembers(text, maxDepth);
  if (members === tooDeep) throw new StrictJsonError("too_deep");
  if (members === escapedName) return readJson(text, maxDepth);
  if (members !== 0 && members !== countKeptMembers(value)) throw new StrictJsonError("duplicate_member");
  return value;
}

const defaultMaxDepth = 32;

function checkedDepth(options: { readonly maxDepth?: number }): number {
  refuseUnknownOptions("parseStrictJson", options, ["maxDepth"]);
  const { maxDepth = defaultMaxDepth } = options;
  if (Number.isInteger(maxDepth) && maxDepth >= 1 && maxDepth <= 1000) return maxDepth;
  throw new RangeError("parseStrictJson: maxDepth must be an integer from 1 to 1000");
}

function parse(text: string): unknown {
  if (typeof text !== "string") throw new TypeError("parseStrictJson: expects a string");
  try {
    return JSON.parse(text);
  } catch {
    throw new StrictJsonError("not_json");
  }
}

const tooDeep = -1;
const escapedName = -2;

/**
 * The number of members written in a valid JSON text: its colons outside strings. Or `tooDeep`, or `escapedName` at the
 * first name that holds an escape. `| 32` folds `[` into `{` and `]` into `}`.
 */
function countWrittenMembers(text: string, maxDepth: number): number {
  let members = 0;
  let depth = 0;
  let stringEnd = 0;
  for (let at = 0; at < text.length; at++) {
    const char = text.charCodeAt(at);
    if (char === quote) {
      stringEnd = endOfString(text, at);
      at = Math.abs(stringEnd);
    } else if (char === colon) {
      if (stringEnd < 0) return escapedName;
      members++;
    } else if ((char | 32) === closing) depth--;
    else if ((char | 32) === opening && ++depth > maxDepth) return tooDeep;
  }
  return members;
}

/** Where the closing quote is; negative when the string holds an escape. */
function endOfString(text: string, start: number): number {
  let at = start + 1;
  let sign = 1;
  for (let char = text.charCodeAt(at); char !== quote; char = text.charCodeAt(at)) {
    if (char === backslash) sign = -1;
    at += char === backslash ? 2 : 1;
  }
  return sign * at;
}

const quote = 0x22;
const colon = 0x3a;
const backslash = 0x5c;
const opening = 0x7b;
const closing = 0x7d;

/** The members that are left after parsing. A duplicate replaces its elder, so there are fewer than were written. */
function countKeptMembers(value: unknown): number {
  if (typeof value !== "object" || value === null) return 0;
  const children: readonly unknown[] = Array.isArray(value) ? value : Object.values(value);
  let members = Array.isArray(value) ? 0 : children.length;
  for (let at = 0; at < children.length; at++) members += countKeptMembers(children[at]);
  return members;
}
