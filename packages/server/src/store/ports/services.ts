/** A service that may introspect tokens and read the feed; only the SHA-256 of its secret is kept. */
export type Service = {
  readonly id: string;
  readonly name: string;
  readonly secretHash: string;
  readonly createdAt: number;
};

/** Service credentials. */
export type ServiceStore = {
  readonly insert: (service: Service) => Promise<"inserted" | "taken">;
  readonly find: (id: string) => Promise<Service | undefined>;
  readonly list: () => Promise<readonly Service[]>;
  /** False when there is no such service. */
  readonly remove: (id: string) => Promise<boolean>;
};
