/** What an issuer of the run is told. */
export type IssuerSetting = {
  readonly issuer: string;
  /** A URL of Postgres, or a SQLite file. */
  readonly place: string;
};

/** Under which all issuers of the run seal. */
export const issuerSecret: Uint8Array = new Uint8Array(32).map((_, index) => 7 * index + 1);
