import type { AuthOptions, ModeName } from "cardea";

/** What the server of the crowd is told at its start, and then by messages: that a crowd comes, and that it is through. */
export type CrowdServer = { readonly mode: ModeName; readonly file: string; readonly tokens: readonly string[] };
export type CrowdOrder = "begin" | "end";

/** What the server answers: where it listens, that it watches, what it saw. */
export type CrowdMessage = { readonly port: number } | "watching" | Seen;

/** What was seen while a crowd was there. */
export type Seen = {
  /** Milliseconds that a verification took, ascending. */
  readonly took: readonly number[];
  /** Milliseconds from when it was due until it was done: all that kept the process from it counts. */
  readonly late: readonly number[];
  /** Bytes of resident memory: when the crowd came, and the most that was seen. */
  readonly before: number;
  readonly peak: number;
};

/** The same where the tokens are made and where they are verified. */
export const crowdOptions = {
  issuer: "https://issuer.test/auth",
  trustProxy: 0,
  access: { ttl: "1h" },
  accounts: { emailVerification: "off" },
  mail: { send: async () => undefined },
} as const satisfies Omit<AuthOptions, "store">;
