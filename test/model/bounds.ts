import type { Bounds } from "./state.ts";

/** Bounds within which the protocol is searched whole, and how many states there are: another number means another model. */
export type Space = { readonly bounds: Bounds; readonly states: number };

const space = (
  [issuers, revocations, channel, maxStaleness, losses]: readonly [number, number, number, number, number],
  states: number,
): Space => ({ bounds: { issuers, revocations, channel, maxStaleness, losses }, states });

/** With each run of the tests. */
export const usual: readonly Space[] = [
  space([1, 2, 2, 2, 1], 150_991),
  space([2, 2, 1, 2, 1], 114_464),
  space([1, 2, 1, 3, 1], 85_643),
];

/** With `npm run test:model -- --deep`. */
export const deep: readonly Space[] = [
  space([1, 3, 1, 2, 1], 368_531),
  space([1, 2, 2, 2, 2], 281_539),
  space([1, 2, 3, 2, 1], 282_585),
  space([2, 2, 2, 2, 1], 446_315),
  space([2, 3, 1, 2, 1], 1_425_827),
  space([1, 3, 2, 2, 1], 2_399_542),
];

/** For broken protocols, which need no more room than this to do harm. */
export const small: Bounds = { issuers: 1, revocations: 2, channel: 1, maxStaleness: 2, losses: 1 };

/** Bounds in words. */
export const describeBounds = ({ issuers, revocations, channel, maxStaleness, losses }: Bounds): string =>
  `issuers ${issuers}, revocations ${revocations}, frames in flight ${channel}, maxStaleness ${maxStaleness} ticks, lost tails ${losses}`;
