import type { Result } from "./wire.ts";
import type { ClientWorld, Fetch } from "./world.ts";

/** A question to the issuer. */
export type Question = {
  /** Default POST. */
  readonly method?: string;
  readonly path: string;
  readonly body?: object | undefined;
  readonly token?: string | undefined;
  readonly timeoutMs?: number;
  /** Sends it; default: the platform, as it is. */
  readonly by?: Fetch;
};

/** The routes of an issuer. */
export type Issuer = {
  /** Asks. Never throws. */
  readonly ask: <Data>(question: Question) => Promise<Result<Data>>;
  /** How far the issuer's clock is ahead of this device's, in milliseconds, by the last answer that said so. */
  readonly skew: () => number;
};

/**
 * An issuer at a URL. No redirect is followed, as it could carry a password or a token elsewhere. With cookies the browser sends
 * and keeps them; without, none are sent, as two credentials in one request are refused.
 */
export function createIssuer(base: string, usesCookies: boolean, world: ClientWorld): Issuer {
  let skew = 0;
  return {
    ask: async ({ method = "POST", path, body, token, timeoutMs = 30_000, by = world.fetch }) => {
      const patience = new AbortController();
      const callOff = world.later(() => patience.abort(), timeoutMs);
      try {
        const response = await by(base + path, {
          method,
          redirect: "error",
          credentials: usesCookies ? "include" : "omit",
          signal: patience.signal,
          headers: {
            ...(body && { "content-type": "application/json" }),
            ...(token && { authorization: `Bearer ${token}` }),
          },
          ...(body && { body: JSON.stringify(body) }),
        });
        skew = Date.parse(response.headers.get("date") ?? "") - world.now() || skew;
        return await resultOf(response);
      } catch {
        return { error: { code: "network_failure" } };
      } finally {
        callOff();
      }
    },
    skew: () => skew,
  };
}

/** Reads an answer whole. What is no JSON is not the issuer's. */
async function resultOf<Data>(response: Response): Promise<Result<Data>> {
  const { status, headers } = response;
  const body = (await response.json().catch(() => undefined)) as object | undefined;
  const position = headers.get("revocation-position") ?? undefined;
  if (response.ok && (body || status === 204)) return { data: { ...body, position } as unknown as Data };
  const { code = "unexpected_answer", title, detail = title, errors } = Object(response.ok || body);
  const retryAfterSeconds = Number(headers.get("retry-after")) || undefined;
  return { error: { code, status, detail, errors, retryAfterSeconds } };
}
