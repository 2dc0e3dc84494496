import { randomInt } from "node:crypto";

/** The same things in an order that is drawn anew, each as likely as any other. */
export function shuffled<T>(list: readonly T[]): T[] {
  const rest = [...list];
  return list.map(() => rest.splice(randomInt(rest.length), 1)[0] as T);
}
