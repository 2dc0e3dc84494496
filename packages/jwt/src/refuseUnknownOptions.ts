/**
 * The options that `given` has of its own, none that a polluted prototype lends. Throws a TypeError when it is not an
 * object or has a member outside `known`: a misspelt safeguard must not be silently absent. `caller` opens the message.
 */
export function refuseUnknownOptions<T extends object>(caller: string, given: T, known: readonly string[]): T {
  if (typeof given !== "object" || given === null) throw new TypeError(`${caller}: expects an object of options`);
  for (const name of Object.keys(given)) {
    if (!known.includes(name)) {
      throw new TypeError(`${caller}: no option "${name}"; it knows ${known.join(", ")}. Remove or correct it`);
    }
  }
  return Object.assign(Object.create(null), given);
}
