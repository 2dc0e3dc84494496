/** Cost of argon2id: memory in KiB, passes, lanes. */
export type HashCost = { readonly memoryKiB: number; readonly passes: number; readonly parallelism: number };

/** OWASP's floor for argon2id: 19 MiB, two passes, one lane. */
export const defaultHashCost: HashCost = { memoryKiB: 19_456, passes: 2, parallelism: 1 };

/**
 * Work of an argon2 hash, in passes over one KiB. The other schemes are counted in the same unit, by ratios that were measured
 * once: they hold roughly, which is enough to bound what an imported hash may ask for.
 */
export const workOf = ({ memoryKiB, passes }: Pick<HashCost, "memoryKiB" | "passes">): number => memoryKiB * passes;

/** What a hash takes in milliseconds before any was measured: about 15 at the floor. */
export const assumedHashMs = (cost: HashCost): number => (15 * workOf(cost)) / workOf(defaultHashCost);
