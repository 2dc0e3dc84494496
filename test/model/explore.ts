/** A system of states and steps. States are plain values; two are the same if their keys are. */
export type System<State> = {
  readonly initial: State;
  readonly steps: (state: State) => readonly Step<State>[];
  readonly key: (state: State) => string;
  /** What a step breaks, in words; undefined if it breaks nothing. */
  readonly breaks: (before: State, step: Step<State>) => string | undefined;
};

/** One thing that can happen in a state, and the state after it. */
export type Step<State> = { readonly name: string; readonly to: State };

/** How far to look, and whom to tell. */
export type Search<State> = {
  /** Throws a RangeError beyond, since a search that was cut short proves nothing. */
  readonly mostStates: number;
  readonly onDepth?: (progress: { readonly depth: number; readonly states: number }) => void;
  /** Called with each state once. */
  readonly onState?: (state: State) => void;
};

/** What was found: how much was looked at, and the shortest way to something broken, if there is one. */
export type Exploration = {
  readonly states: number;
  readonly steps: number;
  /** The longest of the shortest ways to a state. */
  readonly depth: number;
  readonly counterexample?: { readonly broken: string; readonly way: readonly string[] };
};

/**
 * Visits every state that can be reached, nearest first, so that the first broken step ends a shortest way to one. The order is
 * that of `steps`, so each run is the same.
 */
export function explore<State>(system: System<State>, search: Search<State>): Exploration {
  const seen = new Set([system.key(system.initial)]);
  const parents = [0];
  search.onState?.(system.initial);
  let layer = [{ state: system.initial, index: 0 }];
  let steps = 0;
  for (let depth = 0; ; depth++) {
    search.onDepth?.({ depth, states: seen.size });
    const next: typeof layer = [];
    for (const { state, index } of layer) {
      for (const step of system.steps(state)) {
        steps += 1;
        const broken = system.breaks(state, step);
        if (broken !== undefined) {
          const way = [...wayTo(system, keysOf(seen, parents, index)), step.name];
          return { states: seen.size, steps, depth: depth + 1, counterexample: { broken, way } };
        }
        const key = system.key(step.to);
        if (seen.has(key)) continue;
        seen.add(key);
        if (seen.size > search.mostStates) throw new RangeError(`There are more than ${search.mostStates} states.`);
        next.push({ state: step.to, index: parents.push(index) - 1 });
        search.onState?.(step.to);
      }
    }
    if (next.length === 0) return { states: seen.size, steps, depth };
    layer = next;
  }
}

/** The keys from the first state to this one. A set keeps its order, so the n-th key is the n-th state's. */
function keysOf(seen: ReadonlySet<string>, parents: readonly number[], last: number): readonly string[] {
  const indexes: number[] = [];
  for (let index = last; index > 0; index = parents[index] ?? 0) indexes.unshift(index);
  const wanted = new Set(indexes);
  return [...seen].filter((_, index) => wanted.has(index));
}

/** Goes the way again, since to remember the name of each step would cost more memory than the states. */
function wayTo<State>(system: System<State>, keys: readonly string[]): readonly string[] {
  let state = system.initial;
  return keys.map((key) => {
    const step = system.steps(state).find(({ to }) => system.key(to) === key);
    if (step === undefined) throw new Error("The system takes other steps the second time.");
    state = step.to;
    return step.name;
  });
}
