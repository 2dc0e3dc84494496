import { StrictJsonError } from "./strictJsonError.ts";

/**
 * The value of a text that is known to be JSON, read without `JSON.parse` for anything but names and scalars. V8 13.6
 * (Node 24) compares a name that holds an escape with the names it expects there *before* it resolves the escape: once
 * `{"a":1,"x\\":1}` has been parsed, `{"a":1,"x\"":1}` has the member `x\`. Anybody who sends JSON can plant what it
 * expects, so names with escapes are read here. Throws `StrictJsonError`.
 */
export function readJson(text: string, maxDepth: number): unknown {
  const matches = text.matchAll(/"[^"\\]*(?:\\.[^"\\]*)*"|[[\]{}]|[^\s[\]{}:,"]+/g);
  const next = (): string => matches.next().value?.[0] ?? "";
  return readValue(next(), next, maxDepth);
}

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
