import type { StoredKey } from "../store/ports.ts";
import type { HeldKey } from "./keyView.ts";
import { stateOf } from "./life.ts";
import { type OpenedKey, openStored } from "./material.ts";
import type { Sealer } from "./seal.ts";

/** Opens rows, each once: what has been opened stays so when another process seals its row under a newer secret. */
export type Opening = {
  /** Every row that is not over. Throws `ConfigurationError` for the first that does not open: at the start, before anything is served. */
  readonly all: (rows: readonly StoredKey[], now: number) => readonly HeldKey[];
  /** The same later: what does not open is left out and told, once, since others go on working. */
  readonly possible: (rows: readonly StoredKey[], now: number) => readonly HeldKey[];
};

/** Opening with a sealer. `onFault` is told of each row that does not open. */
export function createOpening(sealer: Sealer, onFault: (error: unknown) => void): Opening {
  let known = new Map<string, OpenedKey>();
  const told = new Set<string>();

  const hold = (rows: readonly StoredKey[], now: number, open: (row: StoredKey) => OpenedKey | undefined) => {
    const held = rows
      .filter((row) => !["retired", "revoked"].includes(stateOf(row, now)))
      .flatMap((row): HeldKey[] => {
        const opened = known.get(nameOf(row)) ?? open(row);
        return opened ? [{ row, opened }] : [];
      });
    known = new Map(held.map(({ row, opened }) => [nameOf(row), opened]));
    return held;
  };

  const tryToOpen = (row: StoredKey): OpenedKey | undefined => {
    try {
      return openStored(row, sealer);
    } catch (error) {
      if (!told.has(nameOf(row))) onFault(error);
      told.add(nameOf(row));
      return undefined;
    }
  };
  return {
    all: (rows, now) => hold(rows, now, (row) => openStored(row, sealer)),
    possible: (rows, now) => hold(rows, now, tryToOpen),
  };
}

const nameOf = ({ kid, purpose, alg }: StoredKey): string => `${purpose}|${alg}|${kid}`;
