import { type Duration, parseDuration } from "@cardea/verifier";
import { ConfigurationError } from "../../refusal.ts";

/** A span of time in milliseconds. Throws `ConfigurationError` for one out of bounds; `option` names it there. */
export function span(option: string, value: Duration, min: Duration, max: Duration): number {
  try {
    const ms = parseDuration(value);
    if (ms >= parseDuration(min) && ms <= parseDuration(max)) return ms;
  } catch {
    // Told below, with the bounds.
  }
  throw new ConfigurationError(`${option}: write a span of time from "${min}" to "${max}".`);
}

/** What begins every key. Throws `ConfigurationError`. */
export function prefixOf(of: string, prefix: string): string {
  if (/^[\w.:-]{1,64}$/.test(prefix)) return prefix;
  throw new ConfigurationError(`${of}: prefix: use 1 to 64 letters, digits and . : _ -`);
}
