/** A random wait before the next try: up to `firstMs` after one failure, doubling to `longestMs`; spread out so that a fleet does not return at once. */
export function backoffMs(
  failures: number,
  { firstMs, longestMs, random }: { firstMs: number; longestMs: number; random: () => number },
): number {
  return random() * Math.min(longestMs, firstMs * 2 ** Math.min(Math.max(failures - 1, 0), 30));
}
