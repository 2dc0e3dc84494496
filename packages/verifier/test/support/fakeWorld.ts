import type { World } from "@cardea/verifier";

/** Both clocks in a test's hands, in milliseconds. */
export type FakeWorld = World & {
  /** Only what a world has, for options that refuse everything else. */
  readonly parts: World;
  wall: number;
  mono: number;
  /** Lets time pass on both clocks. */
  readonly pass: (ms: number) => void;
};

/** A world that stands still until told otherwise. Its network is the real one, unless given. */
export function fakeWorld(change: Partial<World> = {}): FakeWorld {
  const parts: World = {
    now: () => world.wall,
    monotonic: () => world.mono,
    random: () => 0.5,
    fetch: (input, init) => fetch(input, init),
    ...change,
  };
  const world: FakeWorld = {
    ...parts,
    parts,
    wall: 1_800_000_000_000,
    mono: 5000,
    pass: (ms) => {
      world.wall += ms;
      world.mono += ms;
    },
  };
  return world;
}
