/** The nearest of `known` to a misspelt word, or undefined when none is close enough to be meant (edit distance over a third). */
export function didYouMean(word: string, known: readonly string[]): string | undefined {
  const ranked = known
    .map((candidate) => ({ candidate, distance: editDistance(word.toLowerCase(), candidate.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance);
  const [nearest] = ranked;
  return nearest && nearest.distance <= Math.max(2, Math.ceil(nearest.candidate.length / 3))
    ? nearest.candidate
    : undefined;
}

/** ` Did you mean "x"?` or nothing, to end an error message with. */
export const suggestion = (word: string, known: readonly string[]): string => {
  const nearest = didYouMean(word, known);
  return nearest === undefined ? "" : ` Did you mean "${nearest}"?`;
};

/** Levenshtein distance, one row at a time; words here are option names, cut to 64 characters. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [i, letter] of [...a.slice(0, 64)].entries()) {
    const next = [i + 1];
    for (const [j, other] of [...b].entries()) {
      next.push(Math.min((next[j] ?? 0) + 1, (row[j + 1] ?? 0) + 1, (row[j] ?? 0) + (letter === other ? 0 : 1)));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
