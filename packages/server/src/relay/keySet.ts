import { cacheLifetimeMs, fetchText } from "@cardea/verifier/follow";
import { endpoints, endpointUrl } from "@cardea/verifier/wire";
import { z } from "zod";
import { coalesced } from "../coalesced.ts";
import type { World } from "../world.ts";
import type { Upstream } from "./upstream.ts";

/** A JWKS as somebody else publishes it (RFC 7517 5). */
export type PassedKeySet = z.output<typeof keySetForm>;

/** The issuer's public keys, fetched when somebody asks and kept as long as it says. */
export type KeySetCache = {
  /** The set, and for how many more seconds it may be kept. Rejects when it is due and upstream does not answer. */
  readonly read: () => Promise<{ readonly jwks: PassedKeySet; readonly maxAgeSeconds: number }>;
  /** Makes the next `read` ask upstream: a key was revoked. */
  readonly forget: () => void;
};

/** The shape of a key set, whatever algorithms its keys are for. */
export const keySetForm: z.ZodType<{ readonly keys: readonly { readonly kty: string }[] }> = z.looseObject({
  keys: z.array(z.looseObject({ kty: z.string() })),
});

const timeoutMs = 5000;
const largestBytes = 1_048_576;

/** An empty cache of upstream's JWKS; `signal` ends what it fetches. */
export function createKeySetCache({
  upstream: { issuer, fetch },
  world,
  signal,
}: {
  readonly upstream: Pick<Upstream, "issuer" | "fetch">;
  readonly world: Pick<World, "monotonic">;
  readonly signal: AbortSignal;
}): KeySetCache {
  const url = endpointUrl(issuer, endpoints.jwks);
  let held: { readonly jwks: PassedKeySet; readonly until: number } | undefined;
  let revocations = 0;

  const isFresh = (): boolean => held !== undefined && world.monotonic() < held.until;
  const refresh = coalesced(async () => {
    const [askedAt, revocationsBefore] = [world.monotonic(), revocations];
    const init = { headers: { accept: "application/json" } };
    const limits = { world: { fetch }, timeoutMs, maxBytes: largestBytes, signal };
    const { text, headers } = await fetchText(url, init, limits);
    const fetched = { jwks: keySetForm.parse(JSON.parse(text)), until: askedAt + cacheLifetimeMs(headers) };
    // What was asked for before a key was revoked may still hold it.
    if (revocations === revocationsBefore) held = fetched;
    return fetched;
  });

  return {
    read: async () => {
      const { jwks, until } = held !== undefined && isFresh() ? held : await refresh();
      return { jwks, maxAgeSeconds: Math.max(0, Math.floor((until - world.monotonic()) / 1000)) };
    },
    forget: () => {
      revocations += 1;
      held = undefined;
    },
  };
}
