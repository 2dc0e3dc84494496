import { baseStyleOf } from "./baseStyle.ts";
import type { Colors } from "./palette.ts";

/** The stylesheet of the hosted pages, in these colors. */
export const hostedStyle = (colors: Colors): string => baseStyleOf(colors) + shell + forms + account;

const shell = `.middle {
  min-height: 100vh; min-height: 100dvh;
  display: flex; flex-direction: column; justify-content: center;
  width: 100%; max-width: 28rem; margin: 0 auto; padding: 1.5rem clamp(0.75rem, 4vw, 1.5rem);
}
.middle main { margin: 0; max-width: none; padding: clamp(1.25rem, 6vw, 2.25rem); }
.brand { display: flex; align-items: center; gap: 0.5rem; min-width: 0; font-weight: 650; letter-spacing: -0.01em; overflow-wrap: anywhere; }
.brand .icon { width: 1.625rem; height: 1.625rem; color: var(--accent); }
.brand img { display: block; max-width: 10rem; object-fit: contain; }
.middle .brand { justify-content: center; margin-bottom: 1.25rem; }
.lead { margin-top: 0.375rem; color: var(--faint); }
.address { color: var(--ink); font-weight: 550; overflow-wrap: anywhere; }
.hint { color: var(--faint); font-size: 0.875rem; overflow-wrap: anywhere; }
.other { margin-top: 1.25rem; padding-top: 1.25rem; border-top: 1px solid var(--line); font-size: 0.9375rem; text-align: center; }
.other a, .beside a { display: inline-block; padding: 0.25rem 0; }
form + .hint { margin-top: 1rem; }
.sign { margin-bottom: 1rem; }
.sign .icon { width: 2.75rem; height: 2.75rem; padding: 0.625rem; border-radius: 50%; background: var(--tint); color: var(--accent); box-sizing: border-box; stroke-width: 2; }
.lead + .hint { margin-top: 0.875rem; }
.hints { margin: 1rem 0 0; padding-left: 1.125rem; color: var(--faint); font-size: 0.9375rem; }
.countdown { margin-top: 1rem; font-size: 1.125rem; font-weight: 600; font-variant-numeric: tabular-nums; }
.actions { display: flex; flex-wrap: wrap; gap: 0.75rem; margin-top: 1.5rem; }
.actions:empty { display: none; }
.middle .actions .button { flex: 1 1 auto; }
.notice, .faults { margin: 0 0 1.25rem; padding: 0.75rem 0.875rem; border-radius: 10px; font-size: 0.9375rem; }
.notice { display: flex; gap: 0.5rem; background: var(--good-tint); color: var(--good); }
.notice .icon, .fault .icon, .faults p .icon { margin-top: 0.125em; vertical-align: 0; }
.faults { margin-top: 1.25rem; background: var(--bad-tint); color: var(--bad); }
.faults:focus-visible { border-radius: 10px; outline-color: var(--bad); }
.faults h2, .faults p { display: flex; gap: 0.5rem; font-size: 0.9375rem; }
.faults ul { margin: 0.25rem 0 0; padding-left: 1.75rem; }
.faults a { color: inherit; }
footer { padding: 1rem 0 0; }
.languages { display: flex; flex-wrap: wrap; justify-content: center; gap: 0.25rem; margin: 0; padding: 0; list-style: none; font-size: 0.875rem; }
.languages a { display: inline-flex; align-items: center; min-height: 2.75rem; padding: 0 0.75rem; color: var(--faint); text-decoration: none; }
.languages a:hover { text-decoration: underline; }
.languages [aria-current] { color: var(--ink); font-weight: 600; }
`;

const forms = `form { margin: 0; }
.lead + form, .faults + form, .facts + form { margin-top: 1.5rem; }
.faults + form { margin-top: 1.25rem; }
.control { margin-bottom: 1.125rem; }
label { font-weight: 550; font-size: 0.9375rem; }
.optional { color: var(--faint); font-weight: 400; }
.control > label { display: block; margin-bottom: 0.375rem; }
input:not([type="checkbox"]) {
  display: block; width: 100%; min-height: 2.875rem; padding: 0.5rem 0.75rem;
  border: 1px solid var(--edge); border-radius: 10px;
  background: var(--field); color: var(--ink); font: inherit;
}
input[hidden] { display: none; }
input:focus-visible { outline: 2px solid var(--accent); outline-offset: 1px; border-color: var(--accent); border-radius: 10px; }
input[aria-invalid="true"] { border-color: var(--bad); }
.control .hint { margin-top: 0.375rem; }
.fault { display: flex; gap: 0.375rem; margin-top: 0.375rem; color: var(--bad); font-size: 0.875rem; }
.secret { position: relative; }
.secret button { position: absolute; inset: 1px 1px 1px auto; min-height: 0; width: 2.875rem; padding: 0; border: 0; border-radius: 9px; background: none; color: var(--faint); }
.secret button:not(.on) path:last-child { display: none; }
.secret button:hover { background: none; color: var(--ink); }
.secret button + input, .secret:has(button) input { padding-right: 3rem; }
.beside { margin: -0.5rem 0 1rem; font-size: 0.9375rem; text-align: right; }
button, .button {
  display: inline-flex; align-items: center; justify-content: center; gap: 0.5rem;
  min-height: 2.875rem; padding: 0.5rem 1.125rem;
  border: 1px solid transparent; border-radius: 10px;
  background: var(--accent); color: var(--on-accent);
  font: inherit; font-weight: 600; line-height: 1.25; text-align: center; text-decoration: none; cursor: pointer;
}
button:hover, .button:hover { background: color-mix(in oklab, var(--accent) 88%, var(--ink)); }
.second { background: var(--card); border-color: var(--edge); color: var(--ink); }
.second:hover { background: var(--tint); }
.plain { padding: 0.5rem 0.75rem; background: none; color: var(--faint); font-weight: 550; font-size: 0.9375rem; }
.plain:hover { background: var(--tint); color: var(--ink); }
.bad:is(button) { background: var(--bad); color: var(--card); }
.bad:is(button):hover { background: color-mix(in oklab, var(--bad) 88%, var(--ink)); }
.small { min-height: 2.75rem; padding: 0.375rem 0.875rem; font-size: 0.9375rem; }
.middle form > button, .middle .second:is(button) { width: 100%; }
.middle .actions + form { margin-top: 0.75rem; }
.check { display: flex; align-items: flex-start; gap: 0.625rem; min-height: 2.75rem; margin-bottom: 0.75rem; padding: 0.625rem 0; font-weight: 400; }
.check input { flex: none; width: 1.5rem; height: 1.5rem; margin: 0; accent-color: var(--accent); }
`;

const account = `.wide { max-width: 62rem; margin: 0 auto; padding: clamp(0.75rem, 3vw, 2rem) clamp(0.75rem, 4vw, 2rem); }
.top { display: flex; align-items: center; justify-content: space-between; gap: 1rem; }
.columns { display: grid; grid-template-columns: 12rem minmax(0, 1fr); gap: 2rem; margin-top: 1.5rem; align-items: start; }
.columns main { margin: 0; max-width: none; padding: 0; }
.menu { display: grid; gap: 0.125rem; margin: 0; padding: 0; list-style: none; }
.menu a { display: flex; align-items: center; min-height: 2.75rem; padding: 0.25rem 0.875rem; border-radius: 10px; color: var(--faint); font-size: 0.9375rem; font-weight: 550; text-decoration: none; }
.menu a:hover { color: var(--ink); background: var(--tint); }
.menu [aria-current] { background: var(--tint); color: var(--accent); }
.columns .card { box-shadow: none; }
.columns h1 + .card { margin-top: 1.25rem; }
.columns .card + .card, .columns .rows + form { margin-top: 1.25rem; }
.facts { margin: 0; }
.facts div { padding: 0.625rem 0; }
.facts div:first-child { padding-top: 0; }
.facts div + div { border-top: 1px solid var(--line); }
.facts dt { color: var(--faint); font-size: 0.875rem; }
.facts dd { margin: 0; font-weight: 550; overflow-wrap: anywhere; }
.card > h2 + form { margin-top: 1rem; }
.tag { display: inline-block; padding: 0 0.5rem; border-radius: 999px; background: var(--tint); color: var(--faint); font-size: 0.8125rem; font-weight: 550; line-height: 1.5rem; vertical-align: 0.0625rem; }
.tag.good { background: var(--good-tint); color: var(--good); }
.tag.bad { background: var(--bad-tint); color: var(--bad); }
.rows { margin: 0; padding: 0; list-style: none; }
.rows li { display: flex; align-items: center; gap: 1rem; padding: 1rem clamp(1rem, 4vw, 1.25rem); }
.rows li + li { border-top: 1px solid var(--line); }
.rows h2 { font-size: 1rem; }
.rows .what { flex: 1 1 auto; min-width: 0; }
.glyph { color: var(--faint); }
.glyph .icon { width: 1.75rem; height: 1.75rem; }
.danger { border-color: color-mix(in oklab, var(--bad) 45%, var(--line)); }
.danger .note { margin-bottom: 0.75rem; }
.rows + .hint { margin-top: 1rem; }
@media (max-width: 46rem) {
  .columns { grid-template-columns: minmax(0, 1fr); gap: 1.25rem; margin-top: 1rem; }
  .menu { display: flex; flex-wrap: wrap; gap: 0.25rem; }
  .menu a { padding: 0.25rem 0.75rem; }
}
@media (max-width: 30rem) {
  .rows li { flex-wrap: wrap; }
  .rows .what { flex-basis: calc(100% - 3rem); }
  .rows form { flex-basis: 100%; }
  .rows form button { width: 100%; }
}
`;
