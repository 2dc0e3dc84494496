import type { KeyChange, KeyStore, StoredKey } from "../store/ports.ts";
import type { Decision } from "./changeKeys.ts";
import type { KeyPolicy, OwnLine } from "./policy.ts";
import { type Made, stockOf } from "./stock.ts";

/** What decisions are carried out with. `make` makes and seals a key of a line. */
export type DecidingParts = {
  readonly store: Pick<KeyStore, "change">;
  readonly policy: KeyPolicy;
  readonly now: () => number;
  readonly make: (line: OwnLine) => Promise<Made>;
};

/** What came of a decision, with the kids of keys that are new by it. */
export type Decided<T> = { readonly answer: T; readonly created: readonly string[]; readonly hasChanged: boolean };

/**
 * Carries a decision out under the lock of the set, unless `seen` shows that there is nothing to do. To make a key takes too long
 * for a transaction, so it is done before, when a look says that it will be needed; what turns out not to be is dropped.
 */
export async function decide<T>(
  decision: Decision<T>,
  seen: readonly StoredKey[],
  { store, policy, now, make }: DecidingParts,
): Promise<Decided<T>> {
  const run = (keys: readonly StoredKey[], made: readonly Made[]) => {
    const stock = stockOf(made);
    const change = decision(keys, { now: now(), policy, makeKey: stock.take });
    return { change, missing: stock.missing };
  };
  const look = run(seen, []);
  if (isNothing(look.change)) return { answer: look.change.answer, created: [], hasChanged: false };
  const made: Made[] = [];
  for (let missing = look.missing; ; ) {
    made.push(...(await Promise.all(missing.map(make))));
    const outcome = await store.change((keys): KeyChange<Outcome<T>> => {
      const { change, missing: short } = run(keys, made);
      if (short.length > 0) return { answer: { short } };
      const created = createdIn(change, keys);
      return { ...change, answer: { done: { answer: change.answer, created, hasChanged: !isNothing(change) } } };
    });
    if (outcome.done) return outcome.done;
    missing = outcome.short;
  }
}

type Outcome<T> = { readonly short: readonly OwnLine[]; readonly done?: undefined } | { readonly done: Decided<T> };

const isNothing = ({ write = [], remove = [], revocations = [] }: KeyChange<unknown>): boolean =>
  write.length + remove.length + revocations.length === 0;

const createdIn = ({ write = [] }: KeyChange<unknown>, before: readonly StoredKey[]): readonly string[] =>
  write.map(({ kid }) => kid).filter((kid) => !before.some((key) => key.kid === kid));
