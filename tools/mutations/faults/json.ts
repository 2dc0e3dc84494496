import type { Fault } from "../fault.ts";

/** JSON that means one thing to everybody (RFC 8259 §4). */
export const jsonFaults: readonly Fault[] = [
  {
    rule: "no member is there twice (RFC 7515 §4, RFC 7519 §4)",
    file: "json/parseJson.ts",
    text: 'if (written !== kept) throw new StrictJsonError("duplicate_member");',
    replacement: "",
    caughtBy: "attackHeader",
  },
  {
    rule: "the short cut takes no text with a member twice",
    file: "json/parseJson.ts",
    text: "2 * kept === quotes &&",
    replacement: "2 * kept <= (quotes ?? 0) &&",
    caughtBy: "attackClaims",
  },
  {
    rule: "the short cut takes no text with escapes",
    file: "json/parseJson.ts",
    text: ' && !text.includes("\\\\")',
    replacement: "",
    caughtBy: "caught",
  },
  {
    rule: "names with escapes are read as what they mean",
    file: "json/parseJson.ts",
    text: "if (isEscapedName(text, start, end)) return undefined;",
    replacement: "",
    caughtBy: "strictJson",
  },
  {
    rule: "a name with escapes is there once as well",
    file: "json/readJson.ts",
    text: 'if (members.has(name)) throw new StrictJsonError("duplicate_member");',
    replacement: "",
    caughtBy: "strictJson",
  },
  {
    rule: "names in objects within are names",
    file: "json/parseJson.ts",
    text: "children.length + countAll(children, depth - 1, freeze)",
    replacement: "children.length",
    caughtBy: "strictJson",
  },
  {
    rule: "a text nests no deeper than told",
    file: "json/parseJson.ts",
    text: "if (depth === 0) throw",
    replacement: "if (depth < 0) throw",
    caughtBy: "strictJson",
  },
  {
    rule: "nor does one with escapes in names, in objects",
    file: "json/readJson.ts",
    text: `function readObject(next: () => string, depth: number): unknown {
  if (depth < 0) throw`,
    replacement: `function readObject(next: () => string, depth: number): unknown {
  if (depth < -1) throw`,
    caughtBy: "caught",
  },
  {
    rule: "nor does one with escapes in names, in lists",
    file: "json/readJson.ts",
    text: `function readArray(next: () => string, depth: number): unknown {
  if (depth < 0) throw new StrictJsonError("too_deep");`,
    replacement: "function readArray(next: () => string, depth: number): unknown {",
    caughtBy: "caught",
  },
  {
    rule: "a token nests no deeper than 32",
    file: "json/objectInSegment.ts",
    text: "maxDepth: 32",
    replacement: "maxDepth: 33",
    caughtBy: "caught",
  },
  {
    rule: "__proto__ is a member like any other",
    file: "json/readJson.ts",
    text: "return Object.fromEntries(members);",
    replacement: `const read: Record<string, unknown> = {};
  for (const [name, value] of members) read[name] = value;
  return read;`,
    caughtBy: "caught",
  },
  {
    rule: "an error does not quote the text",
    file: "json/parseJson.ts",
    text: `  } catch {
    throw new StrictJsonError("not_json");`,
    replacement: `  } catch (error) {
    throw Object.assign(new StrictJsonError("not_json"), { message: String(error) });`,
    caughtBy: "strictJson",
  },
  {
    rule: "a header is UTF-8 (RFC 7515 §5.2)",
    file: "encoding/base64url.ts",
    text: "fatal: true",
    replacement: "fatal: false",
    caughtBy: "attackHeader",
  },
  {
    rule: "a header has no byte order mark (RFC 8259 §8.1)",
    file: "encoding/base64url.ts",
    text: "ignoreBOM: true",
    replacement: "ignoreBOM: false",
    caughtBy: "attackHeader",
  },
  {
    rule: "a payload is UTF-8 (RFC 7519 §7.2)",
    file: "verify/claimChecks.ts",
    text: 'looseText.includes("\\ufffd")',
    replacement: "false",
    caughtBy: "attackClaims",
  },
  {
    rule: "a header or a payload is no list (GHSA-5hjw-83fp-phq9)",
    file: "json/isJsonObject.ts",
    text: " && !Array.isArray(value)",
    replacement: "",
    caughtBy: "advisories",
  },
  {
    rule: "claims and header are frozen at every depth",
    file: "json/objectInSegment.ts",
    text: "freeze: true",
    replacement: "freeze: false",
    caughtBy: "policy",
  },
  {
    rule: "what is not JSON is refused and throws nothing",
    file: "json/objectInSegment.ts",
    text: "if (error instanceof StrictJsonError) return undefined;",
    replacement: "",
    caughtBy: "attackHeader",
  },
];
