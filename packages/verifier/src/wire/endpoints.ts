/** Where the issuer answers verifiers, relative to the issuer URL. */
export const endpoints: {
  readonly jwks: string;
  readonly introspect: string;
  readonly feed: string;
  readonly head: string;
  readonly entries: string;
  readonly snapshot: string;
  readonly revocation: string;
  readonly revoke: string;
} = {
  jwks: "/.well-known/jwks.json",
  introspect: "/introspect",
  feed: "/revocation/feed",
  head: "/revocation/head",
  entries: "/revocation/entries",
  snapshot: "/revocation/snapshot",
  revocation: "/revocation",
  revoke: "/revoke",
};

/** The absolute URL of an endpoint; the issuer may carry a path and may end in a slash. */
export function endpointUrl(issuer: string, path: string): string {
  return `${issuer.endsWith("/") ? issuer.slice(0, -1) : issuer}${path}`;
}
