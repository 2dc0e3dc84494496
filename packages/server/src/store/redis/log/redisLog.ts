import type { Duration } from "@cardea/verifier";
import { ConfigurationError } from "../../../refusal.ts";
import type { Change, RevocationLogFactory, Store } from "../../ports.ts";
import { checkAddress, nameOf, type RedisAddress, refuseUnknown } from "../address.ts";
import { type Client, connectClient, loadDriver } from "../client.ts";
import { memoryFinding } from "../memoryPolicy.ts";
import { prefixOf, span } from "../optionValues.ts";
import { codeOf } from "../redisError.ts";
import { within } from "../within.ts";
import { type CarriedLog, createCarriedLog } from "./carriedLog.ts";
import { logConnection } from "./connection.ts";
import { pruneCopy } from "./copy.ts";

/** How the log is kept in Redis; all have defaults. */
export type RedisLogOptions = {
  /** Begins every key (default `cardea`). Issuers that share a Redis and not a store need one each. */
  readonly prefix?: string;
  /** How many replicas must have a revocation before it counts as replicated (default 1); `none` where Redis has none. */
  readonly replicas?: number | "none";
  /** How long a change waits for them (default `100ms`). Then it is answered all the same, as not replicated. */
  readonly waitFor?: Duration;
  /** How long one command may take (default `1s`). */
  readonly deadline?: Duration;
};

/**
 * The revocation log in Redis or Valkey: issuers read it there, and it is what verifiers follow. The store stays the place in which
 * a revocation is one transaction with its cause. Throws `ConfigurationError` for an address or option that does not fit.
 */
export function redisLog(address: RedisAddress, options: RedisLogOptions = {}): RevocationLogFactory {
  const checked = checkAddress(address);
  const { prefix, replicas, waitMs, deadlineMs } = checkOptions(options);
  const connect = (onLost: (error: unknown) => void): Promise<Client> => connectClient(checked, onLost);
  return {
    name: nameOf(checked),
    carry: async (record, { world, onEvent }) => {
      await loadDriver();
      const reader = logConnection(connect, { prefix, deadlineMs });
      const writer = logConnection(connect, { prefix, deadlineMs: deadlineMs + waitMs });
      const parts = { record: record.revocations, reader, writer, replicas, waitMs, prefix, world, onEvent };
      const log = createCarriedLog(parts);
      return {
        ...carriedStore(record, log),
        prune: async (now, auditBefore) => {
          await record.prune(now, auditBefore);
          await pruneCopy(reader, now);
        },
        close: async () => {
          reader.close();
          writer.close();
          await record.close();
        },
      };
    },
    findings: async () => {
      try {
        const client = await connectClient(checked, () => undefined);
        const info = await within(1000, client.send(prefix, ["INFO", "memory"])).finally(client.destroy);
        const finding = memoryFinding(info);
        return finding === undefined ? [] : [finding];
      } catch (error) {
        return [
          `${nameOf(checked)} does not keep the revocation log (${codeOf(error)}). Start it, or correct the address.`,
        ];
      }
    },
  };
}

/** The record, with changes that wait until what they revoked is in Redis. */
function carriedStore(record: Store, log: CarriedLog): Store {
  const { people, keys } = record;
  return {
    ...record,
    revocations: log,
    people: {
      ...people,
      register: (email, decide) =>
        settling(log, (seen) => people.register(email, (existing) => seen(decide(existing)))),
      change: (subject, decide) => settling(log, (seen) => people.change(subject, (person) => seen(decide(person)))),
      findByToken: async (...asked) => {
        const row = await people.findByToken(...asked);
        return row && { ...row, head: { ...row.head, epoch: log.epochOf(row.head.epoch) } };
      },
    },
    keys: { ...keys, change: (decide) => settling(log, (seen) => keys.change((all) => seen(decide(all)))) },
  };
}

/** A decision may run again after a conflict: its last run counts. */
async function settling<T>(
  { settle }: CarriedLog,
  work: (seen: <C extends Pick<Change<unknown>, "revocations">>(change: C) => C) => Promise<T>,
): Promise<T> {
  let count = 0;
  const answer = await work((change) => {
    count = change.revocations?.length ?? 0;
    return change;
  });
  if (count > 0) await settle();
  return answer;
}

function checkOptions(options: RedisLogOptions): {
  readonly prefix: string;
  readonly replicas: number;
  readonly waitMs: number;
  readonly deadlineMs: number;
} {
  refuseUnknown(options, ["prefix", "replicas", "waitFor", "deadline"], "redisLog");
  const { prefix = "cardea", replicas = 1, waitFor = "100ms", deadline = "1s" } = options;
  if (replicas !== "none" && !(Number.isSafeInteger(replicas) && replicas > 0)) {
    throw new ConfigurationError('redisLog: replicas: use a whole number from 1, or "none".');
  }
  return {
    prefix: prefixOf("redisLog", prefix),
    replicas: replicas === "none" ? 0 : replicas,
    waitMs: span("redisLog: waitFor", waitFor, "1ms", "10s"),
    deadlineMs: span("redisLog: deadline", deadline, "5ms", "10s"),
  };
}
