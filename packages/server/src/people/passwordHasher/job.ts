import type { StoredHash } from "./storedHash/storedHash.ts";

/** What the pool asks of a worker, one job at a time. A password stays inside the process: messages between threads are written nowhere. */
export type HashJob = { readonly password: string; readonly key: CheckKey | undefined } & (
  | { readonly do: "hash"; readonly salt: Uint8Array }
  /** `usual` says that the stored hash has the cost of new ones; whatever is cheaper is made to take as long. */
  | { readonly do: "check"; readonly stored: StoredHash; readonly usual: boolean }
);

/** What is needed beside a stored hash to check it: the pepper of argon2, or a Firebase project's own. */
export type CheckKey = { readonly secret: Uint8Array; readonly saltSeparator?: Uint8Array };

/** What a worker answers. */
export type HashAnswer = { readonly digest: Uint8Array } | { readonly matches: boolean } | { readonly failed: string };
