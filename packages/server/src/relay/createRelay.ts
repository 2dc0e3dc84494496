import type { World as VerifierWorld } from "@cardea/verifier";
import { cautiousClock } from "@cardea/verifier/judge";
import { createJournal, type Journal } from "../audit/journal.ts";
import { nodeHandler } from "../http/node.ts";
import { ConfigurationError } from "../refusal.ts";
import { noRequest } from "../requestContext.ts";
import { type Feed, openFeed } from "../revoke/feed.ts";
import { randomToken, realWorld, type World } from "../world.ts";
import { createDownstream } from "./downstream.ts";
import { followUpstream } from "./followUpstream.ts";
import { createKeySetCache } from "./keySet.ts";
import { askUpstream, basic, createKnownServices } from "./knownServices.ts";
import type { Relay } from "./relay.ts";
import { type CheckedRelayOptions, checkRelayOptions, type RelayOptions } from "./relayOptions.ts";
import { serveRelay } from "./serveRelay.ts";
import type { Upstream } from "./upstream.ts";
import { createUpstreamHead } from "./upstreamHead.ts";
import { createUpstreamLog } from "./upstreamLog.ts";

/**
 * Starts a relay: it follows an issuer's revocations as one verifier, and answers feed, head, entries and JWKS like the issuer to many.
 * Resolves once it has the whole log, for which it tries until `signal` says otherwise. Throws `ConfigurationError` for options that do not
 * fit and for credentials that the issuer does not know or that may not read the log.
 */
export async function createRelay(given: RelayOptions): Promise<Relay> {
  const options = checkRelayOptions(given);
  const world = options.world ?? realWorld;
  const upstream = upstreamOf(options, world);
  await demandCredentials(upstream, options);
  return openRelay(options, upstream, world);
}

async function openRelay(options: CheckedRelayOptions, upstream: Upstream, world: World): Promise<Relay> {
  const closing = new AbortController();
  const cautiousNow = cautiousClock(world);
  const journal = openJournal(options, world);
  const faults = tellOnce((error) => journal.refused({ type: "fault", where: "relay", error }, noRequest, "system"));
  const keySet = createKeySetCache({ upstream, world, signal: closing.signal });
  const log = createUpstreamLog({ world, cautiousNow, keyRevoked: keySet.forget });
  const downstream = createDownstream({ log, world, moved: () => follower.speak() });
  const askHead = createUpstreamHead({ upstream, downstream, world, signal: closing.signal });
  const whole = Promise.withResolvers<void>();
  let feed: Feed | undefined;

  const follower = followUpstream({
    upstream,
    log,
    askHead,
    world: verifierWorld(world, upstream.fetch),
    on: {
      // A failure of the feed in memory is told by its own timer.
      applied: () => void feed?.pull().catch(() => undefined),
      granted: () => {
        faults.clear();
        whole.resolve();
      },
      fault: faults.tell,
    },
  });
  const end = async (): Promise<void> => {
    closing.abort(new Error("closed"));
    feed?.close();
    await follower.close();
    await journal.close();
  };

  try {
    await abortable(whole.promise, options.signal);
    const onEvent = (event: Parameters<Journal["refused"]>[0]) => journal.refused(event, noRequest, "system");
    feed = await openFeed({ store: log, world, cautiousNow, keyOf: () => log.key, onEvent });
  } catch (error) {
    await end();
    throw error;
  }
  let ended: Promise<void> | undefined;
  const { routes, fetch } = serveRelay({
    issuer: options.issuer,
    feed,
    askHead,
    downstream,
    services: createKnownServices({ upstream, world }),
    keySet,
    isReady: async () => follower.isLive(),
    world,
    refused: journal.refused,
  });
  return {
    routes,
    fetch,
    node: nodeHandler(fetch, options.issuer),
    isLive: follower.isLive,
    close: () => {
      ended ??= end();
      return ended;
    },
  };
}

function upstreamOf({ issuer, credentials, name }: CheckedRelayOptions, world: World): Upstream {
  const { fetch: ask } = world;
  if (!ask) throw new ConfigurationError("createRelay: world: A relay needs the network: give it fetch.");
  return {
    issuer: issuer.href,
    authorization: basic(credentials),
    // A relay that starts again knows nobody. Under its old name it would speak for verifiers whose leases are not over.
    name: `${name}.${randomToken(world, 6)}`,
    fetch: (input, init) => ask(input instanceof Request ? input.url : String(input), init ?? {}),
  };
}

/** Credentials that are wrong stay wrong, so they are told at once; an issuer that is away is waited for. */
async function demandCredentials(upstream: Upstream, { credentials, issuer }: CheckedRelayOptions): Promise<void> {
  const service = await askUpstream(upstream, credentials).catch(() => "away" as const);
  if (service === "away" || service?.scopes.includes("revocation:read")) return;
  throw new ConfigurationError(
    service
      ? "createRelay: credentials: The service may not read the log. Make another with: cardea services create NAME --scope revocation:read"
      : `createRelay: credentials: ${issuer.href} does not know them. Make some with: cardea services create NAME --scope revocation:read`,
  );
}

/** What a relay meets is told, and kept nowhere. */
const openJournal = ({ onEvent = () => undefined }: CheckedRelayOptions, world: World): Journal =>
  createJournal({ store: { append: async () => undefined }, world, onEvent });

const verifierWorld = ({ now, monotonic, random }: World, fetch: Upstream["fetch"]): VerifierWorld => ({
  now,
  monotonic,
  fetch,
  random: () => Buffer.from(random(6)).readUIntBE(0, 6) / 2 ** 48,
});

/** One and the same fault, again each second, is one line until all is well. */
function tellOnce(tell: (error: Error) => void): {
  readonly tell: (message: string) => void;
  readonly clear: () => void;
} {
  let told: string | undefined;
  return {
    tell: (message) => {
      if (message !== told) tell(new Error(message));
      told = message;
    },
    clear: () => {
      told = undefined;
    },
  };
}

function abortable<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return promise;
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const abort = (): void => reject(signal.reason);
  if (signal.aborted) abort();
  signal.addEventListener("abort", abort, { once: true });
  return Promise.race([promise, aborted]).finally(() => signal.removeEventListener("abort", abort));
}
