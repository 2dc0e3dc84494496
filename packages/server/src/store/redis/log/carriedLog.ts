import { coalesced } from "../../../coalesced.ts";
import type { EventSink } from "../../../event.ts";
import { StoreBusyError } from "../../../refusal.ts";
import type { World } from "../../../world.ts";
import type { LogHead, LogSlice, RevocationStore } from "../../ports.ts";
import type { LogConnection } from "./connection.ts";
import { type Copy, copySlice, lookAt } from "./copy.ts";

/** What the log in Redis is made of. `replicas` is how many must have a change before it counts as replicated; 0: none. */
export type CarriedParts = {
  readonly record: RevocationStore;
  readonly reader: LogConnection;
  /** One of its own, since WAIT holds up whatever is sent after it. */
  readonly writer: LogConnection;
  readonly replicas: number;
  readonly waitMs: number;
  readonly prefix: string;
  readonly world: Pick<World, "monotonic">;
  readonly onEvent: EventSink;
};

/** The log, and what a change has to wait for. */
export type CarriedLog = RevocationStore & {
  /** To be called after each change that has moved the record's log. Never rejects: what is not there yet is copied by whoever reads. */
  readonly settle: () => Promise<void>;
  /** The epoch by which this process knows a position of the record. */
  readonly epochOf: (epoch: string) => string;
};

const attempts = 5;
const atOnce = 1000;
const tellEveryMs = 10_000;

/**
 * The log in Redis. A revocation gets its position in the record, in the transaction of its cause; from there it is copied here,
 * by whoever comes first. No read answers before everything is here that was in the record when the read began: so no lease rests
 * on a Redis that was deposed, has lost its end or is empty, and what is missing in one is made up for by the next read.
 */
export function createCarriedLog(parts: CarriedParts): CarriedLog {
  const { record, reader, writer, replicas, waitMs, prefix, world, onEvent } = parts;
  let replicationId = "";
  let isLagging = false;
  let toldAt = Number.NEGATIVE_INFINITY;

  const epochOf = (epoch: string): string => (replicationId === "" ? epoch : `${epoch}.${replicationId.slice(0, 12)}`);

  const headOfRecord = (): Promise<LogSlice> => record.read(Number.MAX_SAFE_INTEGER, 1);

  const look = async (after: number, limit: number): Promise<Copy> => {
    const found = await lookAt(reader, after, limit);
    ({ replicationId } = found);
    return found;
  };

  /** Whether the record is behind its own copy: then it has lost its end, and begins anew. */
  const hasLostItsEnd = async ({ epoch, pos }: Copy, head: LogHead): Promise<boolean> => {
    if (head.epoch !== epoch || head.pos >= pos) return false;
    await record.renew({ epoch, pos });
    return true;
  };

  /** Copies until the head of the record. */
  const copyOn = coalesced(async (): Promise<void> => {
    const found = await look(Number.MAX_SAFE_INTEGER, 1);
    for (let from = found.pos, holes = 0; holes < attempts; ) {
      const slice = await record.read(from, atOnce);
      if (await hasLostItsEnd(found, slice.head)) continue;
      const reached = await copySlice(writer, slice);
      if (reached < slice.from) holes += 1;
      else if (slice.to >= slice.head.pos) return;
      from = Math.min(reached, slice.to);
    }
    throw new StoreBusyError("The revocation log in Redis is begun anew again and again.");
  });

  const read = async (after: number, limit: number): Promise<LogSlice> => {
    for (let attempt = 0; attempt < attempts; attempt++) {
      const { head } = await headOfRecord();
      const found = await look(after, limit + 1);
      const reaches = found.isWhole && found.epoch === head.epoch && found.pos >= head.pos;
      // Others may have appended since the record was read; but nothing is here that is not there.
      const isSure = found.pos === head.pos || !(await hasLostItsEnd(found, (await headOfRecord()).head));
      if (reaches && isSure) return sliceOf(found, after, limit);
      await copyOn();
    }
    throw new StoreBusyError("The revocation log in Redis does not reach the record's.");
  };

  const sliceOf = ({ epoch, pos, entries }: Copy, after: number, limit: number): LogSlice => {
    const head: LogHead = { epoch: epochOf(epoch), pos };
    if (after >= pos) return { head, from: pos, to: pos, entries: [] };
    const found = entries.slice(0, limit);
    const to = entries.length > limit ? (found.at(-1)?.pos ?? pos) : pos;
    return { head, from: after, to, entries: found };
  };

  /** A write of its own, since WAIT asks about those of its connection, and another process may have copied the change. */
  const areReplicasBehind = async (): Promise<boolean> => {
    if (replicas === 0) return false;
    await writer.send(["SET", `{${prefix}:log}:touched`, "1"]);
    return Number(await writer.send(["WAIT", String(replicas), String(waitMs)])) < replicas;
  };

  const settle = async (): Promise<void> => {
    try {
      await copyOn();
      isLagging = await areReplicasBehind();
    } catch {
      isLagging = true;
    }
    if (!isLagging || world.monotonic() - toldAt < tellEveryMs) return;
    toldAt = world.monotonic();
    onEvent({ type: "fault", where: "revocation log", error: new Error(notReplicated) });
  };

  return {
    read,
    append: async (revocations) => {
      await record.append(revocations);
      await settle();
      // Copying may have shown that the log had to begin anew.
      const { epoch, pos } = (await headOfRecord()).head;
      return { epoch: epochOf(epoch), pos };
    },
    watch: record.watch,
    renew: ({ epoch, pos }) => record.renew({ epoch: epoch.replace(/\.\w+$/, ""), pos }),
    isReplicated: () => !isLagging,
    settle,
    epochOf,
  };
}

const notReplicated =
  "A revocation is accepted and not replicated: fewer replicas of Redis have it than are wanted, or Redis is away. The store has it.";
