import type { Token } from "./source.ts";

type Finder = (tokens: readonly Token[], at: number) => boolean;

/** These tokens in a row, starting here. */
export const phrase =
  (...parts: ReadonlyArray<string | RegExp>): Finder =>
  (tokens, at) =>
    parts.every((part, offset) => {
      const token = tokens[at + offset];
      return (
        token !== undefined && isCode(token) && (typeof part === "string" ? token.text === part : part.test(token.text))
      );
    });

/** A word of the code, wherever it stands. */
export const word =
  (pattern: RegExp): Finder =>
  (tokens, at) =>
    tokens[at]?.kind === "word" && pattern.test(tokens[at].text);

/** The present moment: `new Date`, `new Date()` and `Date()`. With an argument it only converts. */
export const newDate: Finder = (tokens, at) =>
  phrase("Date", "(", ")")(tokens, at) || (phrase("new", "Date")(tokens, at) && tokens[at + 2]?.text !== "(");

/** A call of the global `fetch`; a call of somebody's fetch, a method of that name and its type are not. */
export const fetchCall: Finder = (tokens, at) => {
  if (phrase("globalThis", ".", "fetch")(tokens, at)) return true;
  const before = tokens[at - 1]?.text ?? "";
  if (!phrase("fetch", "(")(tokens, at) || /^(?:\.|\?\.|function|async)$/.test(before)) return false;
  const after = tokens[closing(tokens, at + 1) + 1]?.text;
  return after !== "{" && (after !== ":" || before === "?");
};

/** `any` where a type stands, not a member or a variable of that name. */
export const typeAny: Finder = (tokens, at) =>
  phrase("any")(tokens, at) &&
  /^(?:[:<|&,(=[]|=>|as|satisfies|keyof|extends|is)$/.test(tokens[at - 1]?.text ?? "") &&
  !/^[:.(?]$/.test(tokens[at + 1]?.text ?? "");

/** `value!`: an exclamation mark after a value on the same line. `!=` and `!==` are tokens of their own. */
export const nonNull: Finder = (tokens, at) => {
  const [before, token] = [tokens[at - 1], tokens[at]];
  if (token?.text !== "!" || !isCode(token) || before?.line !== token.line) return false;
  return before.kind === "word"
    ? !operators.test(before.text)
    : /^[)\]]$/.test(before.text) && !isCondition(tokens, at - 1);
};

/** A statement of SQL in a string or a template. */
export const sql: Finder = (tokens, at) => {
  const token = tokens[at];
  return (token?.kind === "string" || token?.kind === "template") && statements.test(token.text);
};

const isCode = ({ kind }: Token): boolean => kind === "word" || kind === "mark";

const operators =
  /^(?:return|typeof|case|in|of|delete|void|throw|else|await|yield|do|instanceof|new|default|as|extends)$/;

const statements =
  /\bSELECT\s+[\w*(]|\bINSERT\s+(?:OR\s+\w+\s+)?INTO\s|\bUPDATE\s+\w+\s+SET\s|\bDELETE\s+FROM\s|\bCREATE\s+(?:UNIQUE\s+)?(?:TABLE|INDEX)\s|^.\s*(?:insert into|delete from|create table|select \*)\s/;

function closing(tokens: readonly Token[], open: number): number {
  let depth = 0;
  for (let at = open; at < tokens.length; at += 1) {
    if (tokens[at]?.text === "(") depth += 1;
    if (tokens[at]?.text === ")") depth -= 1;
    if (depth === 0) return at;
  }
  return tokens.length;
}

/** Whether the bracket that closes here belongs to `if (…)` or `while (…)`, so that a value starts after it. */
function isCondition(tokens: readonly Token[], close: number): boolean {
  let depth = 0;
  for (let at = close; at >= 0; at -= 1) {
    if (tokens[at]?.text === ")") depth += 1;
    if (tokens[at]?.text === "(") depth -= 1;
    if (depth === 0) return /^(?:if|while)$/.test(tokens[at - 1]?.text ?? "");
  }
  return false;
}
