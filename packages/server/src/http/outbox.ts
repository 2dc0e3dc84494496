/** What waits to be read by one reader. It never holds more than its bound: a reader that is too slow is cut off. */
export type Outbox = {
  readonly put: (bytes: Uint8Array) => void;
  /** The next piece, as soon as there is one; undefined after the end. */
  readonly take: () => Promise<Uint8Array | undefined>;
  /** Takes nothing more in; what waits may still be read. */
  readonly end: () => void;
  /** Ends, and drops what waits. */
  readonly cut: () => void;
  readonly isCut: () => boolean;
  /** Runs once at the end, or now if that has passed. */
  readonly whenEnded: (cleanUp: () => unknown) => void;
};

/** An empty outbox for at most `maxBytes`. */
export function createOutbox(maxBytes: number): Outbox {
  const waiting: Uint8Array[] = [];
  const cleanUps: (() => unknown)[] = [];
  let size = 0;
  let state: "open" | "ended" | "cut" = "open";
  let reader: ((bytes: Uint8Array | undefined) => void) | undefined;

  const hand = (bytes: Uint8Array | undefined): void => {
    reader?.(bytes);
    reader = undefined;
  };
  const end = (): void => {
    if (state !== "open") return;
    state = "ended";
    for (const cleanUp of cleanUps.splice(0)) cleanUp();
    hand(undefined);
  };
  const cut = (): void => {
    end();
    state = "cut";
    waiting.length = 0;
  };
  const put = (bytes: Uint8Array): void => {
    if (state !== "open") return;
    if (reader) {
      hand(bytes);
      return;
    }
    waiting.push(bytes);
    size += bytes.byteLength;
    if (size > maxBytes) cut();
  };
  const take = async (): Promise<Uint8Array | undefined> => {
    const next = waiting.shift();
    size -= next?.byteLength ?? 0;
    if (next || state !== "open") return next;
    return new Promise((resolve) => {
      reader = resolve;
    });
  };
  return {
    put,
    take,
    end,
    cut,
    isCut: () => state === "cut",
    whenEnded: (cleanUp) => {
      if (state === "open") cleanUps.push(cleanUp);
      else cleanUp();
    },
  };
}
