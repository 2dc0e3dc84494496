/** Colours, type and the forms that everything has in common. */
export const palette = `:root {
  color-scheme: light dark;
  --paper: light-dark(#f5f6f8, #101216);
  --card: light-dark(#ffffff, #191c22);
  --well: light-dark(#f4f5f8, #12151a);
  --ink: light-dark(#171a20, #eef0f4);
  --faint: light-dark(#586070, #a5adbb);
  --line: light-dark(#e1e4ea, #2c313a);
  --edge: light-dark(#868f9f, #6d7686);
  --accent: light-dark(#1f4fd8, #8fb0ff);
  --accentInk: light-dark(#ffffff, #0c1530);
  --tint: light-dark(#e9eefc, #222d48);
  --header: light-dark(#b3261e, #ff9d94);
  --headerTint: light-dark(#fdf0ee, #2c1c1d);
  --payload: light-dark(#6a35c9, #c6aaff);
  --payloadTint: light-dark(#f5f0fd, #241d33);
  --signature: light-dark(#0b6b7f, #6fd6ea);
  --signatureTint: light-dark(#ebf6f8, #14282d);
  --ok: light-dark(#12703a, #74d99b);
  --okTint: light-dark(#e6f6ec, #14291d);
  --bad: light-dark(#b3261e, #ff9d94);
  --badTint: light-dark(#fdecea, #2e1a1a);
  --wait: light-dark(#85520a, #f3c069);
  --waitTint: light-dark(#fcf2df, #2c2314);
  --shadow: 0 1px 2px rgb(16 24 40 / 0.05), 0 8px 24px -16px rgb(16 24 40 / 0.18);
  --mono: ui-monospace, "Cascadia Code", "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace;
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; scroll-padding: 1rem; }
body {
  margin: 0;
  background: var(--paper);
  color: var(--ink);
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif;
  -webkit-font-smoothing: antialiased;
}
h1, h2, h3, p, ol, ul, dl, dd { margin: 0; padding: 0; }
ol, ul { list-style: none; }
h1 { font-size: clamp(1.875rem, 1.3rem + 2.4vw, 2.75rem); line-height: 1.12; font-weight: 680; letter-spacing: -0.025em; text-wrap: balance; }
h2 { font-size: 1.125rem; line-height: 1.35; font-weight: 650; letter-spacing: -0.008em; }
h3 { font-size: 0.9375rem; line-height: 1.4; font-weight: 650; }
a { color: var(--accent); }
code { font: 0.875em var(--mono); overflow-wrap: anywhere; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 6px; }
.icon { flex: none; width: 1.25em; height: 1.25em; fill: none; stroke: currentColor; stroke-width: 1.75; stroke-linecap: round; stroke-linejoin: round; }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.plain { max-width: 42rem; margin: 0 auto; padding: 4rem 1.25rem; }
.plain p { margin-top: 1rem; color: var(--faint); font-size: 1.125rem; }

.top { display: flex; flex-wrap: wrap; align-items: center; gap: 0.25rem 1.5rem; max-width: 82rem; margin: 0 auto; padding: 0.875rem clamp(0.875rem, 3vw, 2rem); }
.brand { display: inline-flex; align-items: center; gap: 0.5rem; min-height: 2.75rem; color: inherit; font-weight: 700; font-size: 1.0625rem; letter-spacing: -0.01em; text-decoration: none; }
.mark { width: 1.625rem; height: 1.625rem; fill: none; stroke: var(--accent); stroke-width: 2.25; stroke-linecap: round; }
.mark .leaf { fill: var(--tint); }
.mark .other { fill: var(--accent); }
.tabs { display: flex; gap: 0.25rem; padding: 0.25rem; border-radius: 999px; background: light-dark(#e8ebf0, #1d2129); }
.tabs button { min-height: 2.25rem; padding: 0 1rem; border: 0; border-radius: 999px; background: none; color: var(--faint); font: inherit; font-size: 0.9375rem; font-weight: 550; cursor: pointer; }
.tabs button[aria-current] { background: var(--card); color: var(--ink); box-shadow: 0 1px 2px rgb(16 24 40 / 0.12); }
.links { display: flex; gap: 0.25rem; margin-left: auto; }
.links a { display: inline-flex; align-items: center; min-height: 2.75rem; padding: 0 0.5rem; color: var(--faint); font-size: 0.9375rem; text-decoration: none; }
.links a:hover { color: var(--ink); text-decoration: underline; }
@media (max-width: 28rem) { .links { flex-basis: 100%; margin-left: -0.5rem; } }
main { max-width: 82rem; margin: 0 auto; padding: 0 clamp(0.875rem, 3vw, 2rem) 4rem; }
main.plain { max-width: 42rem; padding-top: 4rem; }
.hero { padding: clamp(1.25rem, 4vw, 2.75rem) 0 clamp(1.25rem, 3vw, 2rem); }
.hero p { max-width: 44rem; margin-top: 0.75rem; color: var(--faint); font-size: clamp(1rem, 0.95rem + 0.3vw, 1.1875rem); text-wrap: pretty; }
.card { min-width: 0; padding: clamp(1rem, 2.2vw, 1.5rem); background: var(--card); border: 1px solid var(--line); border-radius: 16px; box-shadow: var(--shadow); }
.cardHead { display: flex; flex-wrap: wrap; align-items: center; justify-content: space-between; gap: 0.375rem 0.75rem; min-height: 2rem; margin-bottom: 0.625rem; }
.cardHead h2 { display: flex; align-items: center; gap: 0.625rem; }
.step { display: inline-grid; place-items: center; width: 1.625rem; height: 1.625rem; border-radius: 50%; background: var(--tint); color: var(--accent); font-size: 0.875rem; font-weight: 700; }
.lead, .hint { color: var(--faint); font-size: 0.9375rem; text-wrap: pretty; }
.empty { padding: 0.25rem 0; }
.columns { display: grid; gap: 1.25rem; margin-top: 1.25rem; }
.column { display: grid; align-content: start; gap: 1.25rem; min-width: 0; }
@media (min-width: 68rem) {
  .columns { grid-template-columns: minmax(0, 1fr) minmax(0, 1.12fr); }
}
/* It stays in view only where all of it has room. */
@media (min-width: 68rem) and (min-height: 64rem) { .services { position: sticky; top: 1rem; align-self: start; } }
.fault { margin-top: 0.75rem; padding: 0.625rem 0.875rem; border-radius: 10px; background: var(--badTint); color: var(--bad); font-size: 0.9375rem; }
`;
