import { parseStrictJson } from "@cardea/jwt/strict-json";
import { isRecord } from "../isRecord.ts";
import { isKeyId } from "./fingerprint.ts";
import { type RevocationKind, revocationKinds } from "./kinds.ts";
import { isEpoch, isPos } from "./position.ts";
import { decodePrints, encodePrints, type PrintedEntries, type Printer } from "./printedEntries.ts";

export { type RevocationKind, revocationKinds } from "./kinds.ts";

/** One line of the revocation log. */
export type RevocationEntry = {
  readonly kind: RevocationKind;
  /** The claim's value that is revoked; the empty string for `all`, and only there. */
  readonly key: string;
  readonly pos: number;
  /** Milliseconds since the epoch; no token that this entry kills can be valid later. */
  readonly expiresAt: number;
  /** NumericDate seconds; if present, the entry kills tokens with `iat <= issuedBefore` instead of those with `rvp < pos`. */
  readonly issuedBefore?: number;
};

/**
 * States: `entries` and `printed` together hold every live entry with `from < pos <= to`. Frames chain, so a lost one is always
 * noticed.
 */
export type Frame = {
  readonly epoch: string;
  readonly from: number;
  readonly to: number;
  readonly entries: readonly RevocationEntry[];
  /** Entries that came by fingerprint. */
  readonly printed?: PrintedEntries;
};

/**
 * Writes a frame as one line of JSON with the wire's member names; with a printer, most entries by fingerprint. Throws a TypeError
 * for a frame that `decodeFrame` would refuse.
 */
export function encodeFrame(frame: Frame, printer?: Printer): string {
  assertFrame(frame);
  const { epoch, from, to, entries } = frame;
  if (!printer) return JSON.stringify({ epoch, from, to, entries: entries.map(toWire) });
  const { printed, named } = printer.print(entries);
  const prints = { key_id: printed.keyId, prints: encodePrints(printed.prints) };
  return JSON.stringify({ epoch, from, to, entries: named.map(toWire), ...prints });
}

/**
 * Reads a frame. Throws a TypeError or StrictJsonError if any part is malformed or of a kind this version does not know: to skip an entry
 * would be to lose a revocation, so the whole frame is refused and the view goes stale instead.
 */
export function decodeFrame(text: string): Frame {
  return frameFromWire(parseStrictJson(text));
}

/** Reads the answer of `GET /revocation/entries`: a frame, and the head of the log it was read from. Throws like `decodeFrame`. */
export function decodeEntries(text: string): { readonly frame: Frame; readonly head: number } {
  const value = parseStrictJson(text);
  const frame = frameFromWire(value);
  const head = isRecord(value) ? value.head : undefined;
  if (!isPos(head) || head < frame.to) throw malformed("head");
  return { frame, head };
}

function frameFromWire(value: unknown): Frame {
  if (!isRecord(value)) throw malformed("not an object");
  const { epoch, from, to, entries } = value;
  if (!isEpoch(epoch)) throw malformed("epoch");
  if (!isPos(from) || !isPos(to)) throw malformed("from or to");
  if (!Array.isArray(entries)) throw malformed("entries");
  const frame: Frame = { epoch, from, to, entries: entries.map(fromWire), ...printedFromWire(value) };
  assertFrame(frame);
  return frame;
}

function printedFromWire({ key_id: keyId, prints }: Readonly<Record<string, unknown>>): Pick<Frame, "printed"> {
  if (prints === undefined) return {};
  if (!isKeyId(keyId) || typeof prints !== "string") throw malformed("key_id or prints");
  return { printed: { keyId, prints: decodePrints(prints) } };
}

function assertFrame({ epoch, from, to, entries, printed }: Frame): void {
  if (!isEpoch(epoch)) throw malformed("epoch");
  if (!isPos(from) || !isPos(to) || from > to) throw malformed("from and to");
  for (const entry of entries) assertEntry(entry, from, to);
  for (const { positions } of printed?.prints ?? []) {
    for (const pos of positions) if (pos <= from || pos > to) throw malformed("pos of a fingerprint");
  }
}

function assertEntry({ kind, key, pos, expiresAt, issuedBefore }: RevocationEntry, from: number, to: number): void {
  if (!isKind(kind)) throw malformed("kind");
  if ((key === "") !== (kind === "all")) throw malformed("key");
  if (!isPos(pos) || pos <= from || pos > to) throw malformed("pos");
  if (!Number.isFinite(expiresAt)) throw malformed("expires_at");
  if (issuedBefore !== undefined && (kind === "key" || !Number.isFinite(issuedBefore)))
    throw malformed("issued_before");
}

function toWire({ kind, key, pos, expiresAt, issuedBefore }: RevocationEntry): object {
  return {
    kind,
    key,
    pos,
    expires_at: expiresAt,
    ...(issuedBefore === undefined ? {} : { issued_before: issuedBefore }),
  };
}

function fromWire(value: unknown): RevocationEntry {
  if (!isRecord(value)) throw malformed("entry");
  const { kind, key, pos, expires_at: expiresAt, issued_before: issuedBefore } = value;
  if (!isKind(kind) || typeof key !== "string") throw malformed("kind or key");
  if (typeof pos !== "number" || typeof expiresAt !== "number") throw malformed("pos or expires_at");
  if (issuedBefore === undefined) return { kind, key, pos, expiresAt };
  if (typeof issuedBefore !== "number") throw malformed("issued_before");
  return { kind, key, pos, expiresAt, issuedBefore };
}

const isKind = (value: unknown): value is RevocationKind => revocationKinds.some((kind) => kind === value);

const malformed = (part: string): TypeError => new TypeError(`malformed revocation frame: ${part}`);
