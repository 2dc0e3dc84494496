import type { Frame, RevocationKind } from "../wire/frames.ts";
import { kills, type RevocableClaims, rules } from "./rules.ts";
import { createRevocationTable } from "./table.ts";

/** What this process knows of the revocation log. It only ever learns: no frame, whatever its order, makes a revoked token valid. */
export type RevocationView = {
  /** The log's epoch; undefined before the first frame. */
  readonly epoch: string | undefined;
  /** Every live entry up to this position of `epoch` is held. */
  readonly position: number;
  /** How many entries are held. */
  readonly entries: number;
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
};

/** An empty view. `now`: milliseconds since the epoch, by which expired entries are forgotten. */
export function createRevocationView({ now }: { readonly now: () => number }): RevocationView {
  const table = createRevocationTable();
  let epoch: string | undefined;
  let position = 0;

  const apply = (frame: Frame): "joined" | "gap" | "other_epoch" => {
    const known = frame.epoch === epoch;
    if (!known && frame.from > 0) return "other_epoch";
    if (known && frame.from > position) return "gap";
    for (const entry of frame.entries) table.join(entry);
    position = known ? Math.max(position, frame.to) : frame.to;
    epoch = frame.epoch;
    table.sweep(now(), 16 + 2 * frame.entries.length);
    return "joined";
  };

  const isRevokedByRule = (rule: (typeof rules)[number], claims: RevocableClaims, kid: string | undefined) => {
    const key = rule.keyOf(claims, kid);
    if (key === undefined) return undefined;
    const cut = table.find(rule.kind, key);
    return cut !== undefined && kills(rule, cut, claims);
  };

  return {
    get epoch() {
      return epoch;
    },
    get position() {
      return position;
    },
    get entries() {
      return table.size;
    },
    apply,
    adopt: (next) => {
      epoch = next;
      position = 0;
    },
    isRevoked: (claims, kid) => rules.some((rule) => isRevokedByRule(rule, claims, kid) === true),
    isRevokedBy: (kind, claims, kid) => {
      const rule = rules.find((candidate) => candidate.kind === kind);
      return rule && isRevokedByRule(rule, claims, kid);
    },
  };
}
