import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";

/** Whether many people use a password, whatever its case. */
export type CommonPasswords = (password: string) => boolean;

/** Bytes of a SHA-256 digest that the lists keep of each password: two that differ meet once in 10^14. */
const prefixBytes = 8;

/**
 * The list that comes with the package (`assets/commonPasswords`), in two files: passwords of 8 to 14 code points, and of 15 and
 * more. Each is read when it is first needed. A look-up is a binary search; shorter passwords are in neither.
 */
export const shippedCommonPasswords: CommonPasswords = (() => {
  const from8 = lazily(() => readList("from8.bin"));
  const from15 = lazily(() => readList("from15.bin"));
  return (password) => {
    const folded = caseFolded(password);
    return holds([...folded].length < 15 ? from8() : from15(), prefixOf(folded));
  };
})();

/** From `src` and from `dist` alike: both lie three levels below the package. */
const readList = (name: string): Buffer =>
  readFileSync(new URL(`../../../assets/commonPasswords/${name}`, import.meta.url));

/** The builder of the lists does the same: lower case in NFC. */
const caseFolded = (password: string): string => password.normalize("NFC").toLowerCase().normalize("NFC");

const prefixOf = (folded: string): Buffer => createHash("sha256").update(folded).digest().subarray(0, prefixBytes);

function holds(sorted: Buffer, prefix: Buffer): boolean {
  let low = 0;
  let high = sorted.length / prefixBytes;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const start = middle * prefixBytes;
    const order = sorted.compare(prefix, 0, prefixBytes, start, start + prefixBytes);
    if (order === 0) return true;
    if (order < 0) low = middle + 1;
    else high = middle;
  }
  return false;
}

function lazily<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
