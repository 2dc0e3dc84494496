/** What a service may do: ask about tokens, follow the revocation log, write into it. */
export type ServiceScope = "introspect" | "revocation:read" | "revocation:write";

/** Every scope, with those that a service has unless told otherwise first. */
export const serviceScopes: readonly ServiceScope[] = ["introspect", "revocation:read", "revocation:write"];

/** The scopes among these names, in their order; a name that this version does not know gives nothing. */
export const scopesAmong = (names: readonly string[]): readonly ServiceScope[] =>
  serviceScopes.filter((scope) => names.includes(scope));

/** A service with credentials of its own; only the SHA-256 of its secret is kept. */
export type Service = {
  readonly id: string;
  readonly name: string;
  readonly secretHash: string;
  readonly scopes: readonly ServiceScope[];
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
