import type { JsonObject } from "./json/objectInSegment.ts";

/**
 * A list of names of header extensions for `crit` (RFC 7515 §4.1.11), copied. Throws a TypeError that begins with
 * `caller` for names that are not distinct texts, and for those that the RFCs define themselves.
 */
export function extensionNames(caller: string, names: readonly string[]): readonly string[] {
  const isList = Array.isArray(names) && names.every((name) => typeof name === "string" && name !== "");
  if (isList && new Set(names).size === names.length && !names.some((name) => defined.includes(name))) {
    return Object.freeze([...names]);
  }
  throw new TypeError(
    `${caller}: critical must be a list of distinct names of extensions, none of ${defined.join(" ")}`,
  );
}

/**
 * Whether each extension in a header's `crit` is one the caller knows (RFC 7515 §4.1.11): a list of distinct names, not
 * empty, each a member of this header.
 */
export function areKnownExtensions(header: JsonObject, known: readonly string[]): boolean {
  const names: unknown = header.crit;
  return (
    Array.isArray(names) &&
    names.length > 0 &&
    new Set(names).size === names.length &&
    names.every((name) => known.includes(name) && Object.hasOwn(header, name))
  );
}

/** RFC 7515 §4.1, RFC 7516 §4.1, RFC 7518 §4 and RFC 7797 §3. */
const defined =
  "alg jku jwk kid x5u x5c x5t x5t#S256 typ cty crit enc zip b64 epk apu apv iv tag p2s p2c __proto__ toJSON".split(
    " ",
  );
