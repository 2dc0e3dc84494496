import type { News } from "./program.ts";

/** The wall clock of a program of the run: the real one, set by whoever started the program. It also ends with that one. */
export function steppedClock(): () => number {
  let offset = 0;
  process.on("message", ({ offsetMs = offset }: News) => {
    offset = offsetMs;
  });
  process.once("disconnect", () => process.exit());
  return () => Date.now() + offset;
}
