import type { AuthOptions } from "./config/options.ts";
import type { StoreFactory } from "./store/ports.ts";

/** What `cardea.config.ts` may hold: the options of `createAuth`, and where to listen, keep data and log. All have defaults. */
export type Config = Partial<Omit<AuthOptions, "store" | "world" | "onEvent" | "development">> & {
  /** TCP port (default 4000; 0 takes a free one). */
  readonly port?: number;
  /** Address to listen on (default localhost). */
  readonly host?: string;
  /** Folder of the SQLite file, unless there is a `store` (default ./data). */
  readonly data?: string;
  /** A store, or its URL: `sqlite:./data/cardea.db`, `memory:`. */
  readonly store?: StoreFactory | string;
  /** What goes to the log: `debug`, `info` (the default), `warn`, `error` or `silent`. */
  readonly log?: { readonly level?: "debug" | "info" | "warn" | "error" | "silent" };
};

/** Gives a configuration file its types; returns what it is given. */
export const defineConfig = (config: Config): Config => config;
