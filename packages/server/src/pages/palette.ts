/** A color on light and on dark, each as `#rrggbb`. */
export type Color = { readonly light: string; readonly dark: string };

/** The colors of all pages. `onAccent` stands on `accent`, which is that of buttons and links. */
export const palette = {
  paper: { light: "#f4f5f8", dark: "#111317" },
  card: { light: "#ffffff", dark: "#1a1d23" },
  ink: { light: "#171a21", dark: "#eceef2" },
  faint: { light: "#575e6c", dark: "#a3abb9" },
  line: { light: "#dde1e8", dark: "#30353f" },
  accent: { light: "#2450d3", dark: "#93b2ff" },
  onAccent: { light: "#ffffff", dark: "#0d1430" },
  tint: { light: "#eaf0fe", dark: "#222c47" },
  field: { light: "#ffffff", dark: "#13161b" },
  edge: { light: "#858d9b", dark: "#6d7687" },
  good: { light: "#11663a", dark: "#7fd6a4" },
  goodTint: { light: "#e5f5ec", dark: "#16301f" },
  bad: { light: "#b3261e", dark: "#ffb4ab" },
  badTint: { light: "#fdecea", dark: "#3a1a18" },
} as const satisfies Readonly<Record<string, Color>>;

/** The name of a color. */
export type ColorName = keyof typeof palette;

/** Every color, as a page uses it. */
export type Colors = Readonly<Record<ColorName, Color>>;

/** The rule that gives pages their colors, as custom properties: `--on-accent` is `onAccent`. */
export const colorRule = (colors: Colors): string =>
  `:root { color-scheme: light dark; ${Object.entries(colors)
    .map(([name, { light, dark }]) => `${propertyOf(name)}: light-dark(${light}, ${dark});`)
    .join(" ")} }\n`;

const propertyOf = (name: string): string => `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
