import type { TrustedOrigins } from "./originCheck.ts";

/** What holds for every answer of an issuer. */
export type Policy = {
  readonly origins: TrustedOrigins;
  /** The issuer is reached over https. */
  readonly isSecure: boolean;
};

/** Adds to an answer what no single route decides: https, who may read it (CORS), and what it depends on. */
export function withPolicyHeaders(response: Response, request: Request, { origins, isSecure }: Policy): Response {
  const { headers } = strictTransport(response, isSecure);
  if (headers.get("access-control-allow-origin") === "*") return response;
  headers.append("Vary", "Sec-Fetch-Site, Origin, Cookie");
  const origin = request.headers.get("origin");
  if (origin !== null && origins.listed.has(origin)) {
    headers.set("Access-Control-Allow-Origin", origin);
    headers.set("Access-Control-Allow-Credentials", "true");
    headers.set("Access-Control-Expose-Headers", readable);
  }
  return response;
}

/** HTTPS and nothing else for a year, for the issuer's host and those below it (RFC 6797). */
export function strictTransport(response: Response, isSecure: boolean): Response {
  if (isSecure) response.headers.set("Strict-Transport-Security", "max-age=31536000; includeSubDomains");
  return response;
}

/** Headers that scripts of a listed origin may read, beside those that the Fetch standard always shows. */
const readable = "Date, RateLimit, RateLimit-Policy, Retry-After, Revocation-Position, WWW-Authenticate, X-Request-Id";

/** Whether a request asks beforehand, for a page of a listed origin, what it may send (CORS preflight). */
export const isPreflight = ({ method, headers }: Request, { listed }: TrustedOrigins): boolean =>
  method === "OPTIONS" && headers.has("access-control-request-method") && listed.has(headers.get("origin") ?? "");

/** What a page of a listed origin may send to a path; good for ten minutes. */
export const preflightHeaders = (methods: readonly string[]): Readonly<Record<string, string>> => ({
  "Access-Control-Allow-Methods": methods.join(", "),
  "Access-Control-Allow-Headers": "Authorization, Content-Type",
  "Access-Control-Max-Age": "600",
  Vary: "Access-Control-Request-Method, Access-Control-Request-Headers",
});
