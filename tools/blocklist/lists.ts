import { createHash } from "node:crypto";

/** The two files of the blocklist, and how many passwords each holds. */
export type Lists = { readonly from8: Buffer; readonly from15: Buffer };

/** Bytes of the SHA-256 digest that stand for a password. */
const prefixBytes = 8;

/** The longest password that anybody can set. */
const longest = 256;

/**
 * Makes the lists out of passwords, the most common first: the first `top` of 8 code points and more, and all of 15 and more.
 * Each is put into lower case in NFC, as a look-up does, and stands there once: the first 8 bytes of its SHA-256, sorted.
 */
export function makeLists(passwords: Iterable<string>, top: number): Lists {
  const from8 = new Set<string>();
  const from15 = new Set<string>();
  for (const password of passwords) {
    const folded = password.normalize("NFC").toLowerCase().normalize("NFC");
    const length = [...folded].length;
    if (!folded.isWellFormed() || folded.includes("\ufffd") || length < 8 || length > longest) continue;
    if (length >= 15) from15.add(folded);
    else if (from8.size + from15.size < top) from8.add(folded);
  }
  return { from8: pack(from8), from15: pack(from15) };
}

const pack = (passwords: ReadonlySet<string>): Buffer => {
  const prefixes = [...passwords].map((password) =>
    createHash("sha256")
      .update(password)
      .digest("hex")
      .slice(0, 2 * prefixBytes),
  );
  return Buffer.from([...new Set(prefixes)].sort().join(""), "hex");
};
