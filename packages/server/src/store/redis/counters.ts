import type { Counter, CounterStore } from "../ports.ts";
import type { Circuit } from "./circuit.ts";

/**
 * Counters in Redis, and in the record while Redis is away: then a limit can be used up a second time, which is better than none.
 * What has been pruned stays ended, whatever the clock says later.
 */
export type CachedCounters = CounterStore & { readonly prune: (now: number) => void };

/** Counters over the circuit to Redis, with the record's behind. */
export function cachedCounters(
  record: CounterStore,
  { circuit, prefix }: { readonly circuit: Circuit; readonly prefix: string },
): CachedCounters {
  let prunedAt = Number.NEGATIVE_INFINITY;
  const keyOf = (key: string): string => `${prefix}:counter:${key}`;
  const ask = async (command: string, key: string, ...args: readonly (string | number)[]): Promise<unknown> =>
    circuit.ask(keyOf(key), [command, ...args.map(String)]);
  return {
    add: async (key, points, { endsAt, restart, ...span }) => {
      const now = Math.max(span.now, prunedAt);
      const sum = await ask("EVAL", key, add, 1, keyOf(key), points, now, endsAt, restart ? 1 : 0, leewayMs);
      return counterOf(sum) ?? record.add(key, points, { now, endsAt, restart });
    },
    find: async (key, when) => {
      const now = Math.max(when, prunedAt);
      const found = await ask("HMGET", key, keyOf(key), "points", "endsAt");
      if (found === undefined) return record.find(key, now);
      const counter = counterOf(found);
      return counter && counter.endsAt > now ? counter : undefined;
    },
    remove: async (key) => {
      const removed = await ask("DEL", key, keyOf(key));
      if (removed === undefined) circuit.owe(keyOf(key));
      await record.remove(key);
    },
    prune: (now) => {
      prunedAt = Math.max(prunedAt, now);
    },
  };
}

function counterOf(reply: unknown): Counter | undefined {
  if (!Array.isArray(reply) || reply.some((part) => typeof part !== "string")) return undefined;
  const [points = Number.NaN, endsAt = Number.NaN] = reply.map(Number);
  return { points, endsAt };
}

/** Ends are instants of our clock. Redis's own, which may differ, only cleans up, and later rather than earlier. */
const leewayMs = 60_000;

const add = `
local points, now, endsAt, restart, leeway = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), ARGV[4] == '1', tonumber(ARGV[5])
local held = redis.call('HMGET', KEYS[1], 'points', 'endsAt')
local heldEndsAt = tonumber(held[2])
if heldEndsAt and heldEndsAt > now then
  points = points + tonumber(held[1])
  if not restart then endsAt = heldEndsAt end
end
local sum = { string.format('%.17g', points), string.format('%.17g', endsAt) }
redis.call('HSET', KEYS[1], 'points', sum[1], 'endsAt', sum[2])
redis.call('PEXPIRE', KEYS[1], math.max(1, math.ceil(endsAt - now + leeway)))
return sum`;
