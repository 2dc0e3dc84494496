import { type AlgorithmName, type KeySet, keySetFromJwks, type VerificationKey } from "@cardea/jwt";
import { parseStrictJson } from "@cardea/jwt/strict-json";
import { backoffMs } from "./backoff.ts";
import { cacheLifetimeMs } from "./cacheLifetime.ts";
import { describeFault, fetchText } from "./fetchText.ts";
import { largestJwks, openKeyFile } from "./keyFile.ts";
import { createTokenBucket } from "./tokenBucket.ts";
import type { World } from "./world.ts";

/** A key set kept in step with a JWKS at a URL. */
export type RemoteKeys = {
  /** The keys that a token's header may mean, by what was last fetched; none when that is too old to be trusted. */
  readonly find: KeySet["find"];
  /** The trusted keys; a token that names one of them under another algorithm is no reason to fetch. */
  readonly keys: readonly VerificationKey[];
  readonly size: number;
  /** Whether there are keys to be trusted at all. */
  readonly usable: boolean;
  /** What went wrong last, until it goes right again. */
  readonly fault: string | undefined;
  /** Fetches again because a key was unknown. Within a budget, so a flood of made-up `kid`s costs one fetch; false if none was made or it failed. */
  readonly refetch: () => Promise<boolean>;
  readonly close: () => void;
};

/** What `createRemoteKeys` needs. `staleIfErrorMs`: how long the last good set outlives its freshness while fetches fail. */
export type RemoteKeysConfig = {
  readonly url: string;
  readonly allow: readonly AlgorithmName[] | undefined;
  readonly timeoutMs: number;
  readonly staleIfErrorMs: number;
  /** Where the last good set is kept for the next start. */
  readonly file: string | undefined;
  readonly world: World;
  /** Called after each success. */
  readonly onChange: () => void;
};

/**
 * Starts fetching at once, then again before each answer ages. A set with a private or symmetric key in it is refused whole; a
 * sound set without a usable key withdraws all that were trusted.
 */
export function createRemoteKeys(config: RemoteKeysConfig): RemoteKeys {
  const { world, staleIfErrorMs, onChange } = config;
  const file = openKeyFile(config);
  const closing = new AbortController();
  const bucket = createTokenBucket({ capacity: 1, refillMs: 5000, monotonic: world.monotonic });
  let fault: string | undefined;
  let held: Held | undefined;
  let failures = 0;
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<boolean> | undefined;

  const trusted = (): KeySet | undefined => (held && world.monotonic() < held.trustedUntil ? held.keys : undefined);

  const refresh = (): Promise<boolean> => {
    running ??= fetchOnce();
    return running;
  };

  /** `running` ends with the answer, before anybody hears of it: who asks then must not be put off with this very answer. */
  const fetchOnce = async (): Promise<boolean> => {
    const sentAt = world.monotonic();
    try {
      const { text, keys, lifetimeMs } = await fetchKeys(config, closing.signal);
      running = undefined;
      held = undefined;
      fault = file.write(text);
      if (keys.size === 0) throw new Error(`${config.url}: the JWKS holds no key that can verify`);
      held = { keys, trustedUntil: sentAt + lifetimeMs + staleIfErrorMs };
      failures = 0;
      refreshIn(lifetimeMs * (0.7 + 0.2 * world.random()));
      onChange();
      return true;
    } catch (error) {
      running = undefined;
      failures += 1;
      fault = describeFault(error);
      refreshIn(250 + backoffMs(failures, { firstMs: 500, longestMs: 30_000, random: world.random }));
      return false;
    }
  };

  const refreshIn = (delayMs: number): void => {
    clearTimeout(timer);
    if (closing.signal.aborted) return;
    timer = setTimeout(refresh, delayMs);
    timer.unref();
  };

  /** Keys of an earlier life, until the first answer: trusted for as long as they would be had we lived on. */
  const readFile = (): void => {
    try {
      const kept = file.read();
      if (kept === undefined) return;
      const keys = keysIn(kept.jwks, config);
      if (keys.size > 0) held = { keys, trustedUntil: world.monotonic() - kept.ageMs + staleIfErrorMs };
    } catch (error) {
      fault = `${config.file}: ${describeFault(error)}`;
    }
  };

  readFile();
  void refresh();
  return {
    find: (kid, alg) => trusted()?.find(kid, alg) ?? [],
    get keys() {
      return trusted()?.keys ?? [];
    },
    get size() {
      return trusted()?.size ?? 0;
    },
    get usable() {
      return trusted() !== undefined;
    },
    get fault() {
      return fault;
    },
    refetch: async () => running ?? (!closing.signal.aborted && bucket.take() ? refresh() : false),
    close: () => {
      clearTimeout(timer);
      closing.abort(new Error("closed"));
    },
  };
}

async function fetchKeys({ url, allow, timeoutMs, world }: RemoteKeysConfig, signal: AbortSignal) {
  const limits = { world, timeoutMs, maxBytes: largestJwks, signal };
  const { text, headers } = await fetchText(url, { headers: { accept: "application/json" } }, limits);
  return { text, keys: keysIn(parseStrictJson(text), { allow }), lifetimeMs: cacheLifetimeMs(headers) };
}

const keysIn = (jwks: unknown, { allow }: Pick<RemoteKeysConfig, "allow">): KeySet =>
  keySetFromJwks(jwks, allow === undefined ? {} : { allow });

/** A set and the monotonic moment, in milliseconds, until which it is trusted. */
type Held = { readonly keys: KeySet; readonly trustedUntil: number };
