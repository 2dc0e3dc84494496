import { addToFilter, type Filter, missingBits, newFilter } from "./filter.ts";

/**
 * A small filter over the fingerprints that were learnt last. A token that was clean at version `since`, or later, can only have
 * been killed by one of them: so whoever was asked about a moment ago costs three loads from memory that is near.
 */
export type Recent = {
  /** Everything that was learnt after this version of the view is in the filter. */
  readonly since: number;
  readonly words: Int32Array;
  readonly shift: number;
  readonly add: (low: number, high: number) => void;
  /** To be called before each batch, with the version that the view has before it: it may begin to forget. */
  readonly turn: (version: number) => void;
  /** Forgets all, as of a version. */
  readonly restart: (version: number) => void;
};

/** So many fingerprints at most, but for a batch that has more. Of 2^11 words, each with three bits of two of them: 8 kB. */
export const mostRecent = 4096;
const depth = 11;

/** Empty, as of a version. */
export function createRecent(version: number): Recent {
  /** What answers, and what takes its place when that is full; the second one lacks what came before it began. */
  let serving = begin(version);
  let next = begin(version);

  const publish = (): void => {
    recent.since = serving.since;
    recent.words = serving.filter.words;
  };
  const recent = {
    since: version,
    words: serving.filter.words,
    shift: serving.filter.shift,
    add: (low: number, high: number) => {
      for (const each of [serving, next]) {
        addToFilter(each.filter, low, high);
        each.count += 1;
      }
    },
    turn: (now: number) => {
      if (serving.count >= mostRecent) {
        serving = next;
        next = begin(now);
      } else if (next.count >= mostRecent / 2 && next.count === serving.count) next = begin(now);
      publish();
    },
    restart: (now: number) => {
      serving = begin(now);
      next = begin(now);
      publish();
    },
  };
  return recent;
}

/** Whether a fingerprint is certainly none of the recent ones: 0 if it may be one. */
export const missingRecently = ({ words, shift }: Recent, low: number, high: number): number =>
  missingBits(words, shift, low, high);

type Window = { readonly since: number; readonly filter: Filter; count: number };

const begin = (since: number): Window => ({ since, filter: newFilter(depth), count: 0 });
