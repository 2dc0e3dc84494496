/** A token with other claims under its old signature, as a forger would send it. Throws a TypeError for what is no JWT. */
export function tampered(token: string, claims: Readonly<Record<string, unknown>>): string {
  const [header, payload, signature, ...rest] = token.split(".");
  if (payload === undefined || signature === undefined || rest.length > 0) {
    throw new TypeError("tamper: only a JWT can be changed; in stateful mode tokens are opaque");
  }
  const known: unknown = JSON.parse(Buffer.from(payload, "base64url").toString("utf8"));
  const changed = Buffer.from(JSON.stringify({ ...Object(known), ...claims })).toString("base64url");
  return [header, changed, signature].join(".");
}
