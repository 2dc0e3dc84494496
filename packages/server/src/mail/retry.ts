/** How long to wait after the try of that number, the first being 1, in milliseconds: 1 min, 5 min, 30 min, 2 h, then every 6 h. */
export const waitAfter = (attempts: number): number => waits[Math.min(attempts, waits.length) - 1] ?? minute;

/** A mail that was tried so often is given up whatever the clock says, so that one on which the process dies cannot do so for ever. */
export const mostAttempts = 20;

const minute = 60_000;
const waits: readonly number[] = [minute, 5 * minute, 30 * minute, 120 * minute, 360 * minute];
