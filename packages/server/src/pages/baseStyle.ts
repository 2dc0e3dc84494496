import { type Colors, colorRule, palette } from "./palette.ts";

/** What all pages have in common: the reader's light or dark, system fonts, from 320 px up. */
export const baseStyleOf = (colors: Colors): string => colorRule(colors) + rules();

/** The same in the colors of the house. */
export const baseStyle: string = baseStyleOf(palette);

function rules(): string {
  return `* { box-sizing: border-box; }
body {
  margin: 0;
  background: var(--paper);
  color: var(--ink);
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif;
  -webkit-text-size-adjust: 100%;
}
main { max-width: 46rem; margin: 0 auto; padding: clamp(1rem, 4vw, 3rem) clamp(0.75rem, 4vw, 1.5rem); }
h1 { margin: 0; font-size: 1.5rem; line-height: 1.25; font-weight: 650; letter-spacing: -0.01em; overflow-wrap: anywhere; text-wrap: balance; }
h2 { margin: 0; font-size: 1.0625rem; line-height: 1.35; font-weight: 650; overflow-wrap: anywhere; }
p { margin: 0; }
a { color: var(--accent); text-underline-offset: 0.2em; text-decoration-thickness: 1px; }
a:hover { text-decoration-thickness: 2px; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 6px; }
.quiet { text-decoration: none; font-size: 0.9375rem; }
.quiet:hover { text-decoration: underline; }
.note { margin: 0.25rem 0 1.25rem; color: var(--faint); font-size: 0.9375rem; }
.card {
  padding: clamp(1.25rem, 5vw, 2rem);
  background: var(--card);
  border: 1px solid var(--line);
  border-radius: 16px;
  box-shadow: 0 1px 2px rgb(0 0 0 / 0.04), 0 8px 28px rgb(0 0 0 / 0.05);
}
.icon { width: 1.25em; height: 1.25em; vertical-align: -0.25em; flex: none; }
code, pre { font: 0.875em/1.5 ui-monospace, "Cascadia Code", Menlo, Consolas, monospace; }
code { padding: 0.0625rem 0.25rem; border-radius: 4px; background: var(--tint); overflow-wrap: anywhere; }
pre { margin: 1rem 0 0; padding: 0.875rem 1rem; border-radius: 8px; background: var(--tint); white-space: pre-wrap; overflow-wrap: anywhere; }
`;
}
