/** As much of `Storage` as is used. */
export type TextStorage = {
  readonly getItem: (key: string) => string | null;
  readonly setItem: (key: string, value: string) => void;
  readonly removeItem: (key: string) => void;
};

/**
 * One lock among all tabs of this origin: does the work when it has it, and gives it back afterwards. Who has waited until the
 * signal goes ahead without: a lock saves requests, and it is the issuer that makes sure that two at once do no harm.
 */
export type Lock = <T>(name: string, patience: AbortSignal, work: () => Promise<T>) => Promise<T>;

/** As much of `LockManager` as is used. */
export type WebLocks = {
  readonly request: <T>(name: string, options: { readonly signal: AbortSignal }, work: () => Promise<T>) => Promise<T>;
};

/** What locks are made of. */
export type LockParts = {
  /** Web Locks. */
  readonly locks: WebLocks | undefined;
  /** localStorage. */
  readonly storage: () => TextStorage | undefined;
  readonly later: (work: () => void, ms: number) => unknown;
  readonly now: () => number;
  /** A text that no other tab draws. */
  readonly draw: () => string;
};

/** After this a lease is over, so that a tab that died with it stops nobody. */
const leaseMs = 15_000;

/** The best lock that a platform has. */
export function lockHere({ locks, storage, later, now, draw }: LockParts): Lock {
  let last: Promise<unknown> = Promise.resolve();
  return async (name, signal, work) => {
    if (locks) {
      let begun: ReturnType<typeof work> | undefined;
      const begin = (): ReturnType<typeof work> => {
        begun ??= work();
        return begun;
      };
      // It rejects when patience has run out, and where a page may not have locks.
      return locks.request(name, { signal }, begin).catch(begin);
    }
    const own = storage();
    const turn = last.then(() => (own ? withLease(own, `${name}.lease`, signal, work) : work()));
    last = turn.catch(() => undefined);
    return turn;
  };

  async function withLease<T>(own: TextStorage, key: string, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    const me = draw();
    const isMine = (): boolean | undefined => own.getItem(key)?.startsWith(me);
    try {
      while (!isMine() && !signal.aborted) {
        const until = Number(own.getItem(key)?.split(" ")[1]);
        if (!(until > now())) own.setItem(key, `${me} ${now() + leaseMs}`);
        // Two that write at once both read the second one's name a moment later.
        await new Promise<void>((go) => later(go, 30));
      }
    } catch {
      // A storage that takes nothing gives no leases.
    }
    return work().finally(() => {
      try {
        if (isMine()) own.removeItem(key);
      } catch {
        // Closed meanwhile. The lease is over by itself.
      }
    });
  }
}
