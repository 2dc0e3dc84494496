/**
 * Freezes a JSON-like value and everything in it, and returns it. Other objects (dates, maps, class instances) that a
 * claims schema may have put there are left alone, as is what is frozen already.
 */
export function deepFreeze<T>(value: T): T {
  if (typeof value !== "object" || value === null || Object.isFrozen(value)) return value;
  if (Array.isArray(value)) freezeAll(Object.freeze(value));
  else if (isPlain(value)) freezeAll(Object.values(Object.freeze(value)));
  return value;
}

const freezeAll = (children: readonly unknown[]): void => {
  for (let at = 0; at < children.length; at++) deepFreeze(children[at]);
};

const isPlain = (value: object): boolean => {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
};
