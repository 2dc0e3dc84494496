import { Buffer } from "node:buffer";
import { createByteReader } from "./byteReader.ts";
import { createByteWriter } from "./byteWriter.ts";
import { createFingerprint, type NamedKey } from "./fingerprint.ts";
import { type RevocationKind, revocationKinds } from "./kinds.ts";
import { expiryOf, type Print, type Prints, printsOf, readPrints, writePrints } from "./prints.ts";

/** Entries of a frame by fingerprint, and the name of the key under which they were taken. */
export type PrintedEntries = { readonly keyId: string; readonly prints: readonly Prints[] };

/** What makes fingerprints of entries. */
export type Printer = {
  readonly key: NamedKey;
  /** The entries that go by fingerprint, of each kind; the others, which are few, are left in `named`. */
  readonly print: <Entry extends PrintableEntry>(
    entries: readonly Entry[],
  ) => { readonly printed: PrintedEntries; readonly named: readonly Entry[] };
};

type PrintableEntry = {
  readonly kind: RevocationKind;
  readonly key: string;
  readonly pos: number;
  readonly expiresAt: number;
  readonly issuedBefore?: number;
};

/** Kinds that name the tokens of one person at most, and of which there can be millions. */
const printedKinds: readonly RevocationKind[] = ["token", "session", "subject"];

/** A printer under a key. */
export function createPrinter(key: NamedKey): Printer {
  const take = createFingerprint(key.key);
  const words = new Int32Array(2);

  const printOf = ({ kind, key: name, pos, expiresAt }: PrintableEntry): Print => {
    take(revocationKinds.indexOf(kind), name, words);
    return { low: words[0] ?? 0, high: words[1] ?? 0, pos, expiry: expiryOf(expiresAt) };
  };

  return {
    key,
    print: (entries) => {
      const isPrinted = ({ kind, issuedBefore }: PrintableEntry): boolean =>
        issuedBefore === undefined && printedKinds.includes(kind);
      const prints = printedKinds.flatMap((kind) => {
        const ofKind = entries.filter((entry) => entry.kind === kind && isPrinted(entry));
        return ofKind.length === 0 ? [] : [printsOf(kind, ofKind.map(printOf))];
      });
      return { printed: { keyId: key.id, prints }, named: entries.filter((entry) => !isPrinted(entry)) };
    },
  };
}

/** Prints as a text in base64. */
export function encodePrints(prints: readonly Prints[]): string {
  const writer = createByteWriter(256);
  for (const each of prints) writePrints(writer, each, exactExpiry);
  return Buffer.from(writer.written()).toString("base64");
}

/** Reads what `encodePrints` wrote. Throws a TypeError for anything else. */
export function decodePrints(text: string): readonly Prints[] {
  const bytes = Buffer.from(text, "base64");
  if (bytes.toString("base64") !== text) throw new TypeError("malformed fingerprints: not base64");
  const reader = createByteReader(bytes);
  const prints: Prints[] = [];
  while (reader.left() > 0) prints.push(readPrints(reader));
  return prints;
}

/** Frames say expiries to the second. */
const exactExpiry = { bits: 32, longest: 1 };
