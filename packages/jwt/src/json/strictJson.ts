import { refuseUnknownOptions } from "../refuseUnknownOptions.ts";
import { parseJson } from "./parseJson.ts";

export { StrictJsonError } from "./strictJsonError.ts";

/**
 * `JSON.parse` for text that must mean one thing to everybody (RFC 8259 §4): refuses duplicate members at any depth
 * and nesting deeper than `maxDepth` (32 unless told, 1000 at most). `__proto__` is an ordinary own member.
 * Throws `StrictJsonError`.
 */
export function parseStrictJson(text: string, options?: { readonly maxDepth?: number }): unknown {
  if (typeof text !== "string") throw new TypeError("parseStrictJson: expects a string");
  return parseJson(text, { maxDepth: checkedDepth(options), freeze: false });
}

function checkedDepth(options: { readonly maxDepth?: number } = {}): number {
  const { maxDepth = 32 } = refuseUnknownOptions("parseStrictJson", options, ["maxDepth"]);
  if (Number.isInteger(maxDepth) && maxDepth >= 1 && maxDepth <= 1000) return maxDepth;
  throw new RangeError("parseStrictJson: maxDepth must be an integer from 1 to 1000");
}
