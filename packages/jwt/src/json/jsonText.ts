/** Where the string that opens at `start` of a valid JSON text has its closing quote. */
export function endOfString(text: string, start: number): number {
  let end = text.indexOf('"', start + 1);
  while (isEscaped(text, end)) end = text.indexOf('"', end + 1);
  return end;
}

/** Whether an odd number of backslashes stands before a quote. The opening quote ends the run. */
function isEscaped(text: string, quote: number): boolean {
  let at = quote - 1;
  while (text.charCodeAt(at) === backslash) at--;
  return (quote - at) % 2 === 0;
}

/** The next place from `at` on that is not white space. */
export function skipSpace(text: string, at: number): number {
  let next = at;
  while (text.charCodeAt(next) <= space) next++;
  return next;
}

const backslash = 0x5c;
const space = 0x20;
