/** What all pages have in common: the reader's light or dark, system fonts, from 320 px up. */
export const baseStyle = `:root {
  color-scheme: light dark;
  --paper: light-dark(#f6f7f9, #14161a);
  --card: light-dark(#ffffff, #1d2026);
  --ink: light-dark(#1a1d23, #eceef2);
  --faint: light-dark(#5b6270, #a3abb9);
  --line: light-dark(#dfe3e9, #31363f);
  --accent: light-dark(#1f4fd8, #8fb0ff);
  --tint: light-dark(#e9eefc, #24304d);
}
* { box-sizing: border-box; }
body {
  margin: 0;
  background: var(--paper);
  color: var(--ink);
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif;
}
main { max-width: 46rem; margin: 0 auto; padding: clamp(1rem, 4vw, 3rem) clamp(0.75rem, 4vw, 1.5rem); }
h1 { margin: 0; font-size: 1.375rem; line-height: 1.3; font-weight: 650; overflow-wrap: anywhere; text-wrap: balance; }
a { color: var(--accent); }
a:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 6px; }
.quiet { text-decoration: none; font-size: 0.9375rem; }
.quiet:hover { text-decoration: underline; }
.note { margin: 0.25rem 0 1.25rem; color: var(--faint); font-size: 0.9375rem; }
.card { padding: clamp(1rem, 4vw, 1.75rem); background: var(--card); border: 1px solid var(--line); border-radius: 12px; }
.icon { width: 1.25em; height: 1.25em; vertical-align: -0.25em; }
code, pre { font: 0.875em/1.5 ui-monospace, "Cascadia Code", Menlo, Consolas, monospace; }
code { padding: 0.0625rem 0.25rem; border-radius: 4px; background: var(--tint); overflow-wrap: anywhere; }
pre { margin: 1rem 0 0; padding: 0.875rem 1rem; border-radius: 8px; background: var(--tint); white-space: pre-wrap; overflow-wrap: anywhere; }
`;
