import { randomToken, type World } from "../../world.ts";
import type { TokenKey, TokenRow } from "../ports.ts";
import type { Circuit } from "./circuit.ts";
import { decodeRow, encodeRow } from "./tokenRow.ts";

/**
 * Rows of opaque tokens in Redis: one hash a session, with a field for each token and one for the gate. Whoever fills in a row has
 * to take the gate before reading the record; a change deletes the hash, gate and all, after its commit. So a row that was read
 * before a change can never get in after it.
 */
export type RowCache = {
  readonly find: (token: TokenKey) => Promise<TokenRow | undefined>;
  /** The gate of a session, to be taken before the record is read; undefined: nothing can be filled in now. */
  readonly takeGate: (sessionId: string) => Promise<Gate | undefined>;
  /** Puts a row in, unless something of its session changed since the gate was taken. */
  readonly fill: (gate: Gate, row: TokenRow) => Promise<void>;
  /** Forgets all rows of sessions. Sooner or later this happens: until then this process reads no row. */
  readonly drop: (sessionIds: readonly string[]) => Promise<void>;
  /** Reads no row until all that are there now have expired: when it is not known which sessions changed. */
  readonly distrust: () => void;
};

/** A session's gate: a random text of whoever opened it first. */
export type Gate = { readonly key: string; readonly text: string };

/** Rows over the circuit to Redis. `maxAgeMs`: how long a session's rows live, counted from the first. */
export function rowCache({
  circuit,
  prefix,
  maxAgeMs,
  world,
}: {
  readonly circuit: Circuit;
  readonly prefix: string;
  readonly maxAgeMs: number;
  readonly world: World;
}): RowCache {
  const keyOf = (sessionId: string): string => `${prefix}:{${sessionId}}`;
  const drop = async (key: string): Promise<void> => {
    if ((await circuit.ask(key, ["DEL", key])) === undefined) circuit.owe(key);
  };
  return {
    find: async ({ sessionId, hash }) => {
      const key = keyOf(sessionId);
      const found = await circuit.ask(key, ["HGET", key, hash]);
      return typeof found === "string" ? decodeRow(found) : undefined;
    },
    takeGate: async (sessionId) => {
      const key = keyOf(sessionId);
      const args = ["EVAL", takeGate, "1", key, randomToken(world, 16), String(maxAgeMs)];
      const text = await circuit.ask(key, args);
      return typeof text === "string" ? { key, text } : undefined;
    },
    fill: async ({ key, text }, row) => {
      await circuit.ask(key, ["EVAL", fill, "1", key, text, row.token.hash, encodeRow(row)]);
    },
    drop: async (sessionIds) => {
      await Promise.all(sessionIds.map((id) => drop(keyOf(id))));
    },
    distrust: circuit.distrust,
  };
}

/** No hash of a token is "gate": it has 43 characters. The rows get their end here, once, so that none is older than `maxAgeMs`. */
const takeGate = `
if redis.call('HSETNX', KEYS[1], 'gate', ARGV[1]) == 1 then redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
return redis.call('HGET', KEYS[1], 'gate')`;

const fill = `
if redis.call('HGET', KEYS[1], 'gate') ~= ARGV[1] then return 0 end
redis.call('HSET', KEYS[1], ARGV[2], ARGV[3])
return 1`;
