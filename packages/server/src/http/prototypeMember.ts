/**
 * Where a JSON value has a member `__proto__`, as a path with dots; undefined if nowhere. As JSON it is a member like any other, but
 * schemas drop it without a word, and whoever copies it into an object sets that object's prototype. Nested no deeper than was read.
 */
export function prototypeMember(value: unknown): string | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  for (const [name, member] of Object.entries(value)) {
    const found = name === "__proto__" ? "" : prototypeMember(member);
    if (found !== undefined) return found === "" ? name : `${name.slice(0, 64)}.${found}`;
  }
  return undefined;
}
