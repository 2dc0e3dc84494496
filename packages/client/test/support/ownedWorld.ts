import type { ClientWorld } from "@cardea/client";

/** A client's world whose time stands still until the test moves it. Network and locks are the real ones. */
export type OwnedWorld = {
  readonly world: Partial<ClientWorld>;
  /** Lets time pass, and does what falls due. */
  readonly pass: (ms: number) => void;
  /** Moves the wall clock alone, as a person or a time server does. */
  readonly setClockBy: (ms: number) => void;
  /** In how many milliseconds each planned piece of work is due. */
  readonly planned: () => readonly number[];
  /** The page is seen by nobody, or again. */
  readonly hide: (hidden: boolean) => void;
  readonly wake: () => void;
};

/** Begins at an instant, in milliseconds. */
export function ownedWorld(start: number): OwnedWorld {
  let passed = 0;
  let offset = 0;
  let hidden = false;
  let woken: () => void = () => undefined;
  const timers = new Set<{ readonly at: number; readonly work: () => void }>();
  return {
    world: {
      now: () => start + offset + passed,
      later: (work, ms) => {
        const timer = { at: passed + ms, work };
        timers.add(timer);
        return () => void timers.delete(timer);
      },
      onWake: (wake) => {
        woken = wake;
      },
      isHidden: () => hidden,
      channel: () => undefined,
    },
    pass: (ms) => {
      passed += ms;
      for (const timer of [...timers].toSorted((a, b) => a.at - b.at)) {
        if (timer.at <= passed && timers.delete(timer)) timer.work();
      }
    },
    setClockBy: (ms) => {
      offset += ms;
    },
    planned: () => [...timers].map(({ at }) => at - passed).toSorted((a, b) => a - b),
    hide: (value) => {
      hidden = value;
    },
    wake: () => woken(),
  };
}
