import type { Verdict } from "./api.ts";

/** One request of the live traffic, as a service answered it. */
export type Beat = { readonly status: number; readonly code: string };

/** The latest answers of each service, with those of now at the end. */
export type Beats = Readonly<Record<string, readonly Beat[]>>;

/** How many are shown. */
export const shownBeats = 32;

/** What was there, and what has come. */
export const beatsAfter = (beats: Beats, verdicts: readonly Verdict[]): Beats =>
  Object.fromEntries(
    verdicts.map(({ service, status, code }) => [
      service,
      [...(beats[service] ?? []), { status, code }].slice(-shownBeats),
    ]),
  );
