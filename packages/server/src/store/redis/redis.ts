import type { Duration } from "@cardea/verifier";
import type { SessionCacheFactory } from "../ports.ts";
import { type CheckedAddress, checkAddress, nameOf, type RedisAddress, refuseUnknown } from "./address.ts";
import { openCircuit } from "./circuit.ts";
import { type Client, connectClient } from "./client.ts";
import { cachedCounters } from "./counters.ts";
import { memoryFinding } from "./memoryPolicy.ts";
import { prefixOf, span } from "./optionValues.ts";
import { cachedPeople } from "./people.ts";
import { codeOf } from "./redisError.ts";
import { rowCache } from "./rowCache.ts";
import { within } from "./within.ts";

/** How Redis is used; all have defaults. */
export type RedisOptions = {
  /** Begins every key (default `cardea`). Issuers that share a Redis and not a store need one each. */
  readonly prefix?: string;
  /** How long one command may take before the store does its work (default `100ms`). */
  readonly deadline?: Duration;
  /** How old a session's row can get in Redis (default `1m`): the bound for changes that Redis could not be told of. */
  readonly maxAge?: Duration;
};

/**
 * Redis or Valkey in front of a store: opaque tokens are looked up and attempts counted there. It holds nothing that the store
 * does not hold too, so it may be slow, full, empty or gone. Throws `ConfigurationError` for an address or option that does not fit.
 */
export function redis(address: RedisAddress, options: RedisOptions = {}): SessionCacheFactory {
  const checked = checkAddress(address);
  const { prefix, deadlineMs, maxAgeMs } = checkOptions(options);
  return {
    name: nameOf(checked),
    over: async (record, { world, onEvent }) => {
      const connect = (onLost: (error: unknown) => void): Promise<Client> => connectClient(checked, onLost);
      const circuit = await openCircuit({ connect, deadlineMs, maxAgeMs, world, onEvent });
      const counters = cachedCounters(record.counters, { circuit, prefix });
      const finding = memoryFinding(await circuit.ask(prefix, ["INFO", "memory"]));
      if (finding !== undefined) onEvent({ type: "fault", where: "redis", error: new Error(finding) });
      return {
        ...record,
        people: cachedPeople(record.people, rowCache({ circuit, prefix, maxAgeMs, world })),
        counters,
        prune: async (now, auditBefore) => {
          counters.prune(now);
          await record.prune(now, auditBefore);
        },
        close: async () => {
          circuit.end();
          await record.close();
        },
      };
    },
    findings: () => findings(checked, prefix),
  };
}

async function findings(address: CheckedAddress, prefix: string): Promise<readonly string[]> {
  try {
    const client = await connectClient(address, () => undefined);
    const info = await within(1000, client.send(prefix, ["INFO", "memory"])).finally(client.destroy);
    const finding = memoryFinding(info);
    return finding === undefined ? [] : [finding];
  } catch (error) {
    return [
      `${nameOf(address)} does not do its work (${codeOf(error)}); the store does it meanwhile. Start it, or correct the address.`,
    ];
  }
}

function checkOptions(options: RedisOptions): {
  readonly prefix: string;
  readonly deadlineMs: number;
  readonly maxAgeMs: number;
} {
  refuseUnknown(options, ["prefix", "deadline", "maxAge"]);
  const { prefix = "cardea", deadline = "100ms", maxAge = "1m" } = options;
  return {
    prefix: prefixOf("redis", prefix),
    deadlineMs: span("redis: deadline", deadline, "5ms", "5s"),
    maxAgeMs: span("redis: maxAge", maxAge, "1s", "1h"),
  };
}
