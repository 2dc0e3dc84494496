/** A key identifier (RFC 7517 §4.5) as given by an option or a JWK, undefined when there is none; throws a TypeError for anything odd. */
export function kidOf(kid: unknown): string | undefined {
  if (kid === undefined || (typeof kid === "string" && kid !== "" && kid.isWellFormed())) return kid;
  throw new TypeError("kid must be a non-empty string; leave it out when the key has none");
}
