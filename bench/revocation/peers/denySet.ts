import { newIdentifier } from "../identifiers.ts";
import type { Peer } from "./peer.ts";

/** A `Set` of revoked `jti`s in the process, as it is written first. Nothing fills it here: that is the part that it leaves open. */
export function denySet(entries: number): Peer {
  const revoked = new Set(Array.from({ length: entries }, newIdentifier));
  const tokens = Array.from({ length: 16_384 }, newIdentifier);
  const here = (from: number, to: number): void => {
    for (let at = from; at < to; at++) {
      if (revoked.has(tokens[at % tokens.length] ?? "")) throw new Error("A set gave a wrong answer.");
    }
  };
  return { name: "a Set of jtis", ask: { here } };
}
