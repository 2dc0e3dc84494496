import { createRevocationView, type RevocationView } from "@cardea/verifier/judge";
import type { RevocationEntry } from "@cardea/verifier/wire";
import { newIdentifier } from "./identifiers.ts";

/** The kinds of which there can be millions. A third of the entries are of each. */
export const kinds = ["token", "session", "subject"] as const;

/** What a view is compared with: a set of strings for each kind. */
export type Sets = Readonly<Record<(typeof kinds)[number], Set<string>>>;

/** A view of so many live entries. */
export function filledView(size: number): RevocationView {
  const view = createRevocationView({ now: Date.now });
  view.apply({ epoch, from: 0, to: 1, entries: [] });
  while (view.position <= size) addNews(view, Math.min(1000, size - view.position + 1));
  return view;
}

/** The view hears of further entries. */
export function addNews(view: RevocationView, count: number): void {
  const from = view.position;
  const entries = Array.from({ length: count }, (_, index) => newEntry(from + index + 1));
  if (view.apply({ epoch, from, to: from + count, entries }) !== "joined") throw new Error("the view did not join");
}

/** Sets of so many strings in all. */
export function filledSets(size: number): Sets {
  const sets: Sets = { token: new Set(), session: new Set(), subject: new Set() };
  for (let at = 0; at < size; at++) sets[kindOf(at)].add(newIdentifier());
  return sets;
}

const epoch = "bench";
const hourMs = 3_600_000;

const newEntry = (pos: number): RevocationEntry => ({
  kind: kindOf(pos),
  key: newIdentifier(),
  pos,
  expiresAt: Date.now() + hourMs,
});

const kindOf = (at: number): (typeof kinds)[number] => kinds[at % kinds.length] ?? "session";
