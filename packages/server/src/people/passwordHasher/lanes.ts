/** Who asks for password work: somebody who signs in or up, or a signed-in person who changes a password or proves who they are again. */
export type Lane = "sign-in" | "step-up";

/** What waits, in two lanes that are served by turns, so that a flood in one holds up the other by one item at most. */
export type Lanes<T> = {
  readonly add: (lane: Lane, item: T) => void;
  /** Who is served next; undefined when nobody waits. */
  readonly next: () => T | undefined;
  readonly waiting: (lane: Lane) => number;
  /** Empties both lanes and answers what was in them. */
  readonly clear: () => readonly T[];
};

/** Two empty lanes. */
export function createLanes<T>(): Lanes<T> {
  const lanes: Readonly<Record<Lane, T[]>> = { "sign-in": [], "step-up": [] };
  let turn: Lane = "step-up";

  return {
    add: (lane, item) => {
      lanes[lane].push(item);
    },
    next: () => {
      const served = lanes[turn].length > 0 ? turn : other(turn);
      turn = other(served);
      return lanes[served].shift();
    },
    waiting: (lane) => lanes[lane].length,
    clear: () => [...lanes["step-up"].splice(0), ...lanes["sign-in"].splice(0)],
  };
}

const other = (lane: Lane): Lane => (lane === "sign-in" ? "step-up" : "sign-in");
