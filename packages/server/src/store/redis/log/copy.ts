import type { RevocationEntry } from "@cardea/verifier/wire";
import type { LogSlice } from "../../ports.ts";
import type { LogConnection } from "./connection.ts";
import { decodeEntry, encodeEntry } from "./entry.ts";
import { appendScript, readScript, removeScript } from "./scripts.ts";

/** What is in Redis at one moment. */
export type Copy = {
  /** The record's epoch and position up to which it was copied. */
  readonly epoch: string;
  readonly pos: number;
  /** False: something is missing, and it counts for nothing. */
  readonly isWhole: boolean;
  /** Another one after each failover and each restart of Redis. */
  readonly replicationId: string;
  readonly entries: readonly RevocationEntry[];
};

/** Looks at what is there after a position, at most `limit` entries. */
export async function lookAt(connection: LogConnection, after: number, limit: number): Promise<Copy> {
  const answer = await connection.run(readScript, [String(after), String(limit)]);
  const [epoch, pos, whole, replicationId, rows] = Array.isArray(answer) ? answer : [];
  if (!Array.isArray(rows)) throw new Error("Redis answered with something else than a log.");
  return {
    epoch: String(epoch),
    pos: Number(pos),
    isWhole: Number(whole) === 1,
    replicationId: String(replicationId),
    entries: rows.map(decodeEntry),
  };
}

/** Appends a slice of the record; answers the position that is reached, which is below the slice if there would be a hole. */
export async function copySlice(connection: LogConnection, { head, from, to, entries }: LogSlice): Promise<number> {
  const rows = entries.flatMap((entry) => [String(entry.pos), encodeEntry(entry)]);
  return Number(await connection.run(appendScript, [head.epoch, String(from), String(to), ...rows]));
}

/** Removes the entries that ended before `now`. */
export async function pruneCopy(connection: LogConnection, now: number): Promise<void> {
  for (let after = 0; ; ) {
    const { entries } = await lookAt(connection, after, atOnce);
    const over = entries.filter(({ expiresAt }) => expiresAt <= now);
    if (over.length > 0) await connection.run(removeScript, over.map(encodeEntry));
    const last = entries.at(-1);
    if (!last) return;
    after = last.pos;
  }
}

const atOnce = 1000;
