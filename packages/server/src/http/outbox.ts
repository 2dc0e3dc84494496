/** Where pieces are written to as they come, such as a connection. */
export type Sink = {
  readonly write: (bytes: Uint8Array) => void;
  /** How many bytes were written that have not left. */
  readonly waiting: () => number;
  /** Resolves when there is room for more, or nobody is there any more. */
  readonly room: () => Promise<void>;
  readonly end: () => void;
  /** Ends, and drops what waits. */
  readonly cut: () => void;
};

/** What waits to be read by one reader. It never holds more than its bound: a reader that is too slow is cut off. */
export type Outbox = {
  readonly put: (bytes: Uint8Array) => void;
  /** The next piece, as soon as there is one; undefined after the end. */
  readonly take: () => Promise<Uint8Array | undefined>;
  /** Instead of `take`: from now on each piece is written at once, and so is the end. The bound is on what waits there. */
  readonly flowTo: (sink: Sink) => void;
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
  let sink: Sink | undefined;

  const hand = (bytes: Uint8Array | undefined): void => {
    reader?.(bytes);
    reader = undefined;
  };
  const end = (): void => {
    if (state !== "open") return;
    state = "ended";
    for (const cleanUp of cleanUps.splice(0)) cleanUp();
    hand(undefined);
    sink?.end();
  };
  const cut = (): void => {
    sink?.cut();
    sink = undefined;
    end();
    state = "cut";
    waiting.length = 0;
  };
  const put = (bytes: Uint8Array): void => {
    if (state !== "open") return;
    if (sink) {
      sink.write(bytes);
      if (sink.waiting() > maxBytes) cut();
      return;
    }
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
  const flowTo = (to: Sink): void => {
    for (const bytes of waiting.splice(0)) to.write(bytes);
    if (state === "open") sink = to;
    else to.end();
  };
  return {
    put,
    take,
    flowTo,
    end,
    cut,
    isCut: () => state === "cut",
    whenEnded: (cleanUp) => {
      if (state === "open") cleanUps.push(cleanUp);
      else cleanUp();
    },
  };
}
