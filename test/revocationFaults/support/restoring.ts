import { eventually } from "../../support/eventually.ts";
import { ask } from "./asking.ts";
import type { Backup } from "./backups.ts";
import { chanceFrom } from "./chance.ts";
import { type Cluster, startCluster } from "./cluster.ts";
import { newLedger } from "./ledger.ts";
import { everyoneLive } from "./live.ts";
import { namingOf } from "./naming.ts";
import type { Program } from "./program.ts";
import { type Revoking, revoke, type Turn, watchNew } from "./revoking.ts";
import type { Watched } from "./watched.ts";

/** A cluster whose store went on from an older copy of itself. */
export type Restored = {
  readonly revoking: Revoking;
  /** Revoked before the copy was taken. */
  readonly before: readonly Watched[];
  /** Revoked after the copy was taken; all verifiers had heard of it. */
  readonly lost: readonly Watched[];
  /** Made after all that, and not revoked: they vouch for positions that the store has lost. */
  readonly alive: readonly Watched[];
};

/** What a restored store came to, in a line for people, and whether nothing came back that must not. */
export type Judgement = { readonly said: string; readonly isAsItMustBe: boolean };

/** How many are revoked before a copy is taken and after it, and how many tokens of the lost past are revoked at last. */
export type RestoreCounts = { readonly before: number; readonly lost: number; readonly alive: number };

/**
 * Two issuers and four verifiers. What they know stays refused, tokens from the lost past are refused once they are revoked, and
 * who signs in afterwards is let in.
 */
export async function restoreAndJudge(
  backup: Backup,
  counts: RestoreCounts & { readonly goingOn: GoingOn },
): Promise<Judgement> {
  const { store } = backup;
  const size = { issuers: 2, verifiers: 4, maxStalenessMs: 2000, seed: 1, hasControl: false };
  const cluster = await startCluster({ ...size, store });
  try {
    const { revoking, before, lost, alive } = await restoreAmid(cluster, backup, counts);
    await revokeAll(revoking, alive);
    const fresh = await watchNew(revoking, 20, () => true);
    for (const verifier of cluster.verifiers) {
      await allRefused(verifier, [...before, ...lost, ...alive]);
      await allAccepted(verifier, fresh);
    }
    const what = `${before.length} revoked before, ${lost.length} lost by the store, ${alive.length} revoked afterwards`;
    return { said: `${what}: ${cluster.verifiers.length} verifiers refuse them all.`, isAsItMustBe: true };
  } catch (error) {
    return { said: String(error), isAsItMustBe: false };
  } finally {
    await cluster.stop();
  }
}

/** Who is not started again while the store is: who has seen more of the log than there is then. */
export type GoingOn = "nobody" | "verifiers" | "everybody";

/** Revokes so many, takes a copy, revokes more, goes on from the copy, and waits until verifiers are live again. */
export async function restoreAmid(
  cluster: Cluster,
  { take, restore }: Backup,
  { goingOn, ...counts }: RestoreCounts & { readonly goingOn: GoingOn },
): Promise<Restored> {
  const { issuers, verifiers } = cluster;
  const ledger = newLedger(verifiers.length, 0);
  const revoking: Revoking = { cluster, ledger, chance: chanceFrom(7) };
  await everyoneLive(verifiers);
  const before = await revokeNew(revoking, counts.before);
  await take(cluster);
  const lost = await revokeNew(revoking, counts.lost);
  const alive = await watchNew(revoking, counts.alive, () => true);
  await Promise.all(verifiers.map((verifier) => allRefused(verifier, lost)));
  const restarted = [...(goingOn === "everybody" ? [] : issuers), ...(goingOn === "nobody" ? verifiers : [])];
  for (const program of restarted) await program.kill();
  await restore(cluster);
  for (const program of restarted) await program.start();
  await everyoneLive(verifiers);
  return { revoking, before, lost, alive };
}

/** Signs so many in and revokes what they got. */
export async function revokeNew(revoking: Revoking, count: number): Promise<readonly Watched[]> {
  const tokens = await watchNew(revoking, count, () => true);
  await revokeAll(revoking, tokens);
  return tokens;
}

/** Revokes these by name, each until it is acknowledged. Who would sign out has perhaps no session any more. */
export async function revokeAll(revoking: Revoking, tokens: readonly Watched[]): Promise<void> {
  const turn: Turn = { phase: "quiet", wait: "durable", isWanted: () => true };
  for (const token of tokens) {
    const naming = namingOf(token.minted, revoking.chance);
    await revoke(revoking, { target: { only: token }, naming, turn });
  }
}

/** Waits until the verifier says of each that it is revoked. */
export const allRefused = (verifier: Program, tokens: readonly Watched[]): Promise<void> =>
  allSaid(verifier, tokens, "revoked");

/** Waits until the verifier accepts each. */
export const allAccepted = (verifier: Program, tokens: readonly Watched[]): Promise<void> =>
  allSaid(verifier, tokens, "accepted");

async function allSaid(verifier: Program, tokens: readonly Watched[], wanted: string): Promise<void> {
  const left = async (): Promise<readonly string[]> =>
    (await ask(verifier, tokens)).map(({ said }) => said).filter((said) => said !== wanted);
  await eventually(`the verifier says ${wanted} of all`, async () => (await left()).length === 0).catch(
    async (cause: unknown) => {
      throw new Error(`Of ${tokens.length}, which should be ${wanted}, it says: ${(await left()).join(", ")}.`, {
        cause,
      });
    },
  );
}
