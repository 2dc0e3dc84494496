import type { RevocationView } from "@cardea/verifier/judge";
import type { NamedKey, RevocationEntry } from "@cardea/verifier/wire";
import { StoreBusyError } from "../refusal.ts";
import { revocationEnd } from "../revoke/revocation.ts";
import type { RevocationStore } from "../store/ports.ts";
import type { World } from "../world.ts";

/**
 * Somebody else's log as far as it has arrived: its live entries, under its epoch and its positions. It is written as a view is,
 * by frames that chain, and read as a store is, so that what follows an issuer can be followed like one.
 */
export type UpstreamLog = Pick<RevocationView, "epoch" | "position" | "apply" | "adopt" | "use"> &
  Pick<RevocationStore, "read"> & {
    /** Under which upstream takes fingerprints; undefined if it has not said so. */
    readonly key: NamedKey | undefined;
    /** How many entries are held, with those that expired lately. */
    readonly size: number;
  };

/** How often what expired is looked for. */
const forgetEveryMs = 60_000;
/**
 * No entry is forgotten sooner after it arrived, whatever the clock says: so long a revocation lives, but for those of keys. A relay
 * whose clock was ahead when it started would else leave out, for others whose clocks are right, what is not over.
 */
const heldForMs = revocationEnd(0);

/**
 * An empty log of no epoch: `read` throws `StoreBusyError` until it has one. Entries that ended before `cautiousNow`, in
 * milliseconds, are forgotten once they were held for as long as a revocation lives. `keyRevoked` is told when an entry names a
 * signing key.
 */
export function createUpstreamLog({
  world,
  cautiousNow,
  keyRevoked,
}: {
  readonly world: Pick<World, "monotonic">;
  readonly cautiousNow: () => number;
  readonly keyRevoked: () => void;
}): UpstreamLog {
  let epoch: string | undefined;
  let position = 0;
  let key: NamedKey | undefined;
  /** In the order of their positions. */
  let entries: RevocationEntry[] = [];
  /** How far the log had arrived at moments of the monotonic clock, the earliest first. */
  let arrivals: { readonly at: number; readonly position: number }[] = [];
  let lookedAt = world.monotonic();

  const forget = (): void => {
    const at = world.monotonic();
    if (at - lookedAt < forgetEveryMs) return;
    lookedAt = at;
    const heldLongEnough = arrivals.findLast((arrival) => arrival.at <= at - heldForMs);
    arrivals = [...arrivals.filter((arrival) => arrival.at > at - heldForMs), { at, position }];
    const [until, now] = [heldLongEnough?.position ?? 0, cautiousNow()];
    entries = entries.filter(({ pos, expiresAt }) => pos > until || expiresAt >= now);
  };

  /** Everything comes again from the beginning, so what was held of it need not be told from what is new. */
  const adopt = (next: string): void => {
    epoch = next;
    position = 0;
    entries = [];
    arrivals = [];
  };

  return {
    get epoch() {
      return epoch;
    },
    get position() {
      return position;
    },
    get size() {
      return entries.length;
    },
    get key() {
      return key;
    },
    adopt,
    use: (next) => {
      key = next;
    },
    apply: (frame) => {
      // Fingerprints cannot be passed on by name. They were not asked for.
      if (frame.printed) return "other_key";
      if (frame.epoch !== epoch && frame.from > 0) return "other_epoch";
      if (frame.epoch !== epoch) adopt(frame.epoch);
      if (frame.from > position) return "gap";
      const fresh = frame.entries.filter(({ pos }) => pos > position).toSorted((a, b) => a.pos - b.pos);
      for (const entry of fresh) entries.push(entry);
      position = Math.max(position, frame.to);
      if (fresh.some(({ kind }) => kind === "key")) keyRevoked();
      forget();
      return "joined";
    },
    read: async (after, limit) => {
      if (epoch === undefined) throw new StoreBusyError("Nothing of the log has arrived.");
      forget();
      const head = { epoch, pos: position };
      if (after >= position) return { head, from: position, to: position, entries: [] };
      const first = firstAfter(entries, after);
      const found = entries.slice(first, first + limit);
      const isCut = first + limit < entries.length;
      return { head, from: after, to: isCut ? (found.at(-1)?.pos ?? position) : position, entries: found };
    },
  };
}

/** Where the entries after a position begin. */
function firstAfter(entries: readonly RevocationEntry[], after: number): number {
  let low = 0;
  let high = entries.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((entries[middle]?.pos ?? 0) > after) high = middle;
    else low = middle + 1;
  }
  return low;
}
