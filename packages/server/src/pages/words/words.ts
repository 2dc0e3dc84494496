import { activityEnglish, activityGerman } from "./activity.ts";
import { english } from "./english.ts";
import { german } from "./german.ts";
import { type Language, languages } from "./spans.ts";
import type { Widened } from "./widened.ts";

/** All that the pages say, in one language. A language that lacks a member does not compile. */
export type Words = Widened<typeof english> & {
  readonly tag: Language;
  /** What happened to an account, by the type of its event. */
  readonly events: Readonly<Record<keyof typeof activityEnglish, string>>;
};

/** The words of each language. */
export const wordsOf: Readonly<Record<Language, Words>> = {
  en: { ...english, tag: "en", events: activityEnglish },
  de: { ...german, tag: "de", events: activityGerman },
};

/** Whether a text names a language of the pages. */
export const isLanguage = (text: string | undefined): text is Language =>
  text !== undefined && Object.hasOwn(languages, text);
