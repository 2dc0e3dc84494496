import { randomBytes as nodeRandomBytes } from "node:crypto";

/** The wall clock, in milliseconds since the epoch. The one place of this package that reads it. */
export const systemNow = (): number => Date.now();

/** A monotonic clock in milliseconds, for the cost that `explain` shows. */
export const systemStopwatch = (): number => performance.now();

/** `size` random bytes of the operating system, for new secrets and key identifiers. */
export const systemRandomBytes = (size: number): Uint8Array => nodeRandomBytes(size);
