/** A credential that looks like a bearer token, or why there is none. */
export type BearerResult =
  | { readonly token: string; readonly refusal?: undefined }
  | { readonly refusal: "missing_token" | "malformed_token" | "invalid_request"; readonly token?: undefined };

/**
 * Reads an `Authorization` header by RFC 6750 section 2.1: `Bearer` in any case, one or more spaces, one credential. Another
 * scheme counts as no token (section 3.1), and what cannot be a token as a malformed one. Several credentials, as a list or
 * as several headers, are an invalid request, so that no two readers of one request can pick different tokens.
 */
export function readBearer(authorization: string | readonly string[] | undefined): BearerResult {
  const values = typeof authorization === "string" ? [authorization] : (authorization ?? []);
  const [value, ...more] = values;
  if (value === undefined || value === "") return { refusal: "missing_token" };
  if (more.length > 0 || list.test(value)) return { refusal: "invalid_request" };
  const space = value.indexOf(" ");
  const scheme = space === -1 ? value : value.slice(0, space);
  if (scheme.toLowerCase() !== "bearer") return { refusal: "missing_token" };
  const token = space === -1 ? "" : value.slice(space).replace(/^ +/, "");
  return credential.test(token) ? { token } : { refusal: "malformed_token" };
}

/** `b64token` of RFC 6750 section 2.1. */
const credential = /^[A-Za-z0-9._~+/-]+=*$/;

/** A second credential after a comma, each with its scheme: how some readers join several headers. */
const list = /^[\w-]+ [^,]*, *[\w-]+ /;
