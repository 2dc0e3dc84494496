import type { AuthOptions } from "./config/options.ts";

/** What `cardea.config.ts` may hold: the options of `createAuth`, and where to listen and keep data. All have defaults. */
export type Config = Partial<Omit<AuthOptions, "world" | "onEvent" | "development">> & {
  /** TCP port (default 4000; 0 takes a free one). */
  readonly port?: number;
  /** Address to listen on (default localhost). */
  readonly host?: string;
  /** Folder of the SQLite file (default ./data). */
  readonly data?: string;
};

/** Gives a configuration file its types; returns what it is given. */
export const defineConfig = (config: Config): Config => config;
