import { defaultHashCost, type HashCost } from "../people/passwordHasher/hashCost.ts";

/** What a hash of a cost takes here. */
export type Measured = { readonly cost: HashCost; readonly ms: number };

/** Costs to try, each dearer than the one before: more memory first, since that is what an attacker's hardware lacks, then more passes. */
export const ladder: readonly HashCost[] = [
  ...[defaultHashCost.memoryKiB, 32_768, 47_104, 65_536, 98_304, 131_072, 196_608, 262_144].map((memoryKiB) => ({
    memoryKiB,
    passes: defaultHashCost.passes,
    parallelism: 1,
  })),
  ...[3, 4, 6, 8, 10].map((passes) => ({ memoryKiB: 262_144, passes, parallelism: 1 })),
];

/** Climbs the ladder until a hash takes longer than the target, or one thread more memory than there is. The floor is always measured. */
export async function climb(
  { targetMs, memoryKiB }: { readonly targetMs: number; readonly memoryKiB: number },
  measure: (cost: HashCost) => Promise<number>,
): Promise<readonly Measured[]> {
  const measured: Measured[] = [];
  for (const cost of ladder) {
    if (measured.length > 0 && cost.memoryKiB > memoryKiB) break;
    const ms = await measure(cost);
    measured.push({ cost, ms });
    if (ms > targetMs) break;
  }
  return measured;
}

/** The dearest cost within the target; the floor where even that takes longer, since nothing is cheaper than the floor. */
export function recommended(measured: readonly Measured[], targetMs: number): Measured {
  const [floor] = measured;
  if (!floor) throw new Error("Nothing was measured.");
  return measured.findLast(({ ms }) => ms <= targetMs) ?? floor;
}

/** Hashing threads: one a core, as far as the memory goes, and at least one. */
export const workersFor = (
  cost: HashCost,
  { cores, memoryKiB }: { readonly cores: number; readonly memoryKiB: number },
): number => Math.max(1, Math.min(cores, 64, Math.floor(memoryKiB / cost.memoryKiB)));

/** The middle one of some times. */
export const median = (times: readonly number[]): number =>
  times.toSorted((one, other) => one - other)[Math.floor(times.length / 2)] ?? Number.NaN;
