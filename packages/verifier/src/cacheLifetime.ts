/**
 * How long a cached answer stays fresh, in milliseconds, by `Cache-Control: max-age` less `Age` (RFC 9111 section 4.2), kept within
 * 10 seconds and one hour: no header can make us ask all the time, or keep a withdrawn key for a day. Five minutes if unsaid.
 */
export function cacheLifetimeMs(headers: Headers): number {
  const directives = (headers.get("cache-control") ?? "").toLowerCase().split(",");
  if (directives.some((directive) => /^\s*no-(?:store|cache)\s*$/.test(directive))) return shortestMs;
  const maxAge = directives.map((directive) => /^\s*max-age="?(\d{1,9})"?\s*$/.exec(directive)?.[1]).find(Boolean);
  if (maxAge === undefined) return unsaidMs;
  const age = /^\d{1,9}$/.exec(headers.get("age") ?? "")?.[0] ?? "0";
  return Math.min(Math.max((Number(maxAge) - Number(age)) * 1000, shortestMs), longestMs);
}

const shortestMs = 10_000;
const longestMs = 3_600_000;
const unsaidMs = 300_000;
