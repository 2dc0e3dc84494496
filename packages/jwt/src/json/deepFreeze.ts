/**
 * Freezes a JSON-like value and everything in it, and returns it. Other objects (dates, maps, class instances) that a
 * claims schema may have put there are left alone.
 */
export function deepFreeze<T>(value: T): T {
  freeze(value, undefined);
  return value;
}

/**
 * What is frozen already may be so on the surface alone (zod's `readonly` does that), so it is entered too. `entered`
 * ends circles.
 */
function freeze(value: unknown, entered: Set<object> | undefined): Set<object> | undefined {
  if (typeof value !== "object" || value === null) return entered;
  const children = childrenOf(value);
  if (children === undefined) return entered;
  if (!Object.isFrozen(value)) Object.freeze(value);
  else if (entered?.has(value)) return entered;
  else entered = (entered ?? new Set()).add(value);
  for (let at = 0; at < children.length; at++) entered = freeze(children[at], entered);
  return entered;
}

/**
 * Whether a value is plain data that nobody can change any more, as `deepFreeze` leaves it; false as well for what is
 * nested more deeply than a token can be, so that circles end.
 */
export function isDeeplyFrozen(value: unknown, depth = 64): boolean {
  if (typeof value === "function") return false;
  if (typeof value !== "object" || value === null) return true;
  const children = depth > 0 && Object.isFrozen(value) ? childrenOf(value) : undefined;
  return children?.every((child) => isDeeplyFrozen(child, depth - 1)) ?? false;
}

function childrenOf(value: object): readonly unknown[] | undefined {
  if (Array.isArray(value)) return value;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null ? Object.values(value) : undefined;
}
