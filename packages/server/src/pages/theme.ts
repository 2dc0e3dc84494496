import { contrast, readableOn } from "./contrast.ts";
import { type Color, type ColorName, type Colors, palette } from "./palette.ts";
import type { Language } from "./words/spans.ts";

/** How the hosted pages look, and in whose name they speak. */
export type Theme = {
  readonly name: string;
  /** A `data:` URL of an image, or a path of the issuer's origin. */
  readonly logo: string | undefined;
  readonly colors: Colors;
  /** The application's own fields that pages ask for. */
  readonly fields: readonly OwnField[];
};

/** A field of the application's own, as a form asks for it. */
export type OwnField = {
  readonly name: string;
  readonly label: Readonly<Record<Language, string>>;
  readonly required: boolean;
};

/** Colors that an application may choose; the others follow. */
export const ownColors = ["accent", "paper", "card", "ink", "faint", "line"] as const satisfies readonly ColorName[];

/** What an application chose. */
export type ChosenColors = Readonly<Partial<Record<(typeof ownColors)[number], Color>>>;

/** All colors out of the chosen ones: text on the accent is black or white, and the tint is the ground of a card. */
export function themedColors(chosen: ChosenColors): Colors {
  const { accent } = chosen;
  const all = { ...palette, ...chosen };
  if (accent === undefined) return all;
  const onAccent = { light: readableOn(accent.light), dark: readableOn(accent.dark) };
  return { ...all, onAccent, tint: all.paper };
}

/** Pairs of colors that people must tell apart, with the least contrast (WCAG 2.2, 1.4.3). */
const readable: readonly (readonly [text: ColorName, ground: ColorName])[] = [
  ["ink", "paper"],
  ["ink", "card"],
  ["faint", "paper"],
  ["faint", "card"],
  ["accent", "paper"],
  ["accent", "card"],
  ["onAccent", "accent"],
];
const leastContrast = 4.5;

/** What cannot be read with these colors, if anything: the first pair whose contrast is too low. */
export function contrastFault(chosen: ChosenColors): string | undefined {
  const colors = themedColors(chosen);
  for (const scheme of ["light", "dark"] as const) {
    for (const [text, ground] of readable) {
      const ratio = contrast(colors[text][scheme], colors[ground][scheme]);
      if (ratio < leastContrast) {
        return `${text} on ${ground} (${scheme}) has a contrast of ${ratio.toFixed(1)}, and people need ${leastContrast} to read it. Take another one, or give { light, dark }.`;
      }
    }
  }
  return undefined;
}
