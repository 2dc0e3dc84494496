import { setTimeout as delay } from "node:timers/promises";
import { fetchText } from "@cardea/verifier/follow";
import { decodeHead, endpoints, endpointUrl, formatPosition } from "@cardea/verifier/wire";
import { coalesced } from "../coalesced.ts";
import type { LogHead } from "../store/ports.ts";
import type { World } from "../world.ts";
import type { Downstream } from "./downstream.ts";
import type { Upstream } from "./upstream.ts";

/** Questions begin no closer together than this, however many ask: upstream hears one verifier, not a thousand. */
const paceMs = 20;
const timeoutMs = 2000;

/**
 * Asks upstream where the log stands, and says at once how far all downstream are. Each call is answered by a question that began
 * after it: what the caller has just told `downstream` is part of that question, and a lease that rests on its answer is as good as
 * one from the issuer. Rejects when upstream does not answer within two seconds.
 */
export function createUpstreamHead({
  upstream: { issuer, authorization, name, fetch },
  downstream,
  world,
  signal,
}: {
  readonly upstream: Upstream;
  readonly downstream: Pick<Downstream, "summary">;
  readonly world: Pick<World, "monotonic">;
  readonly signal: AbortSignal;
}): () => Promise<LogHead> {
  const url = endpointUrl(issuer, endpoints.head);
  let askedAt = Number.NEGATIVE_INFINITY;

  return coalesced(async () => {
    if (world.monotonic() - askedAt < paceMs) await delay(paceMs);
    askedAt = world.monotonic();
    const { applied, maxStalenessMs } = downstream.summary();
    const query = new URLSearchParams({ verifier: name, stale: String(Math.ceil(maxStalenessMs)) });
    if (applied) query.set("applied", formatPosition(applied.epoch, applied.pos));
    const init = { headers: { authorization } };
    const { text } = await fetchText(`${url}?${query}`, init, { world: { fetch }, timeoutMs, maxBytes: 4096, signal });
    const { epoch, head } = decodeHead(text);
    return { epoch, pos: head };
  });
}
