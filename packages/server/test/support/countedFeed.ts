import { memory, realWorld, type SecurityEvent, type Store } from "cardea";
import { type Feed, openFeed } from "../../src/revoke/feed.ts";

/** A feed over a store of its own, which counts who listens. */
export async function countedFeed(
  store?: Store,
): Promise<{ readonly feed: Feed; readonly store: Store; readonly listening: () => number }> {
  const opened = store ?? (await memory().open(realWorld));
  const onEvent = (_: SecurityEvent): void => undefined;
  const feed = await openFeed({
    store: opened.revocations,
    world: realWorld,
    cautiousNow: realWorld.now,
    keyOf: () => undefined,
    onEvent,
  });
  let listening = 0;
  const subscribe: Feed["subscribe"] = (listener) => {
    listening += 1;
    const stop = feed.subscribe(listener);
    return () => {
      listening -= 1;
      stop();
    };
  };
  return { feed: { ...feed, subscribe }, store: opened, listening: () => listening };
}

/** What a feed tells its readers in `hello`. */
export const feedSettings = { heartbeatMs: 2000, maxTtlSeconds: 300 };

/** A session that was revoked, for as long as a test takes. */
export const revokedSession = (key: string) => ({ kind: "session" as const, key, expiresAt: 9e15 });
