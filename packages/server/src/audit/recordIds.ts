import type { World } from "../world.ts";

/**
 * Makes ids for the audit trail, which sort in the order in which this process made them: 12 hexadecimal digits of time, 4 that
 * count within the millisecond, and 16 of randomness, so that processes do not meet. A clock that is set back does not turn the order round.
 */
export function createRecordIds(world: World): () => string {
  let latest = 0;
  let count = 0;
  return () => {
    const now = Math.max(latest, world.now());
    count = now === latest ? count + 1 : 0;
    latest = now;
    if (count > 0xffff) {
      latest += 1;
      count = 0;
    }
    return hex(latest, 12) + hex(count, 4) + Buffer.from(world.random(8)).toString("hex");
  };
}

const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, "0");
