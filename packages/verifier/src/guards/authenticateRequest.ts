import type { IncomingMessage } from "node:http";
import type { WhenStale } from "../options.ts";
import { type Accepted, refused, type Verdict } from "../verdict.ts";
import { readBearer } from "../wire/bearer.ts";

declare module "http" {
  interface IncomingMessage {
    /** The accepted access token of this request; set by a guard, and only by it. */
    auth?: Accepted | undefined;
  }
}

/** What a guard may be told per route. */
export type GuardOptions = {
  /** Overrides `revocation.whenStale` for this route. */
  readonly whenStale?: WhenStale;
};

/** Judges a token under a route's policy. */
export type Authenticate = (token: string, options: GuardOptions) => Promise<Verdict>;

/** What guards are made from. */
export type GuardParts = { readonly authenticate: Authenticate; readonly realm: string };

/**
 * Reads the one bearer token of a request and judges it; sets `request.auth` if it is accepted and clears it if not. All
 * `Authorization` headers are looked at, since Node's `headers` silently keeps only the first.
 */
export async function authenticateRequest(
  request: IncomingMessage,
  authenticate: Authenticate,
  options: GuardOptions,
): Promise<Verdict> {
  request.auth = undefined;
  const { token, refusal } = readBearer(request.headersDistinct?.authorization ?? request.headers.authorization);
  if (token === undefined) return refused(refusal);
  const verdict = await authenticate(token, options);
  if (verdict.ok) request.auth = verdict;
  return verdict;
}
