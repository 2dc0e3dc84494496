import { coalesced } from "../coalesced.ts";
import type { EventSink } from "../event.ts";
import { OverloadedError } from "../refusal.ts";
import { type LogHead, type VerifierNote, type VerifierStore, verifierKey } from "../store/ports.ts";
import type { World } from "../world.ts";
import { createEffects, type Effect } from "./effect.ts";

/** Who follows the log, in whatever process, and how far each has come. */
export type Verifiers = {
  /** A verifier is about to be told the head. Resolves when every issuer can know of it: before that it may get no lease. Throws `OverloadedError` for more names than one service needs. */
  readonly greet: (verifier: Greeting) => Promise<void>;
  /** A verifier that was greeted says how far it is. */
  readonly confirm: (verifier: VerifierName, position: LogHead) => void;
  /** A verifier that was greeted asks no more. It is waited for as long as it may go by what it has, and not listed after that. */
  readonly leave: (verifier: VerifierName) => void;
  /** Those heard of lately, with when that was. */
  readonly list: () => Promise<readonly VerifierNote[]>;
  /**
   * Waits until no verifier goes by a view from before `position`: each has applied it, or has not been heard of since for as
   * long as it trusts what it has. At most `mostMs`; who is left then is `pending`. Without this process itself, whose view the
   * caller has read.
   */
  readonly effect: (position: LogHead, mostMs: number) => Promise<Effect>;
  /** Forgets those that are not listed any more. */
  readonly forget: () => Promise<void>;
  /** Writes what waits, and takes this process off the list. */
  readonly close: () => Promise<void>;
};

/** Names one verifier. An issuer is one as well, of the service `issuer`. */
export type VerifierName = Pick<VerifierNote, "serviceId" | "name">;

/** A verifier, and how long it trusts what it has without an answer. */
export type Greeting = VerifierName & Pick<VerifierNote, "maxStalenessMs">;

/** Clocks of issuers may differ by as much: nobody is given up for dead before. */
const clocksApartMs = 60_000;
/** How long a verifier that has fallen silent is listed: longer than any trusts what it has. */
const listedForMs = 3_600_000 + clocksApartMs;
/** What is heard of one and the same verifier goes to the store so often, or soon when it has come further. */
const writeEveryMs = 1000;
const gatherMs = 20;
/** A note that could not be written anew for so long is not relied on. */
const knownForMs = 10_000;
const mostNames = 10_000;

type Known = {
  note: VerifierNote;
  /** How long it trusts what it has, as the store knows; and when that was written, by the monotonic clock. */
  written: { readonly maxStalenessMs: number; readonly at: number } | undefined;
  isDirty: boolean;
  /** When it said that it asks no more, by the monotonic clock. */
  leftAt?: number | undefined;
};

/** A verifier that trusts nothing is none. So a note says, to every issuer, that it has left: nobody has its name again. */
const hasGone = ({ maxStalenessMs }: VerifierNote): boolean => maxStalenessMs === 0;

/** The verifiers that this issuer hears, and through the store those that others hear. `self` is this issuer. */
export function createVerifiers({
  store,
  world,
  self,
  onEvent,
}: {
  readonly store: VerifierStore;
  readonly world: Pick<World, "now" | "monotonic">;
  readonly self: VerifierName;
  readonly onEvent: EventSink;
}): Verifiers {
  const own = new Map<string, Known>();
  const names = new Map<string, number>();
  let timer: NodeJS.Timeout | undefined;

  const write = coalesced(async (): Promise<void> => {
    clearTimeout(timer);
    timer = undefined;
    const dirty = [...own.values()].filter(({ isDirty }) => isDirty);
    if (dirty.length === 0) return;
    const notes = dirty.map(({ note }) => note);
    const at = world.monotonic();
    await store.note(notes);
    for (const [index, known] of dirty.entries()) {
      const note = notes[index];
      if (note) known.written = { maxStalenessMs: note.maxStalenessMs, at };
      known.isDirty = known.note !== note;
    }
  });
  const writeSoon = (): void => {
    timer ??= setTimeout(() => void write().catch(tell), gatherMs).unref();
  };
  const tell = (error: unknown): void => onEvent({ type: "fault", where: "what is known of verifiers", error });

  const add = ({ serviceId, name, maxStalenessMs }: Greeting): Known => {
    const count = names.get(serviceId) ?? 0;
    if (count >= mostNames) throw new OverloadedError(60);
    names.set(serviceId, count + 1);
    const note = { serviceId, name, epoch: undefined, applied: 0, maxStalenessMs, heardAt: world.now() };
    const known = { note, written: undefined, isDirty: true };
    own.set(verifierKey(note), known);
    return known;
  };

  /** Who left has asked for no lease since, so the last one is over. */
  const strike = (): void => {
    for (const known of own.values()) {
      const { note, leftAt } = known;
      if (leftAt === undefined || hasGone(note) || world.monotonic() - leftAt < note.maxStalenessMs) continue;
      known.note = { ...note, maxStalenessMs: 0 };
      known.isDirty = true;
      writeSoon();
    }
  };

  /** It is known anew before it gets an answer. */
  const comeBack = (known: Known): void => {
    known.leftAt = undefined;
    known.written = undefined;
  };

  const list = async (): Promise<readonly VerifierNote[]> => {
    strike();
    const since = world.now() - listedForMs;
    const found = new Map((await store.list(since)).map((note) => [verifierKey(note), note]));
    for (const [key, { note }] of own) {
      const other = found.get(key);
      if (note.heardAt >= Math.max(since, other?.heardAt ?? 0) && !(other && hasGone(other))) found.set(key, note);
    }
    return [...found.values()].filter((note) => !hasGone(note));
  };

  const effects = createEffects({
    list: async () => (await list()).filter((note) => verifierKey(note) !== verifierKey(self)),
    isDead: ({ maxStalenessMs, heardAt }) => world.now() - heardAt > maxStalenessMs + clocksApartMs,
    monotonic: world.monotonic,
  });

  return {
    greet: async (greeting) => {
      const known = own.get(verifierKey(greeting)) ?? add(greeting);
      if (known.leftAt !== undefined) comeBack(known);
      // Of one name there may be two for a while, and the longer trust counts.
      const maxStalenessMs = Math.max(greeting.maxStalenessMs, known.note.maxStalenessMs);
      known.note = { ...known.note, maxStalenessMs, heardAt: world.now() };
      const { written } = known;
      const age = written ? world.monotonic() - written.at : Number.POSITIVE_INFINITY;
      if (age >= writeEveryMs) known.isDirty = true;
      if (!written || written.maxStalenessMs < maxStalenessMs || age >= knownForMs) {
        known.isDirty = true;
        await write();
      } else if (known.isDirty) writeSoon();
    },

    confirm: (verifier, { epoch, pos }) => {
      const known = own.get(verifierKey(verifier));
      if (!known || (known.note.epoch === epoch && known.note.applied === pos)) return;
      known.note = { ...known.note, epoch, applied: pos };
      known.isDirty = true;
      writeSoon();
      effects.heard();
    },

    leave: (verifier) => {
      const known = own.get(verifierKey(verifier));
      if (!known || known.leftAt !== undefined) return;
      known.leftAt = world.monotonic();
      setTimeout(strike, known.note.maxStalenessMs + gatherMs).unref();
    },

    list,
    effect: effects.wait,

    forget: async () => {
      for (const [key, { note, isDirty }] of own) {
        const isOver = hasGone(note) && !isDirty;
        if (note.heardAt >= world.now() - listedForMs && !isOver) continue;
        own.delete(key);
        names.set(note.serviceId, (names.get(note.serviceId) ?? 1) - 1);
      }
      await store.forget(world.now() - listedForMs);
    },

    close: async () => {
      const known = own.get(verifierKey(self));
      if (known) {
        known.note = { ...known.note, heardAt: 0 };
        known.isDirty = true;
      }
      await write().catch(tell);
    },
  };
}
