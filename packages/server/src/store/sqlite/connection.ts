import type { DatabaseSync } from "node:sqlite";
import type { RevocationLog } from "./revocations.ts";
import type { Transactions } from "./transaction.ts";

/** An open file, and how what is in it changes. */
export type Connection = Transactions & { readonly database: DatabaseSync };

/** The same, with the log that moves in its transactions. */
export type LogConnection = Connection & { readonly log: RevocationLog };
