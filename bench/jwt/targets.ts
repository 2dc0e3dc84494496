import type { Algorithm } from "./reference.ts";
import type { Row } from "./rows.ts";
import type { Library } from "./task.ts";

/** The speed that @cardea/jwt is to have on Node 24, of raw. */
export const targets: Readonly<Record<Row["op"], Readonly<Record<Algorithm, number>>>> = {
  verify: { HS256: 0.7, RS256: 0.9, PS256: 0.9, ES256: 0.95, EdDSA: 0.95 },
  sign: { HS256: 0.95, RS256: 1, PS256: 1, ES256: 0.95, EdDSA: 0.95 },
  "repeat-verify": { HS256: 7, RS256: 50, PS256: 50, ES256: 170, EdDSA: 280 },
};

/** Whether @cardea/jwt has the speed it is to have, and which of the other JavaScript libraries come before it. */
export type Verdict = {
  readonly op: Row["op"];
  readonly alg: Algorithm;
  readonly target: number;
  readonly ofRaw: number;
  /** To the two digits that the targets have. */
  readonly reached: boolean;
  readonly behind: readonly string[];
};

export function verdictsOf(rows: readonly Row[], libraries: readonly Library[]): readonly Verdict[] {
  const ours = libraries.find(({ kind }) => kind === "ours")?.name;
  const peers = libraries.filter(({ kind }) => kind === "peer").map(({ name }) => name);
  return rows
    .filter(({ library }) => library === ours)
    .map(({ op, alg, ofRaw }) => ({
      op,
      alg,
      target: targets[op][alg],
      ofRaw,
      reached: Math.round(ofRaw * 100) >= Math.round(targets[op][alg] * 100),
      behind: rows
        .filter((row) => row.op === op && row.alg === alg && peers.includes(row.library) && row.ofRaw > ofRaw)
        .map(({ library }) => library),
    }));
}
