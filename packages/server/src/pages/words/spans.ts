/** Languages that the pages speak, as BCP 47 tags, with their own names. */
export const languages = { en: "English", de: "Deutsch" } as const;

/** One of them. */
export type Language = keyof typeof languages;

/** So many seconds in words of a language, in minutes from two minutes on: `40 seconds`, `3 minutes`. */
export function countdown(seconds: number, language: Language): string {
  const [unit, count] = seconds < 120 ? (["second", seconds] as const) : (["minute", Math.ceil(seconds / 60)] as const);
  return new Intl.NumberFormat(language, { style: "unit", unit, unitDisplay: "long" }).format(count);
}

/** An instant as people of a language read it, in UTC, which is said. `ms`: milliseconds since the epoch. */
export const instantIn = (ms: number, language: Language): string =>
  new Intl.DateTimeFormat(locales[language], { dateStyle: "medium", timeStyle: "short", timeZone: "UTC" }).format(ms) +
  " UTC";

/** A day, in the same way. */
export const dayIn = (ms: number, language: Language): string =>
  new Intl.DateTimeFormat(locales[language], { dateStyle: "long", timeZone: "UTC" }).format(ms);

/** How long ago something was, in the largest unit that fits: `5 minutes ago`, `now`. */
export function agoIn(ms: number, language: Language): string {
  const relative = new Intl.RelativeTimeFormat(locales[language], { numeric: "auto" });
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < 60) return relative.format(0, "second");
  if (seconds < 3600) return relative.format(-Math.floor(seconds / 60), "minute");
  if (seconds < 86_400) return relative.format(-Math.floor(seconds / 3600), "hour");
  return relative.format(-Math.floor(seconds / 86_400), "day");
}

/** English as most of the world writes dates: the day before the month. */
const locales: Readonly<Record<Language, string>> = { en: "en-GB", de: "de-DE" };
