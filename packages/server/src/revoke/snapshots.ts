import type { RevocationView } from "@cardea/verifier/judge";
import { createSnapshotWriter } from "@cardea/verifier/wire";
import { OverloadedError } from "../refusal.ts";

/** Snapshots of a view, for many readers: thousands of verifiers may start at once, and what is alive is written for all of them together. */
export type Snapshots = {
  /**
   * The pieces of one, for one reader; undefined while the view has no key. It is at a position that the view had lately: who reads
   * it follows the feed from there. Throws `OverloadedError` while as many as are kept are read slowly.
   */
  readonly read: () => SnapshotReading | undefined;
};

/** One reader's way through a snapshot. */
export type SnapshotReading = {
  /** The next piece; undefined after the last. Throws an Error when the view is not of this log any more. */
  readonly next: () => Uint8Array | undefined;
  /** To be called at the end, whichever it is. */
  readonly close: () => void;
};

/** One that is further behind than this is not begun by another reader: the feed would bring it too much. */
const mostBehind = 1000;
/** What was read to its end is kept so long for those who come a little later. */
const keptForMs = 5000;
/** Each takes some seven bytes an entry, for as long as somebody reads it. */
const mostKept = 3;

/** Nothing is written until somebody reads, and then once for all: whoever is furthest makes the next piece. */
export function createSnapshots(view: Pick<RevocationView, "epoch" | "position" | "keyId" | "prints">): Snapshots {
  const kept = new Set<Shared>();

  const isOfToday = ({ head }: Shared): boolean => head.epoch === view.epoch && head.keyId === view.keyId;
  /** One that is being written is joined however far it is behind, so that no more than one is written at once. */
  const isOfUse = (shared: Shared): boolean =>
    shared.state() !== "broken" &&
    isOfToday(shared) &&
    (shared.state() === "begun" || view.position - shared.head.position <= mostBehind);

  const begin = (): Shared | undefined => {
    const prints = view.prints();
    if (!prints) return undefined;
    if (kept.size >= mostKept) throw new OverloadedError(retryAfterSeconds);
    const shared = shareable(prints);
    kept.add(shared);
    return shared;
  };

  const leave = (shared: Shared): void => {
    shared.readers -= 1;
    if (shared.readers > 0) return;
    if (shared.state() !== "whole") kept.delete(shared);
    else shared.expiry = setTimeout(() => kept.delete(shared), keptForMs).unref();
  };

  return {
    read: () => {
      dropUnread(kept, isOfUse);
      const shared = [...kept].find(isOfUse) ?? begin();
      if (!shared) return undefined;
      clearTimeout(shared.expiry);
      shared.readers += 1;
      let at = 0;
      let isOver = false;
      return {
        next: () => shared.piece(at++),
        close: () => {
          if (!isOver) leave(shared);
          isOver = true;
        },
      };
    },
  };
}

const retryAfterSeconds = 5;

type Prints = NonNullable<ReturnType<RevocationView["prints"]>>;

/** One snapshot, as far as it is written, and who reads it. */
type Shared = {
  readonly head: Prints["head"];
  readonly piece: (at: number) => Uint8Array | undefined;
  readonly state: () => "begun" | "whole" | "broken";
  readers: number;
  /** When it is let go of, once nobody reads it. */
  expiry?: NodeJS.Timeout;
};

function dropUnread(kept: Set<Shared>, isOfUse: (shared: Shared) => boolean): void {
  for (const shared of kept) {
    if (shared.readers > 0 || isOfUse(shared)) continue;
    clearTimeout(shared.expiry);
    kept.delete(shared);
  }
}

function shareable(prints: Prints): Shared {
  const pieces: Uint8Array[] = [];
  const rest = piecesOf(prints);
  let state: ReturnType<Shared["state"]> = "begun";

  const write = (): Uint8Array | undefined => {
    // Until it is written, for all who come to this place.
    state = "broken";
    const { value } = rest.next();
    state = value ? "begun" : "whole";
    if (value) pieces.push(value);
    return value;
  };
  const piece = (at: number): Uint8Array | undefined => {
    if (state === "broken") throw new Error("The view is of another log by now.");
    return at < pieces.length || state === "whole" ? pieces[at] : write();
  };
  return { head: prints.head, piece, state: () => state, readers: 0 };
}

/** One part at a time, so that others get their turn in between. */
function* piecesOf({ head, parts }: Prints): Generator<Uint8Array, undefined> {
  const writer = createSnapshotWriter();
  yield writer.head(head);
  for (const prints of parts()) yield writer.part(prints);
  yield writer.end();
}
