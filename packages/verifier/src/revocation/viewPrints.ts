import { type RevocationKind, revocationKinds } from "../wire/kinds.ts";
import type { Prints } from "../wire/prints.ts";
import type { SnapshotHead } from "../wire/snapshot.ts";
import type { EntryColumns } from "./entryColumns.ts";
import type { RevocationTable } from "./table.ts";

/** What a view holds, to be passed on: where it stands, and its entries by fingerprint. */
export type ViewPrints = {
  readonly head: SnapshotHead;
  /**
   * The entries, part by part, each as it is when it is taken: what is learnt meanwhile may be among them. Throws an Error when the
   * view is not of this log, or not under this key, any more.
   */
  readonly parts: () => Generator<readonly Prints[], undefined>;
};

/** What is read, and whether it still is what `head` says. */
export type ViewParts = {
  readonly head: SnapshotHead;
  readonly part: RevocationTable["part"];
  readonly isCurrent: () => boolean;
};

/** The entries of a table, in the order of fingerprints. */
export function printsOfView({ head, part, isCurrent }: ViewParts): ViewPrints {
  const parts = function* (): Generator<readonly Prints[], undefined> {
    for (let from = 0; from < 2 ** 32; ) {
      if (!isCurrent()) throw new Error("The view is of another log by now.");
      const columns = part(from);
      yield revocationKinds.flatMap((kind, tag) => printsOfKind({ kind, tag }, head.position, columns));
      from = columns.end;
    }
  };
  return { head, parts };
}

/**
 * A token and a session are over for good once they are revoked: none with a later position can follow, so that the position of the
 * whole is as good as their own and takes no room. Of the others new tokens may be out, which the exact one spares.
 */
const isOverForGood = (kind: RevocationKind): boolean => kind === "token" || kind === "session";

type Kind = { readonly kind: RevocationKind; readonly tag: number };

function printsOfKind({ kind, tag }: Kind, position: number, columns: EntryColumns): readonly Prints[] {
  const { tags, positions, issuedBefore } = columns;
  const byPosition = new Uint32Array(tags.length);
  const byInstant = new Uint32Array(tags.length);
  let [ofPosition, ofInstant] = [0, 0];
  for (let at = 0; at < tags.length; at++) {
    if (tags[at] !== tag) continue;
    if (positions[at] !== 0 && position > 0) byPosition[ofPosition++] = at;
    if (issuedBefore[at] !== Number.NEGATIVE_INFINITY) byInstant[ofInstant++] = at;
  }
  const cuts = chosen(positions, byPosition.subarray(0, ofPosition), Float64Array);
  // What was learnt after \`head\` is told again by the frames that follow; here no position may be beyond it.
  for (let at = 0; at < cuts.length; at++)
    cuts[at] = isOverForGood(kind) ? position : Math.min(cuts[at] ?? position, position);
  return [
    { ...rowsOf(kind, columns, byPosition.subarray(0, ofPosition)), positions: cuts },
    {
      ...rowsOf(kind, columns, byInstant.subarray(0, ofInstant)),
      positions: new Float64Array(ofInstant).fill(1),
      issuedBefore: chosen(issuedBefore, byInstant.subarray(0, ofInstant), Float64Array),
    },
  ].filter(({ lows }) => lows.length > 0);
}

const rowsOf = (kind: RevocationKind, { lows, highs, expiries }: EntryColumns, rows: Uint32Array) => ({
  kind,
  lows: chosen(lows, rows, Int32Array),
  highs: chosen(highs, rows, Int32Array),
  expiries: chosen(expiries, rows, Uint32Array),
});

function chosen<Column extends Int32Array | Uint32Array | Float64Array>(
  column: Column,
  rows: Uint32Array,
  Of: new (length: number) => Column,
): Column {
  const found = new Of(rows.length);
  for (let at = 0; at < rows.length; at++) found[at] = column[rows[at] ?? 0] ?? 0;
  return found;
}
