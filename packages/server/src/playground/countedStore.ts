import { AsyncLocalStorage } from "node:async_hooks";
import type { Store, StoreFactory } from "../store/ports.ts";

/** A store whose reads are counted while somebody asks about a token. */
export type CountedStore = {
  readonly factory: StoreFactory;
  readonly reads: () => number;
  /** What is read in here counts. */
  readonly counting: <T>(work: () => Promise<T>) => Promise<T>;
};

/** Counts reads of people and their sessions; what the store does by itself, and what signing in costs, is left out. */
export function countedStore(factory: StoreFactory): CountedStore {
  const isCounting = new AsyncLocalStorage<true>();
  let reads = 0;
  const count = (): void => {
    if (isCounting.getStore()) reads += 1;
  };
  return {
    factory: { ...factory, open: async (world, options) => counted(await factory.open(world, options), count) },
    reads: () => reads,
    counting: (work) => isCounting.run(true, work),
  };
}

function counted(store: Store, count: () => void): Store {
  const before =
    <A extends readonly unknown[], R>(read: (...given: A) => R) =>
    (...given: A): R => {
      count();
      return read(...given);
    };
  const { people } = store;
  return {
    ...store,
    people: {
      ...people,
      change: (subject, decide) => before(people.change)(subject, decide) as ReturnType<typeof people.change<never>>,
      find: before(people.find),
      sessions: before(people.sessions),
      findByToken: before(people.findByToken),
    },
  };
}
