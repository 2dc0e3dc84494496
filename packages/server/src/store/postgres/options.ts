import type { ConnectionOptions } from "node:tls";

/** How PostgreSQL is used. Whatever else a connection needs is in its URL. */
export type PostgresOptions = {
  /** Connections of this process at most; default 10. */
  readonly poolSize?: number;
  /** How long a request waits for a connection, new or free, before it is told to come back; default 2000. */
  readonly connectTimeoutMs?: number;
  /** How long one statement may take; default 5000. */
  readonly statementTimeoutMs?: number;
  /** TLS: true, or the options of `tls.connect`, such as `ca`. Default: as the URL's `sslmode` says. */
  readonly ssl?: boolean | ConnectionOptions;
};
