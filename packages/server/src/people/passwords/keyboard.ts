/** Rows of keyboards from the top, and where each starts, in widths of a key. Where a row has a second text, it is what Shift makes of it. */
type Row = { readonly starts: number; readonly keys: readonly string[] };

const starts = [0, 0.5, 0.75, 1.25] as const;

const layout = (...rows: ReadonlyArray<readonly string[]>): readonly Row[] =>
  rows.map((keys, row) => ({ starts: starts[row] ?? 0, keys }));

const layouts = [
  layout(["1234567890-=", "!@#$%^&*()_+"], ["qwertyuiop[]"], ["asdfghjkl;'"], ["zxcvbnm,./"]),
  layout(["1234567890", '!"§$%&/()='], ["qwertzuiopü+"], ["asdfghjklöä#"], ["yxcvbnm,.-"]),
  layout(["1234567890", "&é\"'(-è_çà"], ["azertyuiop"], ["qsdfghjklmù"], ["wxcvbn,;:!"]),
  layout([], ["йцукенгшщзхъ"], ["фывапролджэ"], ["ячсмитьбю"]),
];

/** Whether two characters lie beside each other on a QWERTY, QWERTZ, AZERTY or Russian keyboard, or are on one key. Lower case. */
export const areNeighbours = (from: string, to: string): boolean => neighbours.get(from)?.has(to) ?? false;

type Key = { readonly character: string; readonly x: number; readonly y: number };

const keysOf = (rows: readonly Row[]): readonly Key[] =>
  rows.flatMap(({ starts: start, keys }, y) =>
    keys.flatMap((text) => [...text].map((character, at) => ({ character, x: start + at, y }))),
  );

const touches = (one: Key, other: Key): boolean => Math.abs(one.x - other.x) <= 1 && Math.abs(one.y - other.y) <= 1;

const neighbours: ReadonlyMap<string, ReadonlySet<string>> = (() => {
  const found = new Map<string, Set<string>>();
  for (const keys of layouts.map(keysOf)) {
    for (const key of keys) {
      const beside = found.get(key.character) ?? new Set<string>();
      for (const other of keys.filter((one) => touches(key, one))) beside.add(other.character);
      found.set(key.character, beside);
    }
  }
  return found;
})();
