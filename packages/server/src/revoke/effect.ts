import { type LogHead, type VerifierNote, verifierKey } from "../store/ports.ts";
import type { World } from "../world.ts";

/** What became of a position at the verifiers: who confirmed it and after how many milliseconds, whose lease ran out, and who is neither. */
export type Effect = {
  readonly confirmed: readonly (Name & { readonly ms: number })[];
  readonly lapsed: readonly Name[];
  readonly pending: readonly Name[];
};

type Name = Pick<VerifierNote, "serviceId" | "name">;

/** Waiting for positions to hold everywhere. */
export type Effects = {
  /** See `Verifiers.effect`. */
  readonly wait: (position: LogHead, mostMs: number) => Promise<Effect>;
  /** A verifier of this process's own has moved. */
  readonly heard: () => void;
};

/** What is looked at: all who are known, and whether one has been silent for so long that it trusts nothing any more, whatever its clock. */
export type EffectParts = Pick<World, "monotonic"> & {
  readonly list: () => Promise<readonly VerifierNote[]>;
  readonly isDead: (note: VerifierNote) => boolean;
};

/** What others have heard is looked up so often while anybody waits; and after news of our own, once more, not at once. */
const lookEveryMs = 50;
const afterNewsMs = 5;

type Waiter = {
  readonly position: LogHead;
  readonly startedAt: number;
  readonly mostMs: number;
  readonly confirmed: Map<string, Effect["confirmed"][number]>;
  readonly resolve: (effect: Effect) => void;
  readonly reject: (error: unknown) => void;
};

/**
 * One look at the store serves all who wait. A lease that was granted before the wait began ends within `maxStalenessMs` of it;
 * one that is granted later rests on a head that has the position, so its verifier has applied it.
 */
export function createEffects({ list, isDead, monotonic }: EffectParts): Effects {
  let waiters: Waiter[] = [];
  let isLooking = false;
  let wake = (): void => undefined;

  const lookUntilDone = async (): Promise<void> => {
    isLooking = true;
    while (waiters.length > 0) {
      // Who comes while the store is asked is judged by the next answer.
      const asking = [...waiters];
      try {
        const notes = await list();
        const left = asking.filter((waiter) => !isSettled(waiter, notes));
        waiters = [...left, ...waiters.slice(asking.length)];
      } catch (error) {
        for (const { reject } of asking) reject(error);
        waiters = waiters.slice(asking.length);
      }
      if (waiters.length > 0) await pause();
    }
    isLooking = false;
  };

  const pause = (): Promise<void> =>
    new Promise((resolve) => {
      const look = setTimeout(resolve, lookEveryMs);
      wake = () => {
        clearTimeout(look);
        setTimeout(resolve, afterNewsMs);
        wake = () => undefined;
      };
    });

  const isSettled = ({ position, startedAt, mostMs, confirmed, resolve }: Waiter, notes: readonly VerifierNote[]) => {
    const ms = monotonic() - startedAt;
    for (const note of notes) {
      const key = verifierKey(note);
      if (hasApplied(note, position) && !confirmed.has(key)) confirmed.set(key, { ...nameOf(note), ms });
    }
    const others = notes.filter((note) => !confirmed.has(verifierKey(note)));
    const isLapsed = (note: VerifierNote): boolean => ms >= note.maxStalenessMs || isDead(note);
    const pending = others.filter((note) => !isLapsed(note)).map(nameOf);
    if (pending.length > 0 && ms < mostMs) return false;
    resolve({ confirmed: [...confirmed.values()], lapsed: others.filter(isLapsed).map(nameOf), pending });
    return true;
  };

  return {
    wait: (position, mostMs) =>
      new Promise((resolve, reject) => {
        waiters.push({ position, startedAt: monotonic(), mostMs, confirmed: new Map(), resolve, reject });
        if (!isLooking) void lookUntilDone();
      }),
    heard: () => wake(),
  };
}

const nameOf = ({ serviceId, name }: Name): Name => ({ serviceId, name });

const hasApplied = ({ epoch, applied }: VerifierNote, position: LogHead): boolean =>
  epoch === position.epoch && applied >= position.pos;
