import { AsyncLocalStorage } from "node:async_hooks";
import { realWorld } from "../world.ts";

/** The network as a verifier sees it: the feed can be cut, and what is asked about a single token is counted. */
export type FeedSwitch = {
  readonly fetch: typeof fetch;
  readonly isCut: () => boolean;
  /** Ends the feed and keeps it from coming back, or lets it come back. */
  readonly setCut: (isCut: boolean) => void;
  /** Runs a check, and says how many requests were made for it. */
  readonly counted: <T>(check: () => Promise<T>) => Promise<{ readonly result: T; readonly calls: number }>;
};

/** Requests to `from` go to `to` instead: one origin has two names where a proxy or a container stands between. */
export function createFeedSwitch({ from, to }: { readonly from: string; readonly to: string }): FeedSwitch {
  const asking = new AsyncLocalStorage<{ calls: number }>();
  let cut: AbortController | undefined;
  let open = new AbortController();

  const request = async (...[input, init]: Parameters<typeof fetch>): Promise<Response> => {
    const url = String(input);
    const count = asking.getStore();
    if (count) count.calls += 1;
    const isNews = url.includes("/revocation/");
    if (isNews && cut) throw new TypeError("the feed is cut");
    const signals = [init?.signal, isNews ? open.signal : undefined].filter((signal) => signal instanceof AbortSignal);
    const reached = url.startsWith(from) ? to + url.slice(from.length) : url;
    const send = realWorld.fetch;
    if (!send) throw new TypeError("there is no network");
    return send(reached, { ...init, signal: AbortSignal.any(signals) });
  };

  return {
    fetch: request,
    isCut: () => cut !== undefined,
    setCut: (isCut) => {
      if (!isCut) {
        cut = undefined;
        return;
      }
      if (cut) return;
      cut = open;
      open = new AbortController();
      cut.abort(new TypeError("the feed is cut"));
    },
    counted: async (check) => {
      const count = { calls: 0 };
      const result = await asking.run(count, check);
      return { result, calls: count.calls };
    },
  };
}
