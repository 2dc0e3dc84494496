import { type RevocationEntry, type RevocationKind, revocationKinds } from "@cardea/verifier/wire";
import { z } from "zod";

/** An entry as Redis keeps it. Its position is part of it, so no two are the same member of a set. */
export const encodeEntry = ({ pos, kind, key, expiresAt, issuedBefore }: RevocationEntry): string =>
  JSON.stringify([pos, kind, key, expiresAt, ...(issuedBefore === undefined ? [] : [issuedBefore])]);

const kinds: readonly string[] = revocationKinds;

const entry = z.tuple([
  z.number(),
  z.custom<RevocationKind>((kind) => typeof kind === "string" && kinds.includes(kind)),
  z.string(),
  z.number(),
  z.number().optional(),
]);

/** Reads one. Throws for what is none, or of a kind that this version does not know: to skip it would be to lose a revocation. */
export function decodeEntry(text: unknown): RevocationEntry {
  const parsed = entry.safeParse(JSON.parse(String(text)));
  if (!parsed.success) throw new Error("The revocation log in Redis holds an entry that this version does not know.");
  const [pos, kind, key, expiresAt, issuedBefore] = parsed.data;
  return { kind, key, pos, expiresAt, ...(issuedBefore === undefined ? {} : { issuedBefore }) };
}
