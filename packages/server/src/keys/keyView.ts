import { type KeySet, keySet } from "@cardea/jwt";
import type { StoredKey } from "../store/ports.ts";
import { clockErrorMs } from "../world.ts";
import { accessSigner, isOf, signerOf, stateOf } from "./life.ts";
import { type JsonWebKey, type OpenedKey, secretBytesOf } from "./material.ts";
import { accessLine, isSharedAlgorithm, type KeyPolicy, refreshLine } from "./policy.ts";

/** A stored key with what it holds. */
export type HeldKey = { readonly row: StoredKey; readonly opened: OpenedKey };

/** What the keys amount to from one instant to another; nothing changes between. */
export type KeyView = {
  /** Milliseconds since the epoch: it holds from then on. */
  readonly from: number;
  /** And until then. */
  readonly until: number;
  /** The stored key that signs access tokens; undefined for a shared secret of the configuration, and when none can. */
  readonly signer: HeldKey | undefined;
  readonly verifying: KeySet;
  readonly published: readonly JsonWebKey[];
  /** The secret that makes refresh tokens, then the others that still read them. */
  readonly refreshSecrets: readonly Uint8Array[];
};

/** What a view is made from. `shared` is the shared secret of the configuration. */
export type ViewParts = {
  readonly held: readonly HeldKey[];
  readonly policy: KeyPolicy;
  readonly shared: OpenedKey | undefined;
};

/** The view at an instant. */
export function keyViewAt(now: number, { held, policy, shared }: ViewParts): KeyView {
  const rows = held.map(({ row }) => row);
  const holderOf = (row: StoredKey | undefined): HeldKey | undefined => held.find((key) => key.row === row);
  const verifying = held.filter(({ row }) => row.purpose === "access" && verifies(row, now, policy));
  const published = held.filter(({ row }) => row.purpose === "access" && isLive(row, now));
  const makesRefresh = holderOf(signerOf(refreshLine, rows, now));
  const reads = held.filter((key) => key.row.purpose === "refresh" && isLive(key.row, now) && key !== makesRefresh);
  return {
    ...spanAround(now, rows),
    signer: holderOf(accessSigner(rows, now, policy)),
    verifying: keySet([...(shared ? [shared] : []), ...verifying.map(({ opened }) => opened)].map(verificationOf)),
    published: published.flatMap(({ opened }) => (opened.publicJwk ? [opened.publicJwk] : [])),
    refreshSecrets: [...(makesRefresh ? [makesRefresh] : []), ...reads].flatMap(({ opened }) =>
      opened.secret ? [secretBytesOf(opened.secret)] : [],
    ),
  };
}

const verificationOf = ({ verification }: OpenedKey): OpenedKey["verification"] => verification;

const isLive = (row: StoredKey, now: number): boolean => !["retired", "revoked"].includes(stateOf(row, now));

/**
 * Whether tokens by a key are believed: from when it signs, give or take the error of another process's clock. Others hold a shared
 * secret, so it is believed only while the policy's own line has it.
 */
function verifies(row: StoredKey, now: number, policy: KeyPolicy): boolean {
  if (!isLive(row, now) || row.signsFrom > now + clockErrorMs) return false;
  const own = accessLine(policy);
  return !isSharedAlgorithm(row.alg) || (own !== undefined && isOf(own, row));
}

/** The last and the next instant at which any key changes its state. */
function spanAround(now: number, rows: readonly StoredKey[]): { readonly from: number; readonly until: number } {
  const turns = rows.flatMap(({ signsFrom, signsUntil, verifiesUntil }) =>
    [signsFrom - clockErrorMs, signsFrom, signsUntil, verifiesUntil].filter((at) => at !== undefined),
  );
  return {
    from: Math.max(...turns.filter((at) => at <= now), Number.NEGATIVE_INFINITY),
    until: Math.min(...turns.filter((at) => at > now), Number.POSITIVE_INFINITY),
  };
}
