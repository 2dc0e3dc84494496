import type { CorpusFile } from "./corpus.ts";

/** What a library made of a case. `crashed`: it refused with an error that is not one of its own. */
export type Verdict =
  | { readonly verdict: "accepted" | "refused" | "crashed" }
  | { readonly verdict: "excused"; readonly why: string };

/** The verdicts on one case, in the order of the libraries. */
export type MeasuredCase = CorpusFile["cases"][number] & { readonly verdicts: readonly Verdict[] };

/** A file of the corpus with the verdicts. */
export type MeasuredFile = Omit<CorpusFile, "cases"> & { readonly cases: readonly MeasuredCase[] };
