/** Pieces of work that one turn of the event loop begins; each takes half a millisecond or so until it first waits for something. */
const defaultMost = 8;

/**
 * Lets work begin a few pieces per turn of the event loop, in the order in which it came; at once while there is little. When a
 * thousand requests arrive in one turn, whatever else the process does — verifying a token for the route beside them — waits
 * for `most` of them and not for all.
 */
export function fewPerTurn(most: number = defaultMost): (work: () => void) => void {
  const waiting: (() => void)[] = [];
  let left = most;

  const begin = (work: () => void): void => {
    if (left === most) setImmediate(turn);
    left -= 1;
    work();
  };
  const turn = (): void => {
    left = most;
    while (left > 0) {
      const work = waiting.shift();
      if (!work) return;
      begin(work);
    }
  };

  return (work) => {
    if (left > 0 && waiting.length === 0) begin(work);
    else waiting.push(work);
  };
}
