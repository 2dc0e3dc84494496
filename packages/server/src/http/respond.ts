import { bearerChallenge, problemBody, problemMediaType, problems } from "@cardea/verifier/wire";
import { OverloadedError, StoreBusyError } from "../refusal.ts";
import { HttpProblem } from "./problem.ts";

/** An answer in JSON. Everything here may hold a person's data, so nothing is cached unless a header of the caller says so. */
export const respondJson = (status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): Response =>
  new Response(JSON.stringify(body), {
    status,
    headers: { ...safeHeaders, "Content-Type": "application/json; charset=utf-8", ...headers },
  });

/** 204: done, and nothing to say. */
export const respondEmpty = (headers: Readonly<Record<string, string>> = {}): Response =>
  new Response(null, { status: 204, headers: { ...safeHeaders, ...headers } });

/** A stream of server-sent events, unbuffered by proxies that listen to `X-Accel-Buffering`. */
export const respondEvents = (stream: ReadableStream<Uint8Array>): Response =>
  new Response(stream, {
    status: 200,
    headers: { ...safeHeaders, "Content-Type": "text/event-stream", "X-Accel-Buffering": "no" },
  });

/** The refusal as RFC 9457 has it; 401 and 403 also carry the challenge of RFC 6750 3, or Basic's for service credentials; a 503 says when to come back. */
export function respondProblem({ code, extra, headers }: HttpProblem): Response {
  const { status } = problems[code];
  return new Response(JSON.stringify(problemBody(code, extra)), {
    status,
    headers: { ...safeHeaders, "Content-Type": problemMediaType, ...hints(code), ...headers },
  });
}

/** What an exception becomes outside: its own problem, a request to come back, or a plain 500 that says nothing of the inside. */
export function problemOf(error: unknown): HttpProblem {
  if (error instanceof HttpProblem) return error;
  if (error instanceof OverloadedError) {
    return new HttpProblem("overloaded", { headers: { "Retry-After": String(error.retryAfterSeconds) } });
  }
  if (error instanceof StoreBusyError) return new HttpProblem("temporarily_unavailable");
  return new HttpProblem("internal_error");
}

function hints(code: HttpProblem["code"]): Record<string, string> {
  if (code === "invalid_client") return { "WWW-Authenticate": 'Basic realm="cardea", charset="UTF-8"' };
  const { status, bearerError } = problems[code];
  if (status === 503) return { "Retry-After": "1" };
  const isBearer = code === "missing_token" || (bearerError !== undefined && (status === 401 || status === 403));
  return isBearer ? { "WWW-Authenticate": bearerChallenge(code) } : {};
}

const safeHeaders: Readonly<Record<string, string>> = {
  "Cache-Control": "no-store",
  "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
  "Cross-Origin-Resource-Policy": "same-origin",
  "Referrer-Policy": "no-referrer",
  "X-Content-Type-Options": "nosniff",
};
