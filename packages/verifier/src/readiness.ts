/** Lets callers wait until nothing is missing any more. */
export type Readiness = {
  /** To be called whenever something that was missing may be there. */
  readonly changed: () => void;
  /** Resolves once `missing` is empty; rejects with what it says when time is up. Only while waiting is the process kept alive. */
  readonly wait: (missing: () => readonly string[]) => Promise<void>;
  /** Rejects those who still wait, and all who come later. */
  readonly close: () => void;
};

/** `timeoutMs`: the longest wait. */
export function createReadiness(timeoutMs: number): Readiness {
  const waiting = new Set<() => void>();
  let closed = false;
  const wait = (missing: () => readonly string[]): Promise<void> =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(() => end(`not ready within ${timeoutMs} ms: ${missing().join("; ")}`), timeoutMs);
      const end = (fault?: string): void => {
        clearTimeout(timer);
        waiting.delete(look);
        if (fault === undefined) resolve();
        else reject(new Error(`verifier: ${fault}`));
      };
      const look = (): void => {
        if (closed) end("closed");
        else if (missing().length === 0) end();
      };
      waiting.add(look);
      look();
    });
  const changed = (): void => {
    for (const look of [...waiting]) look();
  };
  const close = (): void => {
    closed = true;
    changed();
  };
  return { changed, wait, close };
}
