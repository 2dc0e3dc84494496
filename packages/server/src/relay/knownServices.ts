import { createHash } from "node:crypto";
import { endpoints, endpointUrl } from "@cardea/verifier/wire";
import type { KnowsServices, ServiceCaller } from "../http/callers.ts";
import { HttpProblem } from "../http/problem.ts";
import type { World } from "../world.ts";
import type { Upstream } from "./upstream.ts";

const knownForMs = 60_000;
const unknownForMs = 5000;
const mostRemembered = 10_000;
const mostAtOnce = 16;
const timeoutMs = 2000;

type Outcome = { readonly service: ServiceCaller | undefined; readonly until: number };

/**
 * Service credentials of the issuer upstream, checked by asking for its head with them. The outcome is remembered under the SHA-256 of
 * the pair, so no secret is kept: a minute if the pair is good, five seconds if not. `authenticate` throws `HttpProblem` while
 * upstream cannot say, or too many strangers are asked about.
 */
export function createKnownServices({
  upstream,
  world,
}: {
  readonly upstream: Pick<Upstream, "issuer" | "fetch">;
  readonly world: Pick<World, "monotonic">;
}): KnowsServices {
  const known = new Map<string, Outcome>();
  const unknown = new Map<string, Outcome>();
  const asking = new Map<string, Promise<ServiceCaller | undefined>>();

  const ask = async (key: string, id: string, secret: string): Promise<ServiceCaller | undefined> => {
    try {
      const service = await askUpstream(upstream, { id, secret });
      const [into, other] = service ? [known, unknown] : [unknown, known];
      other.delete(key);
      remember(into, key, { service, until: world.monotonic() + (service ? knownForMs : unknownForMs) });
      return service;
    } finally {
      asking.delete(key);
    }
  };

  return {
    authenticate: async (id, secret) => {
      const key = createHash("sha256").update(`${id}:${secret}`).digest("base64");
      const outcome = known.get(key) ?? unknown.get(key);
      if (outcome && world.monotonic() < outcome.until) return outcome.service;
      // Guesses of a flood wait for nobody; who was known a minute ago does not suffer from it.
      if (!asking.has(key) && !known.has(key) && asking.size >= mostAtOnce) throw new HttpProblem("overloaded");
      const answer = asking.get(key) ?? ask(key, id, secret);
      asking.set(key, answer);
      return answer;
    },
  };
}

/** The newest stands last, so the first is the one to go. */
function remember(outcomes: Map<string, Outcome>, key: string, outcome: Outcome): void {
  outcomes.delete(key);
  outcomes.set(key, outcome);
  const [oldest] = outcomes.keys();
  if (outcomes.size > mostRemembered && oldest !== undefined) outcomes.delete(oldest);
}

/** The service behind a pair with what it may do here; undefined if there is none. Throws `HttpProblem` without an answer. */
export async function askUpstream(
  upstream: Pick<Upstream, "issuer" | "fetch">,
  { id, secret }: Credentials,
): Promise<ServiceCaller | undefined> {
  const status = await statusOf(upstream, basic({ id, secret }));
  if (status === 200) return { id, scopes: ["revocation:read"] };
  if (status === 403) return { id, scopes: [] };
  if (status === 401) return undefined;
  throw new HttpProblem("temporarily_unavailable");
}

/** A service's id and secret. */
export type Credentials = { readonly id: string; readonly secret: string };

/** The `Authorization` header of a pair (RFC 7617). */
export const basic = ({ id, secret }: Credentials): string =>
  `Basic ${Buffer.from(`${id}:${secret}`).toString("base64")}`;

async function statusOf(upstream: Pick<Upstream, "issuer" | "fetch">, authorization: string): Promise<number> {
  try {
    const url = endpointUrl(upstream.issuer, endpoints.head);
    const signal = AbortSignal.timeout(timeoutMs);
    const response = await upstream.fetch(url, { headers: { authorization }, redirect: "error", signal });
    await response.body?.cancel();
    return response.status;
  } catch {
    // The fault itself is told by the relay's own question, once for all who ask.
    throw new HttpProblem("temporarily_unavailable");
  }
}
