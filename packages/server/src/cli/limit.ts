import { type Arguments, type Flag, UsageError } from "./command.ts";

/** The flag of commands that list. */
export const limitFlag: Readonly<Record<"limit", Flag>> = {
  limit: { type: "string", about: "at most so many (default 100)" },
};

/** How many lines are wanted. Throws `UsageError`. */
export function limitOf(given: Arguments): number {
  const limit = Number(given.text("limit") ?? 100);
  if (!Number.isSafeInteger(limit) || limit < 1) throw new UsageError("--limit takes a whole number from 1.");
  return limit;
}
