/** The inspector, and what holds for everything at the end. */
export const inspector = `.inspector { display: grid; gap: 1.25rem; align-items: start; }
@media (min-width: 68rem) { .inspector { grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); } .inspector .paste { grid-row: span 3; } }
.paste form { display: grid; gap: 0.875rem; justify-items: start; margin-top: 1rem; }
.paste .editor { width: 100%; }
.paste .editor textarea { min-height: 7rem; }
.result { margin-top: 1.25rem; padding-top: 0.5rem; border-top: 1px solid var(--line); }
.result .plainly { min-height: 0; }
.result .hint { margin: 0.375rem 0 0.875rem; }
.warningList { display: grid; gap: 0.75rem; }
.warningList li { display: grid; padding-left: 0.875rem; border-left: 3px solid var(--wait); font-size: 0.9375rem; }
.warningList strong { overflow-wrap: anywhere; }
.warningList span { color: var(--faint); overflow-wrap: anywhere; }
@media (prefers-reduced-motion: reduce) { *, ::before, ::after { animation: none !important; transition: none !important; } }
@media (forced-colors: active) { .strip i, .stop { forced-color-adjust: none; } .editor textarea { -webkit-text-fill-color: currentColor; } .editor .paint { display: none; } }
`;
