import { stateOf } from "../../src/keys/life.ts";
import type { KeyPolicy, Line } from "../../src/keys/policy.ts";
import { turnKeys } from "../../src/keys/turnKeys.ts";
import type { KeyChange, StoredKey } from "../../src/store/ports.ts";
import { usualPolicy } from "./keyRings.ts";

/** The keys of an issuer over time, without a store and without secrets. */
export type KeyHistory = {
  /** What the clock wants done at an instant, done; answers how many keys were made. */
  readonly turn: (now: number) => number;
  readonly apply: (now: number, change: KeyChange<unknown>) => void;
  /** The rows as they were at an instant. */
  readonly at: (instant: number) => readonly StoredKey[];
  readonly makeKey: (line: Line) => { readonly kid: string; readonly sealed: string };
};

/** A history that begins without keys. */
export function keyHistory(policy: KeyPolicy): KeyHistory {
  const snapshots: { readonly at: number; readonly rows: readonly StoredKey[] }[] = [];
  let count = 0;
  const makeKey = ({ signerKid }: Line) => ({
    kid: signerKid ?? `key${count++}`,
    sealed: signerKid === undefined ? "sealed" : "public.sealed",
  });
  const latest = (): readonly StoredKey[] => snapshots.at(-1)?.rows ?? [];
  const apply: KeyHistory["apply"] = (now, change) => snapshots.push({ at: now, rows: changed(latest(), change) });
  return {
    makeKey,
    apply,
    turn: (now) => {
      const before = count;
      apply(now, turnKeys(latest(), { now, policy, makeKey }));
      return count - before;
    },
    at: (instant) => snapshots.findLast(({ at }) => at <= instant)?.rows ?? [],
  };
}

/** Rows after a change, as a store has them. */
export function changed(
  rows: readonly StoredKey[],
  { write = [], remove = [] }: KeyChange<unknown>,
): readonly StoredKey[] {
  const byKid = new Map([...rows, ...write].map((row) => [row.kid, row]));
  return [...byKid.values()].filter(({ kid }) => !remove.includes(kid));
}

/** An instant to begin at. */
export const start = 1_800_000_000_000;

/** The defaults of the configuration, but for what is given. */
export const policyWith = (given: Partial<KeyPolicy> = {}): KeyPolicy => ({
  signsWith: { source: "generated", alg: "ES256" },
  ...usualPolicy,
  ...given,
});

/** The keys of access tokens. */
export const accessKeys = (rows: readonly StoredKey[]): readonly StoredKey[] =>
  rows.filter(({ purpose }) => purpose === "access");

/** Those keys and their states at an instant. */
export const statesAt = (history: KeyHistory, now: number): readonly string[] =>
  accessKeys(history.at(now)).map((key) => `${key.kid} ${stateOf(key, now)}`);
