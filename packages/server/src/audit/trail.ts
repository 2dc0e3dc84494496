import type { AuditRecord, AuditStore } from "../store/ports.ts";

/** Records on their way into the store, in batches; nobody waits for them. */
export type Trail = {
  /** Takes a record, or counts it as lost when too many wait. Records that differ in nothing but id, time and request become one with `times`. */
  readonly add: (record: AuditRecord) => void;
  /** Writes what waits; resolves when it is written or lost. */
  readonly close: () => Promise<void>;
};

const batchSize = 100;
const everyMs = 100;
/** About 5 MB at the most: what an attacker causes must not fill the memory while the store is slow. */
const capacity = 10_000;

/** A trail into the store. `onLost` is told how many records were lost, because too many waited or the store failed. */
export function createTrail(store: Pick<AuditStore, "append">, onLost: (count: number) => void): Trail {
  const waiting = new Map<string, AuditRecord>();
  let lost = 0;
  let timer: NodeJS.Timeout | undefined;
  let writing: Promise<void> | undefined;

  const tellLost = (): void => {
    const count = lost;
    lost = 0;
    if (count > 0) onLost(count);
  };
  const writeBatch = async (): Promise<void> => {
    const batch = [...waiting].slice(0, batchSize);
    for (const [key] of batch) waiting.delete(key);
    try {
      await store.append(batch.map(([, record]) => record));
    } catch {
      // Whether a broken store kept them is not known; a second try could write them twice.
      lost += batch.length;
    }
  };
  const writeAll = async (): Promise<void> => {
    while (waiting.size > 0) await writeBatch();
    writing = undefined;
    tellLost();
  };
  const flush = (): void => {
    clearTimeout(timer);
    timer = undefined;
    tellLost();
    writing ??= writeAll();
  };
  const add = (record: AuditRecord): void => {
    const key = sameness(record);
    const earlier = waiting.get(key);
    if (earlier || waiting.size < capacity) waiting.set(key, earlier ? oneMore(earlier) : record);
    else lost += 1;
    if (waiting.size >= batchSize && !writing) flush();
    else timer ??= setTimeout(flush, everyMs).unref();
  };
  const close = async (): Promise<void> => {
    flush();
    await writing;
  };
  return { add, close };
}

/** What a flood can vary at will, a name of the client's own and an address within its /64, makes no difference. */
const sameness = ({
  id,
  at,
  userAgent,
  address,
  details: { requestId, times, ...details },
  ...record
}: AuditRecord): string => JSON.stringify([record, details, address?.split(":", 4).join(":")]);

function oneMore({ details, ...record }: AuditRecord): AuditRecord {
  const { times = 1 } = details;
  return { ...record, details: { ...details, times: Number(times) + 1 } };
}
