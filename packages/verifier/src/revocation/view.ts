import { type FingerprintKey, type NamedKey, newFingerprintKey } from "../wire/fingerprint.ts";
import type { Frame, RevocationKind } from "../wire/frames.ts";
import type { Snapshot } from "../wire/snapshot.ts";
import { realWorld } from "../world.ts";
import { createGenerations } from "./generations.ts";
import type { RevocableClaims } from "./rules.ts";
import { TokenHandle } from "./tokenHandle.ts";
import { printsOfView, type ViewPrints } from "./viewPrints.ts";

/** What this process knows of the revocation log. It only ever learns: no frame, whatever its order, makes a revoked token valid. */
export type RevocationView = {
  /** The log's epoch; undefined before the first frame. */
  readonly epoch: string | undefined;
  /** Every live entry up to this position of `epoch` is held. */
  readonly position: number;
  /** How many entries are held. */
  readonly entries: number;
  /** Moves whenever a token that was not revoked may be revoked now; not with the position, which may stand still then. */
  readonly version: number;
  /**
   * Joins a frame. "gap": frames before it are missing, it was discarded; ask again from `position`. "other_epoch": the log
   * is another one, the frame was discarded; `adopt` its epoch or ask for everything from 0. "other_key": its fingerprints are under a
   * key that is not the one of today, it was discarded; ask for the same by name. A frame from 0 is complete, so it
   * is joined and its epoch adopted.
   */
  readonly apply: (frame: Frame) => Applied;
  /** Joins a snapshot, and is at its position from then on; refuses one like a frame from 0. Lets others run between its parts. */
  readonly load: (snapshot: Snapshot) => Promise<Applied>;
  /** Starts over at position 0 of an epoch, and keeps every entry held. */
  readonly adopt: (epoch: string) => void;
  /** From now on fingerprints are taken under this key. What is held under another one stays, and counts as before. */
  readonly use: (key: NamedKey) => void;
  /** The name of the key; undefined for one of our own. */
  readonly keyId: string | undefined;
  /** What is held under the key of today; undefined if that is one of our own, or there is no epoch. */
  readonly prints: () => ViewPrints | undefined;
  /** Whether any entry kills the token. `kid` names the key that verified its signature. */
  readonly isRevoked: (claims: RevocableClaims, kid: string | undefined) => boolean;
  /** Whether an entry of this kind kills the token, for explanations; undefined if the token has no value of that kind. */
  readonly isRevokedBy: (kind: RevocationKind, claims: RevocableClaims, kid: string | undefined) => boolean | undefined;
  /** For a token that will be asked about again: what of the answer does not change is worked out once. */
  readonly handleOf: (claims: RevocableClaims, kid: string | undefined) => TokenHandle;
};

/** What became of a frame. */
export type Applied = "joined" | "gap" | "other_epoch" | "other_key";

/** What a view is built from. */
export type RevocationViewOptions = {
  /** Milliseconds since the epoch, by which expired entries are forgotten. */
  readonly now: () => number;
  /** Under which entries and tokens are hashed until there is another key; drawn at random unless given. */
  readonly fingerprintKey?: FingerprintKey;
};

/** An empty view. */
export function createRevocationView({
  now,
  fingerprintKey = newFingerprintKey(realWorld.random),
}: RevocationViewOptions): RevocationView {
  const generations = createGenerations(fingerprintKey);
  const { held } = generations;
  let epoch: string | undefined;
  let position = 0;
  let adoptions = 0;

  const reach = (next: string, to: number): void => {
    position = next === epoch ? Math.max(position, to) : to;
    epoch = next;
  };

  const apply = (frame: Frame): Applied => {
    const known = frame.epoch === epoch;
    if (!known && frame.from > 0) return "other_epoch";
    if (known && frame.from > position) return "gap";
    const { printed } = frame;
    const isReadable = printed === undefined || printed.keyId === held.keyId;
    if (!isReadable && !(known && frame.to <= position)) return "other_key";
    generations.learn(frame.entries, isReadable && printed ? printed.prints : [], now());
    reach(frame.epoch, frame.to);
    return "joined";
  };

  const load = async (snapshot: Snapshot): Promise<Applied> => {
    const { keyId, entries } = snapshot;
    const asOf = adoptions;
    if (keyId !== held.keyId) return "other_key";
    held.current.reserve(entries);
    for (const prints of snapshot.parts()) {
      // Whoever has changed the key meanwhile has the fingerprints of another one.
      if (keyId !== held.keyId) return "other_key";
      generations.learn([], prints, now());
      await new Promise<void>((resolve) => setImmediate(resolve));
    }
    // Who starts over does not trust what is held, and some of the snapshot was by then.
    if (asOf !== adoptions) return "other_epoch";
    reach(snapshot.epoch, snapshot.position);
    return "joined";
  };

  return {
    get epoch() {
      return epoch;
    },
    get position() {
      return position;
    },
    get entries() {
      return generations.size();
    },
    get version() {
      return held.version.now;
    },
    get keyId() {
      return held.keyId;
    },
    apply,
    load,
    adopt: (next) => {
      epoch = next;
      position = 0;
      adoptions += 1;
    },
    use: generations.use,
    prints: () => {
      const { keyId, current } = held;
      if (keyId === undefined || epoch === undefined) return undefined;
      const head = { epoch, position, keyId, entries: current.size };
      return printsOfView({
        head,
        part: current.part,
        isCurrent: () => held.current === current && epoch === head.epoch,
      });
    },
    isRevoked: (claims, kid) => {
      if (held.current.isRevoked(claims, kid)) return true;
      for (const older of held.older) if (older.isRevoked(claims, kid)) return true;
      return false;
    },
    isRevokedBy: (kind, claims, kid) => {
      const answers = [held.current, ...held.older].map((each) => each.isRevokedBy(kind, claims, kid));
      return answers.find((answer) => answer === true) ?? answers[0];
    },
    handleOf: (claims, kid) => new TokenHandle(held, claims, kid),
  };
}
