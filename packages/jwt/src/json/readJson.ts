import { endOfString, skipSpace } from "./jsonText.ts";
import { StrictJsonError } from "./strictJsonError.ts";

/**
 * The value of a text that is known to be JSON, read without `JSON.parse` for anything but names and scalars. V8 13.6
 * (Node 24) compares a name that holds an escape with the names it expects there *before* it resolves the escape: once
 * `{"a":1,"x\\":1}` has been parsed, `{"a":1,"x\"":1}` has the member `x\`. Anybody who sends JSON can plant what it
 * expects, so texts with escapes in names are read here. Throws `StrictJsonError`.
 */
export function readJson(text: string, maxDepth: number): unknown {
  const next = lexer(text);
  return readValue(next(), next, maxDepth);
}

/** Gives the brackets, strings and other scalars of the text one after the other; commas and colons say nothing more. */
function lexer(text: string): () => string {
  let at = 0;
  return () => {
    at = skipSpace(text, at);
    while (text[at] === "," || text[at] === ":") at = skipSpace(text, at + 1);
    const start = at;
    at = endOfToken(text, start);
    return text.slice(start, at);
  };
}

function endOfToken(text: string, start: number): number {
  const first = text.charAt(start);
  if (first === '"') return endOfString(text, start) + 1;
  if ("[]{}".includes(first)) return start + 1;
  scalar.lastIndex = start;
  return scalar.test(text) ? scalar.lastIndex : text.length;
}

const scalar = /[-+.\w]+/y;

function readValue(token: string, next: () => string, depth: number): unknown {
  if (token === "{") return readObject(next, depth - 1);
  if (token === "[") return readArray(next, depth - 1);
  return JSON.parse(token);
}

function readObject(next: () => string, depth: number): unknown {
  if (depth < 0) throw new StrictJsonError("too_deep");
  const members = new Map<string, unknown>();
  for (let token = next(); token !== "}"; token = next()) {
    const name: string = JSON.parse(token);
    if (members.has(name)) throw new StrictJsonError("duplicate_member");
    members.set(name, readValue(next(), next, depth));
  }
  return Object.fromEntries(members);
}

function readArray(next: () => string, depth: number): unknown {
  if (depth < 0) throw new StrictJsonError("too_deep");
  const items: unknown[] = [];
  for (let token = next(); token !== "]"; token = next()) items.push(readValue(token, next, depth));
  return items;
}
