/** How far apart two samples are: the standard score of the Mann-Whitney U test (about 0 for one distribution), and their medians. */
export function differenceOf(
  one: readonly number[],
  other: readonly number[],
): { readonly z: number; readonly medians: readonly [number, number] } {
  const all = [...one.map((value) => ({ value, isOne: true })), ...other.map((value) => ({ value, isOne: false }))];
  const sorted = all.toSorted((a, b) => a.value - b.value);
  let rankSum = 0;
  for (let start = 0; start < sorted.length; ) {
    let end = start;
    while (end < sorted.length && sorted[end]?.value === sorted[start]?.value) end += 1;
    // Equal values share the mean of their ranks.
    const rank = (start + 1 + end) / 2;
    rankSum += rank * sorted.slice(start, end).filter(({ isOne }) => isOne).length;
    start = end;
  }
  const [m, n] = [one.length, other.length];
  const u = rankSum - (m * (m + 1)) / 2;
  const z = (u - (m * n) / 2) / Math.sqrt((m * n * (m + n + 1)) / 12);
  return { z, medians: [medianOf(one), medianOf(other)] };
}

function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
