import type { Frame, RevocationKind } from "../wire/frames.ts";
import { realWorld } from "../world.ts";
import { createEvidence } from "./evidence.ts";
import { type FingerprintKey, newFingerprintKey } from "./fingerprint.ts";
import type { RevocableClaims } from "./rules.ts";
import { TokenHandle } from "./tokenHandle.ts";

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
   * is another one, the frame was discarded; `adopt` its epoch or ask for everything from 0. A frame from 0 is complete, so it
   * is joined and its epoch adopted.
   */
  readonly apply: (frame: Frame) => "joined" | "gap" | "other_epoch";
  /** Starts over at position 0 of an epoch, and keeps every entry held. */
  readonly adopt: (epoch: string) => void;
  /** Whether any entry kills the token. `kid` names the key that verified its signature. */
  readonly isRevoked: (claims: RevocableClaims, kid: string | undefined) => boolean;
  /** Whether an entry of this kind kills the token, for explanations; undefined if the token has no value of that kind. */
  readonly isRevokedBy: (kind: RevocationKind, claims: RevocableClaims, kid: string | undefined) => boolean | undefined;
  /** For a token that will be asked about again: what of the answer does not change is worked out once. */
  readonly handleOf: (claims: RevocableClaims, kid: string | undefined) => TokenHandle;
};

/** What a view is built from. */
export type RevocationViewOptions = {
  /** Milliseconds since the epoch, by which expired entries are forgotten. */
  readonly now: () => number;
  /** Under which entries and tokens are hashed; drawn at random unless given. */
  readonly fingerprintKey?: FingerprintKey;
};

/** An empty view. */
export function createRevocationView({
  now,
  fingerprintKey = newFingerprintKey(realWorld.random),
}: RevocationViewOptions): RevocationView {
  const evidence = createEvidence(fingerprintKey);
  let epoch: string | undefined;
  let position = 0;

  const apply = (frame: Frame): "joined" | "gap" | "other_epoch" => {
    const known = frame.epoch === epoch;
    if (!known && frame.from > 0) return "other_epoch";
    if (known && frame.from > position) return "gap";
    evidence.learn(frame.entries, now());
    position = known ? Math.max(position, frame.to) : frame.to;
    epoch = frame.epoch;
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
      return evidence.size;
    },
    get version() {
      return evidence.version;
    },
    apply,
    adopt: (next) => {
      epoch = next;
      position = 0;
    },
    isRevoked: evidence.isRevoked,
    isRevokedBy: evidence.isRevokedBy,
    handleOf: (claims, kid) => new TokenHandle(evidence, claims, kid),
  };
}
