/** What an issuer of the run is told. */
export type IssuerSetting = {
  readonly issuer: string;
  /** A URL of Postgres, or a SQLite file. */
  readonly place: string;
  /** The sentinel that knows the Redis in which the log is kept; left out where it is read from the store itself. */
  readonly logIn?: { readonly name: string; readonly nodes: readonly string[] } | undefined;
  /** What its tokens name as their client; each issuer has one of its own. */
  readonly clientId: string;
};

/** Under which all issuers of the run seal. */
export const issuerSecret: Uint8Array = new Uint8Array(32).map((_, index) => 7 * index + 1);

/** Where an issuer of the run lets somebody in without a password, beside the product's own routes. */
export const mintPath = "/mint";
