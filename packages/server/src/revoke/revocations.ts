import { type RevocationKind, revocationKinds } from "@cardea/verifier/wire";
import type { SecurityEvent } from "../event.ts";
import { ok, type Result, refuse } from "../refusal.ts";
import { noRequest, type RequestContext } from "../requestContext.ts";
import type { LogHead, RevocationStore } from "../store/ports.ts";
import { lastingClock, type World } from "../world.ts";
import type { Feed } from "./feed.ts";
import { revocationEnd } from "./revocation.ts";
import type { Verifiers } from "./verifiers.ts";

/** Every kind, for those who offer a choice. */
export const kinds: readonly RevocationKind[] = revocationKinds;

/** A reason is one word of small letters, digits, `_` and `-`. */
export const reasonShape = /^[a-z0-9_-]{1,40}$/;

/** Nobody waits longer than so for a revocation to hold everywhere, in milliseconds. */
export const longestEffectMs = 60_000;

/** What is revoked by name, and why in one word. */
export type Revoking = {
  readonly kind: RevocationKind;
  /** The `jti`, `sid`, `sub`, `client_id`, `tid` or `kid`; the empty string for `all`. */
  readonly key: string;
  /** NumericDate: only tokens with `iat` at or before it. Sessions go on, and it is not for `key`. */
  readonly issuedBefore?: number | undefined;
  /** A word of small letters, digits, `_` and `-`, for the audit trail. */
  readonly reason?: string | undefined;
};

/** Who revokes. */
type By = RequestContext & { readonly actor: string | undefined };

/** `configured_key`: the key is a secret of the configuration, and only another one there takes it out of use. */
export type RevokingRefusal = { readonly reason: "configured_key" };

/** Revoking by name: what operators and services do, whoever the token belongs to. */
export type Revocations = {
  /**
   * Revokes, and answers with a position of the log that includes it: it is on disk, and on its way to all who follow. A session
   * or subject that the store knows loses its sessions too, so that nothing is refreshed; a key that is ours is replaced.
   */
  readonly revoke: (revoking: Revoking, by?: By) => Promise<Result<LogHead, RevokingRefusal>>;
  /** Whether what this process revoked is on as many replicas of the log as are wanted; true where none are. */
  readonly isReplicated: () => boolean;
  /** See `Verifiers.effect`. */
  readonly effect: Verifiers["effect"];
  readonly verifiers: Verifiers["list"];
};

/** What revoking is built from: the log, and what ends whatever lives in the store. Each answers whether there was such a thing. */
export type RevocationsParts = {
  readonly store: Pick<RevocationStore, "append" | "isReplicated">;
  readonly feed: Pick<Feed, "pull">;
  readonly verifiers: Verifiers;
  readonly world: Pick<World, "now" | "monotonic">;
  readonly endSession: (sessionId: string, by: By) => Promise<boolean>;
  readonly endSubject: (accountId: string, by: By) => Promise<boolean>;
  /** Whether access tokens are opaque, which is so in stateful mode. */
  readonly areTokensOpaque: boolean;
  readonly revokeKey: (kid: string) => Promise<"revoked" | "unknown" | "configured">;
  readonly told: (event: SecurityEvent, by: By) => void;
};

/** Revoking over the log. */
export function createRevocations(parts: RevocationsParts): Revocations {
  const { store, feed, verifiers, world, endSession, endSubject, revokeKey, told } = parts;

  const lastingNow = lastingClock(world);

  /** An opaque token vouches for no position of the log, only for when it was made, so there "until now" is an instant. */
  const until = ({ kind, issuedBefore }: Revoking): number | undefined =>
    issuedBefore ??
    (parts.areTokensOpaque && kind !== "token" && kind !== "key" ? Math.floor(world.now() / 1000) : undefined);

  const append = async (revoking: Revoking): Promise<void> => {
    const { kind, key } = revoking;
    const issuedBefore = until(revoking);
    const end = kind === "key" ? lastingNow() + yearMs : revocationEnd(lastingNow());
    await store.append([{ kind, key, expiresAt: end, ...(issuedBefore === undefined ? {} : { issuedBefore }) }]);
  };

  /** True when it is done with what ended. */
  const hasEnded = async ({ kind, key, issuedBefore }: Revoking, by: By): Promise<boolean | "configured"> => {
    if (issuedBefore !== undefined) return false;
    if (kind === "session") return endSession(key, by);
    if (kind === "subject") return endSubject(key, by);
    if (kind !== "key") return false;
    const outcome = await revokeKey(key);
    return outcome === "configured" ? outcome : outcome === "revoked";
  };

  return {
    revoke: async (revoking, by = theApplication) => {
      const ended = await hasEnded(revoking, by);
      if (ended === "configured") return refuse({ reason: "configured_key" });
      if (!ended) await append(revoking);
      const { kind, key, reason } = revoking;
      told(
        { type: "tokens_revoked", kind, ...(key === "" ? {} : { key }), ...(reason === undefined ? {} : { reason }) },
        by,
      );
      return ok(await feed.pull());
    },
    isReplicated: () => store.isReplicated?.() ?? true,
    effect: verifiers.effect,
    verifiers: verifiers.list,
  };
}

const theApplication: By = { ...noRequest, actor: "api" };

/** As long as the issuer's own keys stay revoked: longer than any cache of a key set lives. */
const yearMs = 365 * 86_400_000;
