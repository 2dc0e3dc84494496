import type { EventSink } from "../event.ts";
import type { LogHead, VerifierNote, VerifierStore } from "../store/ports.ts";
import type { World } from "../world.ts";

/** Who follows the log, in whatever process, and how far each has come. */
export type Verifiers = {
  /** A verifier asked for the head, and says how far it is. Resolves when every issuer can know of it: before that it gets no lease. */
  readonly heard: (said: Said) => Promise<void>;
  /** Those heard of lately, with when that was. */
  readonly list: () => Promise<readonly VerifierNote[]>;
  /**
   * Waits until no verifier goes by a view from before `position`: each has applied it, or has not been heard of since for as
   * long as it trusts what it has. At most `mostMs`; who is left then is `pending`.
   */
  readonly effect: (position: LogHead, mostMs: number) => Promise<Effect>;
  /** Forgets those that are not listed any more. */
  readonly forget: () => Promise<void>;
  /** Writes what waits. */
  readonly close: () => Promise<void>;
};

/** What a verifier says of itself. */
export type Said = Omit<VerifierNote, "heardAt">;

/** What became of a position at the verifiers: who confirmed it and after how many milliseconds, whose lease ran out, and who is neither. */
export type Effect = {
  readonly confirmed: readonly (VerifierName & { readonly ms: number })[];
  readonly lapsed: readonly VerifierName[];
  readonly pending: readonly VerifierName[];
};

/** Names one verifier. */
export type VerifierName = Pick<VerifierNote, "serviceId" | "name">;

/** Clocks of issuers may differ by as much: nobody is given up for dead before. */
const clocksApartMs = 60_000;
/** How long a verifier that has fallen silent is listed. */
const listedForMs = 3_600_000;
/** What is heard of one and the same verifier goes to the store so often, or at once when it has come further. */
const writeEveryMs = 1000;
const gatherMs = 20;
/** While somebody waits, what others have heard is looked up so often. */
const lookEveryMs = 50;

/** The verifiers that this issuer hears, and through the store those that others hear. */
export function createVerifiers({
  store,
  world,
  onEvent,
}: {
  readonly store: VerifierStore;
  readonly world: Pick<World, "now" | "monotonic">;
  readonly onEvent: EventSink;
}): Verifiers {
  const own = new Map<string, VerifierNote & { readonly writtenAt: number }>();
  const listeners = new Set<() => void>();
  let unwritten = new Map<string, VerifierNote>();
  let timer: NodeJS.Timeout | undefined;

  const write = async (): Promise<void> => {
    clearTimeout(timer);
    timer = undefined;
    const notes = [...unwritten.values()];
    unwritten = new Map();
    if (notes.length > 0) await store.note(notes);
  };
  const writeSoon = (): void => {
    timer ??= setTimeout(() => {
      write().catch((error: unknown) => onEvent({ type: "fault", where: "what is known of verifiers", error }));
    }, gatherMs).unref();
  };

  const heard: Verifiers["heard"] = async (said) => {
    const key = keyOf(said);
    const before = own.get(key);
    const note = { ...said, heardAt: world.now() };
    // Who is new, or trusts its view for longer than anybody knows, gets no answer before all issuers can know.
    const isNews = !before || said.maxStalenessMs > before.maxStalenessMs;
    const isDue = isNews || world.monotonic() - before.writtenAt >= writeEveryMs || hasMoved(before, said);
    own.set(key, { ...note, writtenAt: isDue ? world.monotonic() : before.writtenAt });
    for (const listener of listeners) listener();
    if (isDue) unwritten.set(key, note);
    if (isNews) await write();
    else if (isDue) writeSoon();
  };

  const list = async (forMs: number): Promise<readonly VerifierNote[]> => {
    const since = world.now() - forMs;
    const known = new Map((await store.list(since)).map((note) => [keyOf(note), note]));
    for (const [key, { writtenAt: _, ...note }] of own) {
      if (note.heardAt < since) own.delete(key);
      else if (note.heardAt >= (known.get(key)?.heardAt ?? 0)) known.set(key, note);
    }
    return [...known.values()];
  };

  const untilHeard = (): Promise<void> =>
    new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(look);
        listeners.delete(done);
        resolve();
      };
      const look = setTimeout(done, lookEveryMs);
      listeners.add(done);
    });

  const effect: Verifiers["effect"] = async (position, mostMs) => {
    const startedAt = world.monotonic();
    const confirmed = new Map<string, Effect["confirmed"][number]>();
    for (;;) {
      const notes = await list(listedForMs);
      const ms = world.monotonic() - startedAt;
      for (const note of notes) {
        if (hasApplied(note, position) && !confirmed.has(keyOf(note)))
          confirmed.set(keyOf(note), { ...nameOf(note), ms });
      }
      const others = notes.filter((note) => !confirmed.has(keyOf(note)));
      const isLapsed = (note: VerifierNote): boolean =>
        ms >= note.maxStalenessMs || world.now() - note.heardAt > note.maxStalenessMs + clocksApartMs;
      const pending = others.filter((note) => !isLapsed(note)).map(nameOf);
      if (pending.length === 0 || ms >= mostMs) {
        return { confirmed: [...confirmed.values()], lapsed: others.filter(isLapsed).map(nameOf), pending };
      }
      await untilHeard();
    }
  };

  return {
    heard,
    list: () => list(listedForMs),
    effect,
    forget: () => store.forget(world.now() - listedForMs),
    close: () =>
      write().catch((error: unknown) => onEvent({ type: "fault", where: "what is known of verifiers", error })),
  };
}

const keyOf = ({ serviceId, name }: VerifierName): string => `${serviceId} ${name}`;

const nameOf = ({ serviceId, name }: VerifierName): VerifierName => ({ serviceId, name });

const hasMoved = (before: VerifierNote, { epoch, applied }: Said): boolean =>
  before.epoch !== epoch || before.applied !== applied;

const hasApplied = ({ epoch, applied }: VerifierNote, position: LogHead): boolean =>
  epoch === position.epoch && applied >= position.pos;
