import { areNeighbours } from "./keyboard.ts";

/**
 * Whether all of a password is simple steps: one part again and again, or runs of at least three characters that repeat, count
 * (`abc`, `321`) or lie beside each other on a keyboard (`qwe`, `1qaz`). Linear in its length.
 */
export function isPredictable(password: string): boolean {
  const points = [...password.toLowerCase()];
  return repeats(points) || isAllRuns(points);
}

/** A part of up to four characters twice or more, or any part three times. */
function repeats(points: readonly string[]): boolean {
  const period = periodOf(points);
  return period * (period <= 4 ? 2 : 3) <= points.length;
}

/** The least distance at which a text equals itself: the length of the part that it repeats (Knuth, Morris and Pratt). */
function periodOf(points: readonly string[]): number {
  const borders = [0];
  for (let at = 1, border = 0; at < points.length; at += 1) {
    while (border > 0 && points[at] !== points[border]) border = borders[border - 1] ?? 0;
    if (points[at] === points[border]) border += 1;
    borders.push(border);
  }
  return points.length - (borders.at(-1) ?? 0);
}

const shortestRun = 3;

function isAllRuns(points: readonly string[]): boolean {
  let run = 1;
  for (let at = 1; at < points.length; at += 1) {
    if (isStep(points[at - 1] ?? "", points[at] ?? "")) run += 1;
    else if (run < shortestRun) return false;
    else run = 1;
  }
  return run >= shortestRun;
}

const isStep = (from: string, to: string): boolean => from === to || isCount(from, to) || areNeighbours(from, to);

const isCount = (from: string, to: string): boolean =>
  isCounted(from) && isCounted(to) && Math.abs((from.codePointAt(0) ?? 0) - (to.codePointAt(0) ?? 0)) === 1;

/** Letters of any script and digits; signs have no order that anybody knows. */
const isCounted = (point: string): boolean => /^[\p{L}\p{N}]$/u.test(point);
