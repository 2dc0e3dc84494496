import type { Material } from "./material.ts";

/** What is measured. `repeat` is to verify a token that the verifier has accepted before. */
export const operations = ["sign", "verify", "repeat"] as const;
export type Operation = (typeof operations)[number];

/** One library doing one thing over and over. */
export type Task = {
  readonly operation: Operation;
  /** Called before the clock starts; each is given to `run` in turn. */
  readonly inputs: () => readonly unknown[];
  readonly run: (input: unknown) => unknown;
  /** Rejects unless the library really does it: no cell of the table may be the time of a failure. */
  readonly prove: () => Promise<void>;
};

/** A library, and what it can do with the keys of one algorithm. It leaves out what it cannot. */
export type Library = {
  readonly name: string;
  /** A `yardstick` is no library; a `native` one is not written in JavaScript, so it is no peer of those that are. */
  readonly kind: "ours" | "peer" | "native" | "yardstick";
  readonly tasks: (material: Material) => readonly Task[] | Promise<readonly Task[]>;
};
