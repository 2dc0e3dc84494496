import type { EventSink } from "../event.ts";
import type { LogHead, RevocationStore } from "../store/ports.ts";
import type { World } from "../world.ts";

/** What judges a claim to have seen more of the log than there is. */
export type ClaimParts = {
  readonly renew: RevocationStore["renew"] | undefined;
  /** Reads on until the head. */
  readonly pull: () => Promise<LogHead>;
  readonly world: Pick<World, "monotonic">;
  readonly onEvent: EventSink;
};

/** A new epoch lets all followers read anew, so a follower that talks nonsense may have one so often, and may not use positions up. */
const atMostEveryMs = 60_000;
const farthest = 2 ** 32;

/**
 * A follower says that it has seen the log at a position. If the log is still of that epoch and does not reach so far, it has lost
 * its end, as when a whole disk is put back to an earlier state; then it begins anew. Answers with the head after that.
 */
export function createClaims({
  renew,
  pull,
  world,
  onEvent,
}: ClaimParts): (seen: LogHead | undefined) => Promise<LogHead> {
  let believedAt = Number.NEGATIVE_INFINITY;
  return async (seen) => {
    const head = await pull();
    if (!renew || !seen || head.epoch !== seen.epoch || head.pos >= seen.pos) return head;
    if (world.monotonic() - believedAt < atMostEveryMs) return head;
    believedAt = world.monotonic();
    onEvent({ type: "fault", where: "revocation log", error: new Error(lostItsEnd) });
    await renew({ epoch: seen.epoch, pos: Math.min(seen.pos, head.pos + farthest) });
    return pull();
  };
}

const lostItsEnd =
  "The revocation log has a new epoch: a follower has seen more of it than there is. Sessions that had ended may be back.";
