import type { Chance } from "./chance.ts";
import type { Minted } from "./minted.ts";
import type { Naming } from "./naming.ts";
import { type Revoking, revoke, type Turn, watchNew } from "./revoking.ts";
import type { Target } from "./watched.ts";

/** A revocation that names many tokens. */
type Sweep = { readonly target: Target; readonly naming: Naming };

/** From a token that is out: what it shares with others. The last one names nobody, since no token is so old. */
const sweeps: readonly ((minted: Minted) => Sweep)[] = [
  ({ clientId }) => ({
    target: { names: (each) => each.clientId === clientId, isForEver: false },
    naming: { kind: "client", key: clientId },
  }),
  () => ({ target: { names: () => true, isForEver: false }, naming: { kind: "all" } }),
  ({ kid }) => ({
    target: { names: (each) => each.kid === kid, isForEver: true },
    naming: { kind: "key", key: kid },
  }),
  ({ iat }) => ({
    target: { names: () => false, isForEver: false },
    naming: { kind: "all", issued_before: iat - longAgoSeconds },
  }),
];

/** Longer than a run lasts, and its clocks are set by. */
const longAgoSeconds = 7200;

/** How many tokens are always out that nobody revokes by a name of their own. */
const otherTokens = 10;

/** How often what is shared was revoked, by kind. */
export type SweepCounts = Map<string, number>;

/**
 * Revokes what many tokens share, each kind in its turn, whenever `isDue`. Then others sign in, whose tokens must live on: they
 * vouch for a later position, or are under another key.
 */
export async function keepSweeping(
  revoking: Revoking,
  turn: Turn,
  {
    isDue,
    counts,
    chance,
  }: { readonly isDue: () => Promise<boolean>; readonly counts: SweepCounts; readonly chance: Chance },
): Promise<void> {
  const { ledger } = revoking;
  for (let index = 0; await isDue(); index++) {
    const [token] = await watchNew(revoking, 1, turn.isWanted);
    const sweep = token && sweeps[index % sweeps.length]?.(token.minted);
    if (sweep === undefined) return;
    await revoke(revoking, { ...sweep, turn: { ...turn, wait: chance.oneOf(["durable", "effective"]) } });
    counts.set(sweep.naming.kind, (counts.get(sweep.naming.kind) ?? 0) + 1);
    await watchNew(revoking, otherTokens - ledger.others().length, turn.isWanted, true);
  }
}
