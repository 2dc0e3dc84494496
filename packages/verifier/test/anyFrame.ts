import { type Frame, type RevocationEntry, revocationKinds } from "@cardea/verifier/wire";
import fc from "fast-check";

/** Few keys, so that entries and claims meet often. */
export const anyKey: fc.Arbitrary<string> = fc.constantFrom("a", "b", "__proto__", "é");

/** A revocation at `pos`, of any kind. */
export function anyEntry(pos: number, expiresAt: fc.Arbitrary<number>): fc.Arbitrary<RevocationEntry> {
  return fc
    .record({
      kind: fc.constantFrom(...revocationKinds),
      key: anyKey,
      expiresAt,
      issuedBefore: fc.option(fc.integer({ min: 0, max: 20 }), { nil: undefined }),
    })
    .map(({ kind, key, issuedBefore, ...rest }) => ({
      kind,
      key: kind === "all" ? "" : key,
      pos,
      ...rest,
      ...(issuedBefore === undefined || kind === "key" ? {} : { issuedBefore }),
    }));
}

/** A frame that some log could have sent. */
export function anyFrame(): fc.Arbitrary<Frame> {
  return fc
    .tuple(fc.nat(1000), fc.nat(5))
    .chain(([from, size]) =>
      fc
        .tuple(...Array.from({ length: size }, (_, index) => anyEntry(from + index + 1, fc.nat(100))))
        .map((entries) => ({ epoch: "e", from, to: from + size, entries })),
    );
}
