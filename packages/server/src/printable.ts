/**
 * A caller's text, fit for a log, a terminal and a database: at most `max` UTF-16 units; NUL is dropped, and what steers terminals,
 * ends lines or turns the direction of writing is written as `\uXXXX`.
 */
export function printable(text: string, max: number): string {
  if (text.length <= max && plain.test(text)) return text;
  return escapeControls(text.slice(0, max).replaceAll("\0", "")).slice(0, max).toWellFormed();
}

/** Most texts are printable ASCII, and are looked at on every request. */
const plain = /^[\x20-\x7e]*$/;

/** Writes controls, marks of direction and separators of lines as `\uXXXX`; `kept` is left as it is. */
export const escapeControls = (text: string, kept = ""): string =>
  text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (one) => (kept.includes(one) ? one : escaped(one)));

const escaped = (character: string): string =>
  Array.from(
    { length: character.length },
    (_, at) => `\\u${character.charCodeAt(at).toString(16).padStart(4, "0")}`,
  ).join("");
