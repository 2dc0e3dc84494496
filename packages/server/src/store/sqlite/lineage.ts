import { createHash } from "node:crypto";
import { closeSync, fstatSync, fsync, fsyncSync, openSync, readSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import type { EventSink } from "../../event.ts";
import { epochLead, type LogHead } from "../ports.ts";
import type { LogConnection } from "./connection.ts";
import type { RevocationLog } from "./revocations.ts";
import { integer } from "./row.ts";
import { inTransactionNow } from "./transaction.ts";

/** Where the log has been, as a file beside the database remembers it. */
export type Lineage = {
  /** Notes how far the log is. To be called after each change that may have moved it; what fails is told and changes nothing. */
  readonly note: () => void;
  readonly close: () => void;
};

/**
 * Opens the file, and gives the log a new epoch if the database is not the one that the file knows: then it is an older copy, which
 * lacks entries, or one that went another way, and its positions would be given out a second time.
 *
 * A note is written after each commit and is not synced at once, so it costs some microseconds: a process that is killed leaves it as
 * it was. A power cut can take the notes of the last second back. A note that is behind gives no alarm, and none is ever ahead.
 */
export function openLineage(path: string, { database, log }: Connected, onEvent: EventSink): Lineage {
  const file = openFile(path);
  try {
    const reason = inTransactionNow(database, () => follow(file, { database, log }));
    if (reason !== undefined) onEvent({ type: "fault", where: "revocation log", error: restored(reason) });
  } catch (error) {
    closeSync(file);
    throw error;
  }
  return keepNotes(file, log, onEvent);
}

type Connected = Pick<LogConnection, "database" | "log">;

const restored = (reason: string): Error =>
  new Error(`The revocation log has a new epoch: ${reason}. Sessions that had ended may be back.`);

/** Under the write lock, so that of several that start together one decides. Answers why the epoch is new. */
function follow(file: number, { database, log }: Connected): string | undefined {
  const head = log.head();
  const known = readNote(file);
  const reason = differenceOf(known, head, { inode: inodeOf(file), isMarked: isMarked(database) });
  if (reason !== undefined) log.renewEpoch(Math.max(head.pos, known?.pos ?? 0) + epochLead);
  if (reason === undefined && known !== undefined && isMarked(database)) return undefined;
  writeNote(file, log.head());
  fsyncSync(file);
  database.exec("UPDATE revocation_head SET is_marked = 1");
  return reason;
}

function differenceOf(
  known: Note | undefined,
  head: LogHead,
  here: { readonly inode: string; readonly isMarked: boolean },
): string | undefined {
  if (known === undefined) return here.isMarked ? "the file that notes how far it was is not beside it" : undefined;
  if (known.epoch !== head.epoch) return "this is another database than the one that was here";
  if (known.pos > head.pos) return "this is an older copy of the database";
  return known.inode === here.inode
    ? undefined
    : "the database was brought here with the file that notes how far it was";
}

const isMarked = (database: DatabaseSync): boolean => {
  const row = database.prepare("SELECT is_marked FROM revocation_head").get();
  return row !== undefined && integer(row, "is_marked") === 1;
};

function keepNotes(file: number, log: RevocationLog, onEvent: EventSink): Lineage {
  let noted = readNote(file);
  let syncing: NodeJS.Timeout | undefined;

  const note = (): void => {
    const head = log.head();
    if (noted?.epoch === head.epoch && noted.pos >= head.pos) return;
    noted = readNote(file);
    // Another process may have been faster, and has then noted more.
    if (noted?.epoch !== head.epoch || noted.pos < head.pos) noted = writeNote(file, head);
    syncing ??= setTimeout(() => {
      syncing = undefined;
      fsync(file, () => undefined);
    }, syncAfterMs).unref();
  };

  return {
    note: () => {
      try {
        note();
      } catch (error) {
        onEvent({ type: "fault", where: "revocation log", error });
      }
    },
    close: () => {
      clearTimeout(syncing);
      fsyncSync(file);
      closeSync(file);
    },
  };
}

const syncAfterMs = 1000;

/** What the file says. Its own inode tells a copy of it from itself. */
type Note = LogHead & { readonly inode: string };

/** One line of a fixed length, overwritten in its place; what a power cut tears is not read. */
const length = 256;

function readNote(file: number): Note | undefined {
  const bytes = Buffer.alloc(length);
  readSync(file, bytes, 0, length, 0);
  const line = bytes.toString("latin1").trimEnd();
  const [, words = "", epoch = "", pos = "", inode = ""] = /^(v1 (\S+) (\d+) (\d+)) \S+$/.exec(line) ?? [];
  return words !== "" && line === signed(words) ? { epoch, pos: Number(pos), inode } : undefined;
}

function writeNote(file: number, { epoch, pos }: LogHead): Note {
  const inode = inodeOf(file);
  writeSync(file, `${signed(`v1 ${epoch} ${pos} ${inode}`).padEnd(length - 1)}\n`, 0, "latin1");
  return { epoch, pos, inode };
}

const signed = (words: string): string =>
  `${words} ${createHash("sha256").update(words).digest("base64url").slice(0, 16)}`;

const inodeOf = (file: number): string => String(fstatSync(file, { bigint: true }).ino);

/** Readable by its owner only, as all that is beside the database. A name is safe from a power cut only once its folder is. */
function openFile(path: string): number {
  try {
    return openSync(path, "r+");
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ENOENT")) throw error;
  }
  closeSync(openSync(path, "a", 0o600));
  const folder = openSync(dirname(path), "r");
  fsyncSync(folder);
  closeSync(folder);
  return openSync(path, "r+");
}
