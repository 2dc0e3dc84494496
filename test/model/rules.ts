import type { Entry, Frame, Head, Query, State, View } from "./state.ts";

/**
 * The rules of the protocol, each of which a variant can break alone. What happens between them, and in which order, is in
 * protocol.ts.
 */
export type Rules = {
  /** Whether a transaction may take a position now. */
  readonly mayTake: (state: State) => boolean;
  /** Whether a revocation is acknowledged as soon as it has its position. */
  readonly acknowledgesEarly: boolean;
  /** The highest `rvp` of a token for the session that a revocation at `pos` ends. */
  readonly highestRvp: (state: State, pos: number) => number;
  /** One read of the log after a cursor, as a frame; `limit` entries at most. */
  readonly read: (state: State, after: number, limit: number) => Frame;
  /** What an issuer answers to a question that has just arrived. */
  readonly answer: (state: State) => Head;
  /** What a verifier knows after a frame. */
  readonly apply: (view: View, frame: Frame) => View;
  /** What a verifier knows after it has met another log, or a shorter one. */
  readonly adopt: (view: View, head: Head) => View;
  /** Whether an answer proves that nothing is missing. */
  readonly confirms: (view: View, answer: Head) => boolean;
  /** How old a lease is when it is granted. */
  readonly ageOfLease: (query: Query) => number;
  /** Where the log stands after the store lost all after `kept`. */
  readonly headAfterLoss: (state: State, kept: number) => Head;
};

/** Longer than any tail the model can lose, as 2^20 is in `followLineage`. */
const jump = 10;

/** As they are in the code; each names the function that keeps it. */
export const rules: Rules = {
  // `appendRevocations`: who appends holds the head's row (SQLite: the write lock) until the commit.
  mayTake: ({ open }) => open.length === 0,
  // `RevocationStore.append`: it resolves after the commit.
  acknowledgesEarly: false,
  // The mint rule: the head is read with the session's row, or before it, so never from after the revocation.
  highestRvp: ({ highest }) => highest,
  // `RevocationStore.read`: rows and head by one statement; a cut slice ends at its last entry.
  read: ({ log, head }, after, limit) => {
    const rest = log.filter(({ pos }) => pos > after);
    const found = rest.slice(0, limit);
    return frameOf(head, after, found, rest.length > limit ? (found.at(-1)?.pos ?? head.pos) : head.pos);
  },
  // `Feed.pull` behind the route of the head, through `coalesced`: a read that began after the question arrived.
  answer: ({ head }) => head,
  // `RevocationView.apply`.
  apply: (view, frame) => {
    const known = frame.epoch === view.epoch;
    if (!known && frame.from > 0) return view;
    if (known && frame.from > view.applied) return view;
    return joined(view, frame);
  },
  // `RevocationView.adopt`, called for `hello`: from the beginning, and nothing is forgotten.
  adopt: (view, { epoch }) => ({ ...view, epoch, applied: 0 }),
  // `createLease`: the same log, and the view has reached its head.
  confirms: (view, answer) => answer.epoch === view.epoch && view.applied >= answer.pos,
  // `createLease`: from when the question was sent.
  ageOfLease: ({ age }) => age,
  // `followLineage`: another epoch, and positions that nobody has seen.
  headAfterLoss: ({ head }, kept) => ({ epoch: head.epoch + 1, pos: kept + jump }),
};

/** A frame of these entries. */
export const frameOf = ({ epoch }: Head, from: number, entries: readonly Entry[], to: number): Frame => ({
  epoch,
  from,
  to,
  ids: entries.map(({ id }) => id),
});

/** Joins a frame, whatever its place. */
export function joined(view: View, { epoch, to, ids }: Frame): View {
  const applied = epoch === view.epoch ? Math.max(view.applied, to) : to;
  const news = ids.filter((id) => !view.held.includes(id));
  return { epoch, applied, held: news.length === 0 ? view.held : [...view.held, ...news].sort() };
}
