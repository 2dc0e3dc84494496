/**
 * RFC 8259, read one character after the other, slowly and obviously, and by no part of the package or of the runtime's
 * own parser. Undefined for a text that is not JSON, that has a member twice, or is nested deeper than `maxDepth`.
 * A value comes in a box, as undefined and null are different answers.
 */
export function naiveJson(text: string, maxDepth = 32): { readonly value: unknown } | undefined {
  const reader = { text, at: 0 };
  try {
    skipSpace(reader);
    const value = readValue(reader, maxDepth);
    skipSpace(reader);
    return reader.at === text.length ? { value } : undefined;
  } catch (error) {
    if (error instanceof NotJson) return undefined;
    throw error;
  }
}

class NotJson extends Error {}

type Reader = { readonly text: string; at: number };

const peekAt = ({ text, at }: Reader): string => text.charAt(at);

function expectText(reader: Reader, expected: string): void {
  if (!reader.text.startsWith(expected, reader.at)) throw new NotJson();
  reader.at += expected.length;
}

function skipSpace(reader: Reader): void {
  while ([" ", "\t", "\n", "\r"].includes(peekAt(reader))) reader.at += 1;
}

function readValue(reader: Reader, depth: number): unknown {
  const first = peekAt(reader);
  if (first === "{") return readObject(reader, depth - 1);
  if (first === "[") return readArray(reader, depth - 1);
  if (first === '"') return readString(reader);
  for (const [name, value] of [
    ["true", true],
    ["false", false],
    ["null", null],
  ] as const) {
    if (first !== name.charAt(0)) continue;
    expectText(reader, name);
    return value;
  }
  return readNumber(reader);
}

function readObject(reader: Reader, depth: number): unknown {
  if (depth < 0) throw new NotJson();
  const members: (readonly [string, unknown])[] = [];
  expectText(reader, "{");
  skipSpace(reader);
  while (peekAt(reader) !== "}") {
    if (members.length > 0) {
      expectText(reader, ",");
      skipSpace(reader);
    }
    const name = readString(reader);
    if (members.some(([other]) => other === name)) throw new NotJson();
    skipSpace(reader);
    expectText(reader, ":");
    skipSpace(reader);
    members.push([name, readValue(reader, depth)]);
    skipSpace(reader);
  }
  expectText(reader, "}");
  return Object.fromEntries(members);
}

function readArray(reader: Reader, depth: number): unknown {
  if (depth < 0) throw new NotJson();
  const items: unknown[] = [];
  expectText(reader, "[");
  skipSpace(reader);
  while (peekAt(reader) !== "]") {
    if (items.length > 0) {
      expectText(reader, ",");
      skipSpace(reader);
    }
    items.push(readValue(reader, depth));
    skipSpace(reader);
  }
  expectText(reader, "]");
  return items;
}

const shortEscapes: Readonly<Record<string, string>> = {
  '"': '"',
  "\\": "\\",
  "/": "/",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
};

function readString(reader: Reader): string {
  expectText(reader, '"');
  let value = "";
  while (peekAt(reader) !== '"') {
    const character = peekAt(reader);
    if (character === "" || character < " ") throw new NotJson();
    reader.at += 1;
    value += character === "\\" ? readEscape(reader) : character;
  }
  reader.at += 1;
  return value;
}

function readEscape(reader: Reader): string {
  const kind = peekAt(reader);
  reader.at += 1;
  if (kind !== "u") {
    if (!Object.hasOwn(shortEscapes, kind)) throw new NotJson();
    return shortEscapes[kind] ?? "";
  }
  const digits = reader.text.slice(reader.at, reader.at + 4);
  if (!/^[0-9a-fA-F]{4}$/.test(digits)) throw new NotJson();
  reader.at += 4;
  return String.fromCharCode(Number.parseInt(digits, 16));
}

function readNumber(reader: Reader): number {
  const written = /^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?/.exec(
    reader.text.slice(reader.at, reader.at + 400),
  )?.[0];
  if (written === undefined) throw new NotJson();
  reader.at += written.length;
  return Number(written);
}
