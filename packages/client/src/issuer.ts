import type { Result } from "./wire.ts";
import type { ClientWorld, Fetch } from "./world.ts";

/** A question to the issuer. */
export type Question = {
  /** Default POST. */
  readonly method?: string;
  /** Default `/revoke`, for what is a token alone. */
  readonly path?: string;
  readonly body?: object | undefined;
  /** In place of a body: the token to end the session of (RFC 7009). */
  readonly token?: string | undefined;
  readonly timeoutMs?: number;
  /** Sends it; default: the platform, as it is. */
  readonly by?: Fetch;
};

/** The routes of an issuer. */
export type Issuer = {
  /** Asks. Never throws. */
  readonly ask: <Data>(question: Question) => Promise<Result<Data>>;
  /** The issuer's time, by the last answer that told it. */
  readonly issuerTime: () => number;
};

/**
 * An issuer at a URL. No redirect is followed, as it could carry a password or a token elsewhere. With cookies the browser sends
 * and keeps them; without, none are sent, as two credentials in one request are refused.
 */
export function createIssuer(base: string, usesCookies: boolean, world: ClientWorld): Issuer {
  let skew = 0;
  return {
    ask: async <Data>({
      method = "POST",
      path = "/revoke",
      body,
      token,
      timeoutMs = 30_000,
      by = world.fetch,
    }: Question): Promise<Result<Data>> => {
      const patience = new AbortController();
      const callOff = world.later(() => patience.abort(), timeoutMs);
      try {
        const response = await by(base + path, {
          method,
          redirect: "error",
          credentials: usesCookies ? "include" : "omit",
          signal: patience.signal,
          headers: body ? { "content-type": "application/json" } : {},
          body: token ? new URLSearchParams({ token }) : JSON.stringify(body),
        });
        const { status, headers, ok } = response;
        skew = Date.parse(headers.get("date") ?? "") - world.now() || skew;
        // What is no JSON is not the issuer's.
        const answer = (await response.json().catch(() => undefined)) as object | undefined;
        const position = headers.get("revocation-position") ?? undefined;
        if (ok && (answer || status === 204)) return { data: { ...answer, position } as unknown as Data };
        const { code = "unexpected_answer", title, detail = title, errors } = Object(ok || answer);
        const retryAfterSeconds = Number(headers.get("retry-after")) || undefined;
        return { error: { code, status, detail, errors, retryAfterSeconds } };
      } catch {
        return { error: { code: "network_failure" } };
      } finally {
        callOff();
      }
    },
    issuerTime: () => world.now() + skew,
  };
}
