import { type Lock, lockHere, type TextStorage, type WebLocks } from "./lock.ts";

/** As the platform's `fetch`. */
export type Fetch = (input: string | URL | Request, init?: RequestInit) => Promise<Response>;

/** What lies outside of a client: clock, network, timers, other tabs. Each member can be replaced, by tests and for other platforms. */
export type ClientWorld = {
  /** Milliseconds since the epoch, by the clock of this device. */
  readonly now: () => number;
  readonly fetch: Fetch;
  /** Does the work in so many milliseconds. Returns what calls it off. */
  readonly later: (work: () => void, ms: number) => () => void;
  /** Calls back, until the signal, whenever there may be something to catch up on: the page is seen again, or the network is back. */
  readonly onWake: (wake: () => void, until: AbortSignal) => void;
  /** Nobody sees the page, so tokens need not be kept fresh. */
  readonly isHidden: () => boolean;
  /** The URL that relative ones belong to; undefined where there is no page. */
  readonly pageUrl: () => string | undefined;
  /** The browser's storage of that kind; undefined where there is none, or it is closed to this page. */
  readonly storage: (kind: "local" | "session") => TextStorage | undefined;
  /** Calls back, until the signal, when another tab changes this key of localStorage. */
  readonly onStored: (key: string, changed: () => void, until: AbortSignal) => void;
  /** Web Locks; where there are none, a lease in localStorage; where there is neither, one after the other in this page. */
  readonly lock: Lock;
  /** Opens a line to the other tabs of this origin; undefined where the platform has none. */
  readonly channel: (name: string, hear: (message: unknown) => void) => Channel | undefined;
};

/** A line to the other tabs. */
export type Channel = { readonly postMessage: (message: object) => void; readonly close: () => void };

/** What is used of a platform, and may not be there: React Native has no document, servers have no storage. */
type Platform = {
  readonly document?: { readonly visibilityState: string; readonly baseURI: string };
  readonly localStorage?: TextStorage;
  readonly sessionStorage?: TextStorage;
  readonly navigator?: { readonly locks?: WebLocks };
  readonly BroadcastChannel?: new (
    name: string,
  ) => Channel & { onmessage: (event: { readonly data: unknown }) => void };
  readonly addEventListener?: (
    type: string,
    listener: (event: { readonly key?: string | null }) => unknown,
    options: { readonly signal: AbortSignal },
  ) => void;
};

const here = globalThis as unknown as Platform;

const isHidden = (): boolean => here.document?.visibilityState === "hidden";

const storage = (kind: "local" | "session"): TextStorage | undefined => {
  // Where a browser closes its storage to a page, even looking at it throws.
  try {
    return here[`${kind}Storage`];
  } catch {
    return undefined;
  }
};

const now = (): number => Date.now();

const later: ClientWorld["later"] = (work, ms) => {
  const timer = setTimeout(work, ms);
  return () => clearTimeout(timer);
};

/** The browser, or as much of one as there is. */
export const realWorld: ClientWorld = {
  now,
  fetch: (input, init) => globalThis.fetch(input, init),
  later,
  onWake: (wake, signal) => {
    const seen = (): unknown => isHidden() || wake();
    for (const type of ["visibilitychange", "pageshow", "online"]) here.addEventListener?.(type, seen, { signal });
  },
  isHidden,
  pageUrl: () => here.document?.baseURI,
  storage,
  onStored: (key, changed, signal) =>
    here.addEventListener?.("storage", (event) => event.key === key && changed(), { signal }),
  lock: lockHere({
    locks: here.navigator?.locks,
    storage: () => storage("local"),
    later,
    now,
    draw: () => String(crypto.getRandomValues(new Uint32Array(2))),
  }),
  channel: (name, hear) => {
    const channel = here.BroadcastChannel && new here.BroadcastChannel(name);
    if (channel) channel.onmessage = ({ data }) => hear(data);
    return channel;
  },
};
