import { setTimeout as delay } from "node:timers/promises";
import type { Frame, RevocationEntry } from "@cardea/verifier/wire";
import type { EventSink } from "../event.ts";
import type { LogHead, NewRevocation, RevocationStore } from "../store/ports.ts";
import type { World } from "../world.ts";

/** Telling a log again what it has lost: an issuer that was there knows the entries of the last hour by name. */
export type Reassertion = {
  /** The issuer's view has joined a frame. */
  readonly joined: (frame: Pick<Frame, "epoch" | "entries">) => void;
  /** The view is at the head. If the log has begun anew, what it lacks is appended, in the background. */
  readonly reached: (head: LogHead) => void;
  /** From now on what was lost can be told. Until then it waits. */
  readonly start: (ways: WaysToRevoke) => void;
  /** Tells no more. Resolves when nothing is under way. */
  readonly close: () => Promise<void>;
};

/** How something is revoked again together with what it belongs to: each answers whether there was such a thing, and has then appended. */
export type WaysToRevoke = {
  readonly endSession: (sessionId: string) => Promise<boolean>;
  readonly revokeKey: (kid: string) => Promise<boolean>;
  /** Reads on until the head. */
  readonly pull: () => Promise<unknown>;
};

/** What telling again rests on. `now` is the clock by which entries are forgotten. */
export type ReassertionParts = {
  readonly store: Pick<RevocationStore, "append">;
  readonly world: Pick<World, "random">;
  readonly now: () => number;
  readonly onEvent: EventSink;
  /** So many entries are remembered, the latest; default 100,000, some 20 MB. */
  readonly most?: number;
};

/** Of several issuers that know the same, one is most likely first, and the others then find nothing to tell. */
const longestWaitMs = 100;
const atOnce = 1000;

/**
 * Remembers the entries of the log by name, and appends those that a new epoch lacks, or has at a position that was another's. An entry is lacking if the new epoch holds
 * none for the same name at its position or later: an earlier one leaves younger tokens alone. What is appended gets a position of
 * now, so it also kills tokens that were minted since the entry was made; their sessions refresh.
 */
export function createReassertion({ store, world, now, onEvent, most = 100_000 }: ReassertionParts): Reassertion {
  let epoch: string | undefined;
  let held = new Map<string, RevocationEntry>();
  const lost = new Map<string, RevocationEntry>();
  /** What was held when the epoch changed, and how far the log was known then. */
  let earlier = { held: new Map<string, RevocationEntry>(), pos: 0, forgotten: 0 };
  let pos = 0;
  /** Entries up to this position may have been dropped for want of room. */
  let forgotten = 0;
  let ways: WaysToRevoke | undefined;
  let telling: Promise<void> | undefined;
  let isClosed = false;

  const adopt = (next: string): void => {
    if (epoch !== undefined && epoch !== next) {
      for (const [name, entry] of held) keep(lost, name, entry);
      earlier = { held, pos, forgotten };
      held = new Map();
      [pos, forgotten] = [0, 0];
    }
    epoch = next;
  };

  /**
   * Whether an entry stands at a position that another had before the end was lost. It came between the loss and the new epoch, and
   * leaves tokens alone that were minted before the loss.
   */
  const isMisplaced = (name: string, entry: RevocationEntry): boolean =>
    entry.pos > earlier.forgotten && entry.pos <= earlier.pos && (earlier.held.get(name)?.pos ?? -1) < entry.pos;

  /** What is lost, is not over, and has not been told by somebody else meanwhile. */
  const lacking = (): readonly RevocationEntry[] => {
    for (const [name, { pos, expiresAt }] of lost) {
      if (expiresAt <= now() || (held.get(name)?.pos ?? -1) >= pos) lost.delete(name);
    }
    return [...lost.values()].toSorted((a, b) => a.pos - b.pos);
  };

  const tell = async ({ endSession, revokeKey, pull }: WaysToRevoke): Promise<void> => {
    await delay(((world.random(1)[0] ?? 0) / 256) * longestWaitMs, undefined, { ref: false });
    let count = 0;
    for (let batch = lacking().slice(0, atOnce); batch.length > 0 && !isClosed; batch = lacking().slice(0, atOnce)) {
      const rest: RevocationEntry[] = [];
      for (const entry of batch) {
        const { kind, key, issuedBefore } = entry;
        const isWhole = issuedBefore === undefined;
        const isDone =
          (kind === "session" && isWhole && (await endSession(key))) || (kind === "key" && (await revokeKey(key)));
        if (!isDone) rest.push(entry);
      }
      if (rest.length > 0) await store.append(rest.map(withoutPosition));
      for (const entry of batch) lost.delete(nameOf(entry));
      count += batch.length;
      await pull();
    }
    if (count > 0) onEvent({ type: "fault", where: "revocation log", error: toldAgain(count) });
  };

  return {
    joined: (frame) => {
      adopt(frame.epoch);
      for (const entry of frame.entries) {
        const name = nameOf(entry);
        keep(held, name, entry);
        pos = Math.max(pos, entry.pos);
        if (isMisplaced(name, entry)) keep(lost, name, { ...entry, pos: earlier.pos + 1 });
      }
      // A map is in the order of insertion.
      for (const [name, entry] of held) {
        if (held.size <= most) break;
        held.delete(name);
        forgotten = Math.max(forgotten, entry.pos);
      }
    },
    reached: (head) => {
      adopt(head.epoch);
      pos = Math.max(pos, head.pos);
      if (lost.size === 0 || ways === undefined || telling || isClosed || lacking().length === 0) return;
      telling = tell(ways)
        .catch((error: unknown) => onEvent({ type: "fault", where: "revocation log", error }))
        .finally(() => {
          telling = undefined;
        });
    },
    start: (given) => {
      ways = given;
    },
    close: async () => {
      isClosed = true;
      await telling;
    },
  };
}

const toldAgain = (count: number): Error =>
  new Error(`The revocation log had lost its end; ${count} revocations of it were told again.`);

/** Entries for one instant are no match for those for another. */
const nameOf = ({ kind, key, issuedBefore }: NewRevocation): string => `${kind}:${issuedBefore ?? ""}:${key}`;

/** Keeps the later of two. */
function keep(entries: Map<string, RevocationEntry>, name: string, entry: RevocationEntry): void {
  const there = entries.get(name);
  if (there && there.pos >= entry.pos) return;
  entries.delete(name);
  entries.set(name, entry);
}

const withoutPosition = ({ kind, key, expiresAt, issuedBefore }: RevocationEntry): NewRevocation => ({
  kind,
  key,
  expiresAt,
  ...(issuedBefore === undefined ? {} : { issuedBefore }),
});
