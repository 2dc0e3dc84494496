import type { World as VerifierWorld } from "@cardea/verifier";

/** Whom a relay follows, and how it makes itself known there. */
export type Upstream = {
  /** The URL below which feed and head are: the issuer's, or another relay's. */
  readonly issuer: string;
  /** The `Authorization` header of the relay's own credentials. */
  readonly authorization: string;
  /** Names this process among all verifiers with these credentials; no earlier one had the same name. */
  readonly name: string;
  readonly fetch: VerifierWorld["fetch"];
};
