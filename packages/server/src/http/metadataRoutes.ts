import { endpoints } from "@cardea/verifier/wire";
import type { KeyRing } from "../keys/keyRing.ts";
import { respondJson } from "./respond.ts";
import { publicRoute, type Route } from "./route.ts";

/** What services may know without asking for leave: public keys (RFC 7517) and metadata (RFC 8414). */
export function metadataRoutes({
  keys,
  issuer,
}: {
  readonly keys: KeyRing;
  readonly issuer: string;
}): readonly Route[] {
  return [
    publicRoute({ method: "GET", path: endpoints.jwks }, async () =>
      respondJson(200, keys.jwks(), { ...shared, "Content-Type": "application/jwk-set+json" }),
    ),
    publicRoute({ method: "GET", path: metadataPath(new URL(issuer)), atRoot: true }, async () =>
      respondJson(200, metadata(issuer), shared),
    ),
  ];
}

/** RFC 8414 3.1: the well-known part goes between host and path. */
const metadataPath = ({ pathname }: URL): string =>
  `/.well-known/oauth-authorization-server${pathname === "/" ? "" : pathname}`;

/** RFC 8414 2. There is no authorization endpoint and no grant: people sign in with the issuer itself. */
const metadata = (issuer: string): object => ({
  issuer,
  jwks_uri: `${issuer}${endpoints.jwks}`,
  introspection_endpoint: `${issuer}${endpoints.introspect}`,
  introspection_endpoint_auth_methods_supported: ["client_secret_basic"],
  revocation_feed_endpoint: `${issuer}${endpoints.feed}`,
  response_types_supported: [],
  grant_types_supported: [],
  token_endpoint_auth_methods_supported: [],
});

/** Verifiers refetch at once for an unknown kid, so five minutes only bound how long a withdrawn key lingers in caches. */
const shared: Readonly<Record<string, string>> = {
  "Cache-Control": "public, max-age=300",
  "Access-Control-Allow-Origin": "*",
  "Cross-Origin-Resource-Policy": "cross-origin",
};
