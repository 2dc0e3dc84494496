/** What can be pressed, chosen and typed in. */
export const controls = `.switches { display: grid; gap: 1.25rem; }
@media (min-width: 60rem) { .switches { grid-template-columns: minmax(0, 1fr) minmax(0, 1fr) minmax(0, 1.35fr); gap: 2rem; } }
.choice { min-width: 0; margin: 0; padding: 0; border: 0; }
.choice legend { margin-bottom: 0.5rem; padding: 0; font-size: 0.9375rem; font-weight: 650; }
.segments { display: flex; padding: 3px; border-radius: 11px; background: var(--well); border: 1px solid var(--line); }
.segment { position: relative; flex: 1 1 auto; display: grid; }
.segment input { position: absolute; inset: 0; width: 100%; height: 100%; margin: 0; opacity: 0; cursor: pointer; }
.segment span { display: grid; place-items: center; min-height: 2.5rem; padding: 0 0.5rem; border-radius: 8px; color: var(--faint); font-size: 0.875rem; font-weight: 550; white-space: nowrap; transition: background 0.15s, color 0.15s; }
.segment:hover span { color: var(--ink); }
.segment input:checked + span { background: var(--card); color: var(--accent); font-weight: 650; box-shadow: 0 0 0 1px var(--line), 0 1px 3px rgb(16 24 40 / 0.14); }
.segment input:focus-visible + span { outline: 2px solid var(--accent); outline-offset: 1px; }
.choice .hint { margin-top: 0.625rem; }
@media (max-width: 28rem) {
  .segments { display: grid; grid-template-columns: 1fr 1fr; }
  .segments:has(> :nth-child(3):last-child) { grid-template-columns: 1fr 1fr 1fr; }
  .segment span { padding: 0 0.125rem; font-size: 0.75rem; min-height: 2.75rem; }
}
.button { display: inline-flex; align-items: center; justify-content: center; gap: 0.5rem; min-height: 2.75rem; padding: 0 1rem; border: 1px solid var(--edge); border-radius: 11px; background: var(--card); color: var(--ink); font: inherit; font-size: 0.9375rem; font-weight: 580; cursor: pointer; transition: background 0.15s, border-color 0.15s; }
.button .icon { color: var(--faint); }
.button:hover:not(:disabled) { background: var(--well); border-color: var(--ink); }
.button:active:not(:disabled) { transform: translateY(1px); }
.button.main { border-color: var(--accent); background: var(--accent); color: var(--accentInk); }
.button.main .icon { color: inherit; }
.button.main:hover:not(:disabled) { background: color-mix(in srgb, var(--accent) 86%, var(--ink)); border-color: transparent; }
.button.quiet { min-height: 2.25rem; padding: 0 0.75rem; border-color: transparent; background: var(--tint); color: var(--accent); }
.button.quiet .icon { color: inherit; }
.button:disabled { border-color: var(--line); background: var(--well); color: var(--faint); cursor: not-allowed; opacity: 0.72; }
.button[aria-busy="true"] { cursor: progress; }
.button[aria-busy="true"] .icon { animation: breathe 0.9s ease-in-out infinite alternate; }
@keyframes breathe { to { opacity: 0.25; } }
.actions { display: flex; flex-wrap: wrap; gap: 0.5rem; margin-top: 0.875rem; }
@media (max-width: 28rem) { .actions .button { flex: 1 1 100%; justify-content: flex-start; } .button.main[type="submit"] { width: 100%; } }
.sub { margin-top: 1.25rem; padding-top: 1.125rem; border-top: 1px solid var(--line); }
.sub .lead { margin-top: 0.25rem; }
.fields { display: grid; gap: 0.875rem; margin: 1rem 0; }
@media (min-width: 34rem) { .fields { grid-template-columns: 1fr 1fr; } }
.field { display: grid; gap: 0.375rem; min-width: 0; font-size: 0.875rem; font-weight: 600; }
.field input { width: 100%; min-height: 2.75rem; padding: 0 0.75rem; border: 1px solid var(--edge); border-radius: 10px; background: var(--well); color: var(--ink); font: inherit; font-size: 1rem; font-weight: 400; }
.person { display: flex; flex-wrap: wrap; align-items: center; gap: 0.875rem; }
.avatar { flex: none; display: grid; place-items: center; width: 2.75rem; height: 2.75rem; border-radius: 50%; background: var(--tint); color: var(--accent); font-weight: 700; }
.who { flex: 1 1 12rem; display: grid; min-width: 0; font-size: 0.9375rem; overflow-wrap: anywhere; }
.who span { color: var(--faint); }
.keys { display: grid; gap: 0.375rem; margin-top: 0.625rem; font-size: 0.875rem; }
.key { display: flex; flex-wrap: wrap; align-items: center; gap: 0.375rem 0.5rem; }
.key .icon { color: var(--faint); }
.tag { padding: 0.0625rem 0.5rem; border-radius: 999px; background: var(--well); color: var(--faint); font-size: 0.8125rem; border: 1px solid var(--line); }
.tag.signing { background: var(--okTint); color: var(--ok); border-color: transparent; }
.tag.revoked { background: var(--badTint); color: var(--bad); border-color: transparent; }
.more { margin-top: 0.75rem; font-size: 0.875rem; }
.more summary { min-height: 2rem; padding: 0.25rem 0; color: var(--accent); font-weight: 580; cursor: pointer; }
`;
