import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import { parseStrictJson } from "@cardea/jwt/strict-json";
import { isRecord } from "../isRecord.ts";
import { type ByteReader, createByteReader } from "./byteReader.ts";
import { createByteWriter } from "./byteWriter.ts";
import { isKeyId } from "./fingerprint.ts";
import { boundsOf } from "./numberColumns.ts";
import { isEpoch, isPos } from "./position.ts";
import { type Prints, readPrints, writePrints } from "./prints.ts";

/** What a snapshot is of: every entry of the log `epoch` that is alive up to `position`, by fingerprint under the key `keyId`. */
export type SnapshotHead = {
  readonly epoch: string;
  readonly position: number;
  readonly keyId: string;
  /** How many entries there are, about: so much room is made at once. */
  readonly entries: number;
};

/** A snapshot that was read whole, and found to be well-formed. */
export type Snapshot = SnapshotHead & {
  /** Its entries, part by part, once: each is let go of when the next one is taken. */
  readonly parts: () => Generator<readonly Prints[], undefined>;
};

/** The media type of a snapshot. */
export const snapshotMediaType = "application/vnd.cardea.revocations";

/** Writes a snapshot piece by piece: `head` once, `part` as often as there are parts, `end` once. What they answer is sent in this order. */
export function createSnapshotWriter(): {
  readonly head: (head: SnapshotHead) => Uint8Array;
  readonly part: (prints: readonly Prints[]) => Uint8Array;
  readonly end: () => Uint8Array;
} {
  const hash = createHash("sha256");
  const hashed = (bytes: Uint8Array): Uint8Array => {
    hash.update(bytes);
    return bytes;
  };
  return {
    head: ({ epoch, position, keyId, entries }) => {
      const text = Buffer.from(JSON.stringify({ epoch, position, key_id: keyId, entries }));
      return hashed(Buffer.concat([magic, section(headSection, text)]));
    },
    part: (prints) => {
      const writer = createByteWriter(2 ** 16);
      for (const each of prints) writePrints(writer, each, expirySteps);
      return hashed(section(partSection, writer.written()));
    },
    end: () => section(endSection, hash.digest()),
  };
}

/**
 * Reads a snapshot. Throws a TypeError or StrictJsonError unless it is whole: the digest at its end fits what comes before, and every
 * part of it can be read. No message quotes what was received.
 */
export function readSnapshot(bytes: Uint8Array): Snapshot {
  if (Buffer.compare(bytes.subarray(0, magic.length), magic) !== 0) throw malformed("its beginning");
  const bodyLength = bytes.length - endLength;
  const body = bytes.subarray(0, Math.max(bodyLength, magic.length));
  const end = section(endSection, createHash("sha256").update(body).digest());
  if (Buffer.compare(bytes.subarray(body.length), end) !== 0) throw malformed("its end");
  const reader = createByteReader(body);
  reader.bytes(magic.length);
  const head = headFromWire(parseStrictJson(Buffer.from(nextSection(reader, headSection)).toString()));
  // All of it is read before anything is made of it.
  const parts = [...readParts(reader, head)].reverse();
  return {
    ...head,
    parts: function* () {
      for (let part = parts.pop(); part; part = parts.pop()) yield part;
      return undefined;
    },
  };
}

const magic = Buffer.from("cardea revocations 1\n");
const headSection = 1;
const partSection = 2;
const endSection = 3;
/** The section at the end: its name, its length, and the digest. */
const endLength = 34;

/** An expiry takes three bits if all are within seventy minutes: entries live up to a seventh of their range longer than they say, and ten minutes at most. */
const expirySteps = { bits: 3, longest: 600 };

function section(name: number, bytes: Uint8Array): Uint8Array {
  const writer = createByteWriter(bytes.length + 10);
  writer.byte(name);
  writer.number(bytes.length);
  writer.bytes(bytes);
  return writer.written();
}

function nextSection(reader: ByteReader, name: number): Uint8Array {
  if (reader.byte() !== name) throw malformed("a section");
  return reader.bytes(reader.number());
}

function* readParts(reader: ByteReader, { position }: SnapshotHead): Generator<readonly Prints[], undefined> {
  while (reader.left() > 0) {
    const part = createByteReader(nextSection(reader, partSection));
    const prints: Prints[] = [];
    while (part.left() > 0) prints.push(readPrints(part));
    for (const { positions } of prints) if (boundsOf(positions).most > position) throw malformed("a position");
    yield prints;
  }
}

function headFromWire(value: unknown): SnapshotHead {
  const { epoch, position, key_id: keyId, entries } = isRecord(value) ? value : {};
  if (!isEpoch(epoch) || !isPos(position)) throw malformed("epoch or position");
  if (!isKeyId(keyId) || !isPos(entries)) throw malformed("key_id or entries");
  return { epoch, position, keyId, entries };
}

const malformed = (part: string): TypeError => new TypeError(`malformed snapshot: ${part}`);
