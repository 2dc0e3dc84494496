import type { LogHead, LogSlice, NewRevocation } from "../ports.ts";
import type { State } from "./state.ts";

/** Gives each revocation its position. */
export function appendRevocations(state: State, revocations: readonly NewRevocation[]): LogHead {
  const { epoch, pos } = state.head;
  state.entries.push(...revocations.map((revocation, index) => ({ ...revocation, pos: pos + index + 1 })));
  state.head = { epoch, pos: pos + revocations.length };
  return state.head;
}

/** Entries after a position, with the head. */
export function readRevocations({ entries, head }: State, after: number, limit: number): LogSlice {
  if (after >= head.pos) return { head, from: head.pos, to: head.pos, entries: [] };
  const rest = entries.filter(({ pos }) => pos > after);
  const found = rest.slice(0, limit);
  const to = rest.length > limit ? (found.at(-1)?.pos ?? head.pos) : head.pos;
  return { head, from: after, to, entries: found };
}
