/** What lies outside of a page's own arithmetic, in one place. */
export const world = {
  /** Milliseconds since the epoch. */
  now: (): number => Date.now(),
  fetch: (path: string, init: RequestInit): Promise<Response> => globalThis.fetch(path, init),
  random: (count: number): Uint8Array<ArrayBuffer> => crypto.getRandomValues(new Uint8Array(count)),
};
