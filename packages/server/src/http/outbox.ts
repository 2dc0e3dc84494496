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
  /**
   * Instead of `take`: once the answer is called, what waits is written and then each piece at once, and so is the end; the bound is
   * on what waits there. When the outbox is cut, so is the sink, before that as well.
   */
  readonly flowTo: (sink: Sink) => () => void;
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
  let isFlowing = false;

  const hand = (bytes: Uint8Array | undefined): void => {
    reader?.(bytes);
    reader = undefined;
  };
  const end = (): void => {
    if (state !== "open") return;
    state = "ended";
    for (const cleanUp of cleanUps.splice(0)) cleanUp();
    hand(undefined);
    if (isFlowing) sink?.end();
  };
  const cut = (): void => {
    sink?.cut();
    sink = undefined;
    end();
    state = "cut";
    waiting.length = 0;
  };
  /** What was written in this turn has not left yet, so it is asked first whether earlier pieces wait. Who cannot be written to is let go of. */
  const write = (to: Sink, bytes: Uint8Array): void => {
    try {
      if (to.waiting() > maxBytes) cut();
      else to.write(bytes);
    } catch {
      cut();
    }
  };
  const put = (bytes: Uint8Array): void => {
    if (state !== "open") return;
    if (sink && isFlowing) {
      write(sink, bytes);
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
  const flowTo = (to: Sink) => {
    if (state !== "cut") sink = to;
    return (): void => {
      isFlowing = true;
      for (const bytes of waiting.splice(0)) if (state !== "cut") write(to, bytes);
      if (state !== "open") to.end();
    };
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
