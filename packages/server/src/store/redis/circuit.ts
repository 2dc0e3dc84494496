import { setTimeout as delay } from "node:timers/promises";
import type { EventSink } from "../../event.ts";
import { ConfigurationError } from "../../refusal.ts";
import type { World } from "../../world.ts";
import type { Client } from "./client.ts";
import { codeOf, isOneCommand, isWrongSetting } from "./redisError.ts";
import { within } from "./within.ts";

/**
 * The way to Redis. It opens at the first command that fails, so that an outage costs one deadline and not one for each request,
 * and closes when Redis has answered about every key that failed and has dropped every row that had to go meanwhile.
 */
export type Circuit = {
  /** One command about one key; undefined: no answer in time, a refusal, or the circuit is open. Never rejects. */
  readonly ask: (key: string, args: readonly string[]) => Promise<unknown>;
  /** Opens, until this key has been deleted. */
  readonly owe: (key: string) => void;
  /** Opens for as long as anything that is in Redis now can live there. */
  readonly distrust: () => void;
  readonly end: () => void;
};

/** What a circuit is made of. */
export type CircuitParts = {
  readonly connect: (onLost: (error: unknown) => void) => Promise<Client>;
  readonly deadlineMs: number;
  /** How long a row can live in Redis. */
  readonly maxAgeMs: number;
  readonly world: World;
  readonly onEvent: EventSink;
};

const firstWaitMs = 50;
const longestWaitMs = 1000;
/** An outage that comes back so soon is still the same. */
const calmMs = 5000;
const tellEveryMs = 10_000;
/** Some 1 MB of keys; beyond that it is cheaper to wait until all rows have expired. */
const mostOwed = 10_000;

/** Connects, and throws `ConfigurationError` for credentials that Redis refuses; a Redis that cannot be reached is waited for. */
export async function openCircuit({ connect, deadlineMs, maxAgeMs, world, onEvent }: CircuitParts): Promise<Circuit> {
  const owed = new Map<string, "DEL" | "EXISTS">();
  const ending = new AbortController();
  let client: Client | undefined;
  let isClosed = true;
  let waitMs = firstWaitMs;
  let closedAt = Number.NEGATIVE_INFINITY;
  let toldAt = Number.NEGATIVE_INFINITY;
  let distrustedUntil = Number.NEGATIVE_INFINITY;

  async function reconnect(): Promise<Client> {
    let connection: Client | undefined;
    connection = await connect((error) => {
      if (connection && connection === client) open(error);
    });
    if (ending.signal.aborted) connection.destroy();
    ending.signal.throwIfAborted();
    client = connection;
    return connection;
  }

  function open(error: unknown): void {
    tell(error);
    // Whatever it is, a new connection mends it, and everything that still waits for this one fails now instead of later.
    client?.destroy();
    client = undefined;
    if (!isClosed) return;
    isClosed = false;
    if (world.monotonic() - closedAt > calmMs) waitMs = firstWaitMs;
    void heal();
  }

  async function heal(): Promise<void> {
    for (;;) {
      try {
        await delay(waitMs, undefined, { ref: false, signal: ending.signal });
      } catch {
        return;
      }
      if (await settle()) return;
      waitMs = Math.min(2 * waitMs, longestWaitMs);
    }
  }

  /** Does what is owed, and closes in the same turn in which nothing more is. */
  async function settle(): Promise<boolean> {
    try {
      const connection = client ?? (await reconnect());
      while (owed.size > 0) await payBack(connection, [...owed].slice(0, 100));
    } catch (error) {
      if (!ending.signal.aborted) open(error);
      return false;
    }
    if (ending.signal.aborted || client === undefined || world.monotonic() < distrustedUntil) return false;
    isClosed = true;
    closedAt = world.monotonic();
    return true;
  }

  /** A key is off the list before its command is sent, so that one that is owed anew meanwhile is on it again. */
  async function payBack(connection: Client, batch: readonly (readonly [string, "DEL" | "EXISTS"])[]): Promise<void> {
    for (const [key] of batch) owed.delete(key);
    try {
      await Promise.all(batch.map(([key, command]) => within(deadlineMs, connection.send(key, [command, key]))));
    } catch (error) {
      for (const [key, command] of batch) owed.set(key, owed.get(key) ?? command);
      throw error;
    }
  }

  function tell(error: unknown): void {
    if (world.monotonic() - toldAt < tellEveryMs) return;
    toldAt = world.monotonic();
    const fault = new Error(`Redis does not do its work (${codeOf(error)}); the store does it meanwhile.`);
    onEvent({ type: "fault", where: "redis", error: fault });
  }

  function distrust(): void {
    owed.clear();
    distrustedUntil = world.monotonic() + maxAgeMs;
    if (isClosed) open(new Error("rows in it may be outdated"));
  }

  const circuit: Circuit = {
    ask: async (key, args) => {
      if (!isClosed || client === undefined) return undefined;
      try {
        return await within(deadlineMs, client.send(key, args));
      } catch (error) {
        if (isOneCommand(error)) tell(error);
        else if (isClosed) {
          owed.set(key, owed.get(key) ?? "EXISTS");
          open(error);
        }
        return undefined;
      }
    },
    owe: (key) => {
      owed.set(key, "DEL");
      if (owed.size > mostOwed) distrust();
      else if (isClosed) open(new Error("a row could not be dropped"));
    },
    distrust,
    end: () => {
      isClosed = false;
      ending.abort();
      client?.destroy();
    },
  };
  await reconnect().catch((error: unknown) => {
    if (isWrongSetting(error))
      throw new ConfigurationError(`redis: the server refuses us (${codeOf(error)}). ${theFix}`);
    open(error);
  });
  return circuit;
}

const theFix = "Check user, password, database and, for a cluster or sentinels, that the address is written as such.";
