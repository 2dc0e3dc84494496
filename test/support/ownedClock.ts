import { realWorld, type World } from "cardea";

/** A clock that moves only when it is told to; it starts at the present, so that tokens fit the rest of the world. */
export type OwnedClock = { readonly world: World; readonly advance: (ms: number) => void };

/** A world whose time the test owns, on both clocks. */
export function ownedClock(): OwnedClock {
  let now = Date.now();
  return {
    world: { ...realWorld, now: () => now, monotonic: () => now },
    advance: (ms) => {
      now += ms;
    },
  };
}
