import { baseStyle } from "./baseStyle.ts";

/** The stylesheet of the development inbox. */
export const inboxStyle = `${baseStyle}.head { display: flex; align-items: baseline; justify-content: space-between; gap: 1rem; }
.head .icon { margin-right: 0.25rem; color: var(--accent); }
.mails { margin: 0; padding: 0; list-style: none; overflow: hidden; }
.mails li + li { border-top: 1px solid var(--line); }
.mails a {
  display: grid;
  grid-template-columns: minmax(0, 1fr) auto;
  gap: 0.125rem 1rem;
  padding: 0.875rem 1.125rem;
  color: inherit;
  text-decoration: none;
}
.mails a:hover { background: var(--tint); }
.mails a:focus-visible { outline-offset: -2px; border-radius: 12px; }
.subject { font-weight: 600; overflow-wrap: anywhere; }
.to { grid-row: 2; color: var(--faint); font-size: 0.9375rem; overflow-wrap: anywhere; }
.meta { grid-column: 2; grid-row: 1 / 3; display: grid; justify-items: end; align-content: space-between; gap: 0.25rem; }
.meta time { color: var(--faint); font-size: 0.875rem; white-space: nowrap; }
.kind {
  padding: 0.0625rem 0.5rem;
  border-radius: 999px;
  background: var(--tint);
  color: var(--accent);
  font-size: 0.8125rem;
  white-space: nowrap;
}
.mail dl { margin: 0.75rem 0 0; font-size: 0.9375rem; }
.mail dl div { display: flex; gap: 0.75rem; padding: 0.125rem 0; }
.mail dt { flex: 0 0 3rem; color: var(--faint); }
.mail dd { margin: 0; overflow-wrap: anywhere; min-width: 0; }
.text {
  margin-top: 1.25rem;
  padding-top: 1.25rem;
  border-top: 1px solid var(--line);
  white-space: pre-wrap;
  overflow-wrap: anywhere;
}
.empty { padding: 3rem 1rem; text-align: center; }
.empty .icon { width: 2.5rem; height: 2.5rem; color: var(--faint); }
.empty p { margin: 0.5rem 0 0; font-weight: 600; }
.empty .note { margin: 0; font-weight: 400; }
@media (max-width: 30rem) {
  .mails a { grid-template-columns: minmax(0, 1fr); }
  .meta { grid-column: 1; grid-row: auto; display: flex; justify-content: space-between; align-items: center; margin-top: 0.375rem; }
}
`;
