/** What a revocation names: one token (`jti`), session (`sid`), subject (`sub`), client (`client_id`), tenant (`tid`), signing key (`kid`), or everything. */
export type RevocationKind = "token" | "session" | "subject" | "client" | "tenant" | "key" | "all";

/** Every kind, in the order in which a token is checked against them. Bytes on the wire number them so, from 0. */
export const revocationKinds: readonly RevocationKind[] = [
  "token",
  "session",
  "subject",
  "client",
  "tenant",
  "key",
  "all",
];
