/** What the pool asks of a worker. `secret` stays inside the process: messages between threads are not written anywhere. */
export type HashJob =
  | {
      readonly id: number;
      readonly do: "hash";
      readonly password: string;
      readonly cost: HashCost;
      readonly salt: Uint8Array;
    }
  | { readonly id: number; readonly do: "verify"; readonly password: string; readonly phc: string };

/** What a worker answers. */
export type HashAnswer =
  | { readonly id: number; readonly phc: string }
  | { readonly id: number; readonly matches: boolean }
  | { readonly id: number; readonly failed: string };

/** Cost of argon2id: memory in KiB, passes, lanes. */
export type HashCost = { readonly memoryKiB: number; readonly passes: number; readonly parallelism: number };
