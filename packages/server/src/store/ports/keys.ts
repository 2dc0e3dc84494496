import type { NewRevocation } from "./log.ts";

/** A key at rest: its private part sealed under the key-encryption secret. Instants are milliseconds since the epoch; an undefined one has not been set yet. */
export type StoredKey = {
  readonly kid: string;
  readonly purpose: "access" | "refresh";
  readonly alg: string;
  readonly sealed: string;
  readonly createdAt: number;
  /** From when it signs; before, it is only published. */
  readonly signsFrom: number;
  /** From when it signs no more, since a younger one does. */
  readonly signsUntil: number | undefined;
  /** From when it verifies no more. */
  readonly verifiesUntil: number | undefined;
  /** Taken back in an emergency: it verifies nothing from then on. */
  readonly revokedAt: number | undefined;
};

/** What becomes of the whole set of keys: rows to insert or replace by `kid`, rows to delete, and revocations, all in one transaction. */
export type KeyChange<T> = {
  readonly answer: T;
  readonly write?: readonly StoredKey[];
  readonly remove?: readonly string[];
  readonly revocations?: readonly NewRevocation[];
};

/** Sealed keys. */
export type KeyStore = {
  readonly list: () => Promise<readonly StoredKey[]>;
  /** Decides about all keys at once, under the lock of the set: of a hundred who rotate, each sees what the one before did. `decide` may run again after a conflict. */
  readonly change: <T>(decide: (keys: readonly StoredKey[]) => KeyChange<T>) => Promise<T>;
};
