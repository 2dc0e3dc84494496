import type { StoredKey } from "../store/ports.ts";
import type { MakeKey } from "./line.ts";
import type { OwnLine } from "./policy.ts";

/** A key that was made before anybody decided whether it is needed. */
export type Made = { readonly line: OwnLine; readonly kid: string; readonly sealed: string };

/** Keys that were made, for one run of a decision. Once it runs out it writes down what was asked for, and the run counts for nothing. */
export type Stock = { readonly take: MakeKey; readonly missing: readonly OwnLine[] };

/** A stock of keys; none for a run that only finds out what is needed. */
export function stockOf(made: readonly Made[]): Stock {
  const left = [...made];
  const missing: OwnLine[] = [];
  const take = (line: OwnLine): Pick<StoredKey, "kid" | "sealed"> => {
    const at = left.findIndex((key) => sameLine(key.line, line));
    const [found] = at < 0 ? [] : left.splice(at, 1);
    if (found) return { kid: found.kid, sealed: found.sealed };
    missing.push(line);
    return { kid: `missing ${missing.length}`, sealed: "" };
  };
  return { take, missing };
}

const sameLine = (a: OwnLine, b: OwnLine): boolean =>
  a.purpose === b.purpose && a.alg === b.alg && a.signerKid === b.signerKid;
