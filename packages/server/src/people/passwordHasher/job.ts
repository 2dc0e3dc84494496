/** What the pool asks of a worker, one job at a time. A password stays inside the process: messages between threads are written nowhere. */
export type HashJob =
  | { readonly do: "hash"; readonly password: string; readonly cost: HashCost; readonly salt: Uint8Array }
  | { readonly do: "verify"; readonly password: string; readonly phc: string };

/** What a worker answers. */
export type HashAnswer = { readonly phc: string } | { readonly matches: boolean } | { readonly failed: string };

/** Cost of argon2id: memory in KiB, passes, lanes. */
export type HashCost = { readonly memoryKiB: number; readonly passes: number; readonly parallelism: number };
