/**
 * Throws a TypeError when `given` is not an object or has a member outside `known`: a misspelt safeguard must not be
 * silently absent. `caller` opens the message.
 */
export function refuseUnknownOptions(caller: string, given: unknown, known: readonly string[]): void {
  if (typeof given !== "object" || given === null) throw new TypeError(`${caller}: expects an object of options`);
  for (const name of Object.keys(given)) {
    if (!known.includes(name)) {
      throw new TypeError(`${caller}: no option "${name}"; it knows ${known.join(", ")}. Remove or correct it`);
    }
  }
}
