import type { JsonWebKey } from "node:crypto";
import type { Duration, WhenStale } from "@cardea/verifier";
import type { ModeName } from "cardea";

/** How an issuer signs in one act: with a private key, or with a secret that its services share. */
export type Signing = { readonly alg: "ES256" } | { readonly alg: "HS256"; readonly secret: string };

/** What the issuer's process is started with. */
export type IssuerOrder = {
  readonly mode: ModeName;
  readonly signing: Signing;
  readonly ttl: "10s" | "5m";
  readonly services: readonly string[];
};

/** Credentials of a service at the issuer. */
export type Credentials = { readonly id: string; readonly secret: string };

/** What a service verifies with: keys from the issuer's JWKS, one pinned public key, or the shared secret. */
export type ServiceKeys =
  | { readonly from: "jwks" }
  | { readonly from: "public key"; readonly jwk: JsonWebKey }
  | { readonly from: "shared secret"; readonly secret: string };

/** What a service's process is started with. */
export type ServiceOrder = {
  readonly mode: ModeName;
  readonly issuer: string;
  readonly credentials: Credentials;
  readonly keys: ServiceKeys;
  /** The staleness contract, in hybrid mode: by default five seconds, then deny. */
  readonly contract?: { readonly maxStaleness: Duration; readonly whenStale: WhenStale };
};

/** What the director asks of the issuer: to live so many milliseconds off the real time, or to keep its revocations to itself. */
export type IssuerQuestion = { readonly clockOffsetMs: number } | { readonly feedIsCut: boolean };

/** What the director asks of a service: the reason for a verdict, or the cost of many checks. */
export type ServiceQuestion =
  | { readonly ask: "reason"; readonly token: string }
  | { readonly ask: "cost"; readonly token: string; readonly times: number };

/** Why a token is refused, and at which check; `accepted` when it is not. */
export type Reason = { readonly code: string; readonly step: string };

/** What many checks of one good token cost, as measured inside the service. */
export type Cost = { readonly medianMicros: number; readonly lookupsPerRequest: number };
