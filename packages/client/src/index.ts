export type { AuthTypes, ClaimsOf, FieldsOf, UnknownAuth } from "./authTypes.ts";
export type { Accepted, Client, Credentials, OwnSessions, PasswordChange, SignedIn } from "./client.ts";
export { createClient } from "./createClient.ts";
export type { StorageAdapter, StorageChoice } from "./keeper.ts";
export type { Lock, TextStorage } from "./lock.ts";
export type { ClientOptions } from "./options.ts";
export type { EndReason, Reason, State } from "./state.ts";
export type {
  ClientError,
  Ended,
  ErrorCode,
  Me,
  OwnSession,
  RegisteredClaims,
  Result,
  User,
} from "./wire.ts";
export { type Channel, type ClientWorld, type Fetch, realWorld } from "./world.ts";
