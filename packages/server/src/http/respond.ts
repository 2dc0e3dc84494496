import { bearerChallenge, problemBody, problemMediaType, problems } from "@cardea/verifier/wire";
import { OverloadedError, SignerUnavailableError, StoreBusyError } from "../refusal.ts";
import { type HeaderFields, HttpProblem } from "./problem.ts";

/** An answer in JSON. Everything here may hold a person's data, so nothing is cached unless a header of the caller says so. */
export const respondJson = (status: number, body: unknown, headers?: HeaderFields): Response =>
  new Response(JSON.stringify(body), { status, headers: safely({ "Content-Type": jsonMediaType }, headers) });

/** 204: done, and nothing to say. */
export const respondEmpty = (headers?: HeaderFields): Response =>
  new Response(null, { status: 204, headers: safely({}, headers) });

/** A stream of server-sent events: proxies that listen to `X-Accel-Buffering` do not buffer it, and nobody compresses it (RFC 9110 7.7), which would hold events back. */
export const respondEvents = (stream: ReadableStream<Uint8Array>): Response =>
  new Response(stream, {
    status: 200,
    headers: safely({
      "Content-Type": "text/event-stream",
      "X-Accel-Buffering": "no",
      "Cache-Control": "no-store, no-transform",
    }),
  });

/** A stream of bytes of a type of our own. */
export const respondBytes = (stream: ReadableStream<Uint8Array>, type: string): Response =>
  new Response(stream, { status: 200, headers: safely({ "Content-Type": type }) });

/** What credentials a service shows (RFC 7617 2). */
export const basicChallenge = 'Basic realm="cardea", charset="UTF-8"';

/** The refusal as RFC 9457 has it; what is wrong with tokens also carries the challenge of RFC 6750 3, or Basic's for service credentials; a 503 says when to come back. */
export function respondProblem({ code, extra, headers }: HttpProblem): Response {
  const { status } = problems[code];
  return new Response(JSON.stringify(problemBody(code, extra)), {
    status,
    headers: safely({ "Content-Type": problemMediaType, ...hints(code) }, headers),
  });
}

/** What an exception becomes outside: its own problem, a request to come back, or a plain 500 that says nothing of the inside. */
export function problemOf(error: unknown): HttpProblem {
  if (error instanceof HttpProblem) return error;
  if (error instanceof OverloadedError) {
    return new HttpProblem("overloaded", { headers: { "Retry-After": String(error.retryAfterSeconds) } });
  }
  if (error instanceof StoreBusyError || error instanceof SignerUnavailableError)
    return new HttpProblem("temporarily_unavailable");
  return new HttpProblem("internal_error");
}

function hints(code: HttpProblem["code"]): Record<string, string> {
  if (code === "invalid_client") return { "WWW-Authenticate": basicChallenge };
  const { status, bearerError } = problems[code];
  if (status === 503) return { "Retry-After": "1" };
  const isAboutTokens = code === "missing_token" || code === "conflicting_credentials";
  const isBearer = isAboutTokens || (bearerError !== undefined && (status === 401 || status === 403));
  return isBearer ? { "WWW-Authenticate": bearerChallenge(code) } : {};
}

/** Our own headers, then the caller's, which win; of several `Set-Cookie` each stays. */
function safely(own: Readonly<Record<string, string>>, given?: HeaderFields): Headers {
  const headers = new Headers({ ...safeHeaders, ...own });
  const added = new Headers(given);
  for (const [name, value] of added) if (name !== "set-cookie") headers.set(name, value);
  for (const cookie of added.getSetCookie()) headers.append("Set-Cookie", cookie);
  return headers;
}

const jsonMediaType = "application/json; charset=utf-8";

const safeHeaders: Readonly<Record<string, string>> = {
  "Cache-Control": "no-store",
  "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
  "Cross-Origin-Resource-Policy": "same-origin",
  "Referrer-Policy": "no-referrer",
  "X-Content-Type-Options": "nosniff",
};
