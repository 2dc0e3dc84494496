import { epochLead, type LogHead, type LogSlice, type NewRevocation } from "../ports.ts";
import type { State } from "./state.ts";

/** Gives each revocation its position. */
export function appendRevocations(state: State, revocations: readonly NewRevocation[]): LogHead {
  const { epoch, pos } = state.head;
  state.entries.push(...revocations.map((revocation, index) => ({ ...revocation, pos: pos + index + 1 })));
  state.head = { epoch, pos: pos + revocations.length };
  // Whoever reads at once would read amid the change that this belongs to.
  if (revocations.length > 0) for (const call of state.watchers) queueMicrotask(call);
  return state.head;
}

/** Calls after each append, until the answer is called. */
export function watchRevocations({ watchers }: State, onChange: () => void): () => void {
  const call = (): void => onChange();
  watchers.add(call);
  return () => watchers.delete(call);
}

/** See `RevocationStore.renew`. */
export function renewRevocations(state: State, seen: LogHead, epoch: string): void {
  if (seen.epoch === state.head.epoch && seen.pos > state.head.pos) state.head = { epoch, pos: seen.pos + epochLead };
}

/** Entries after a position, with the head. */
export function readRevocations({ entries, head }: State, after: number, limit: number): LogSlice {
  if (after >= head.pos) return { head, from: head.pos, to: head.pos, entries: [] };
  const rest = entries.filter(({ pos }) => pos > after);
  const found = rest.slice(0, limit);
  const to = rest.length > limit ? (found.at(-1)?.pos ?? head.pos) : head.pos;
  return { head, from: after, to, entries: found };
}
