import { html, raw } from "hono/html";
import type { Markup } from "./htmlDocument.ts";

/** Drawn here, since nothing is loaded; they say nothing that the words beside them do not. */
const icon = (paths: string): Markup =>
  html`<svg class="icon" viewBox="0 0 24 24" width="24" height="24" fill="none" stroke="currentColor" stroke-width="1.75" stroke-linejoin="round" stroke-linecap="round" aria-hidden="true">${raw(paths)}</svg>`;

/** A mail. */
export const envelope: Markup = icon('<rect x="3" y="5" width="18" height="14" rx="2.5"/><path d="m4 7.5 8 6 8-6"/>');

/** Back. */
export const arrow: Markup = icon('<path d="M19 12H5m6-6-6 6 6 6"/>');

/** The mark beside a name without a logo. */
export const shield: Markup = icon(
  '<path d="M12 3 5 5.5v5.6c0 4.6 2.9 7.9 7 9.9 4.1-2 7-5.3 7-9.9V5.5z"/><path d="m9 12 2.2 2.2L15.2 10"/>',
);

/** Done. */
export const tick: Markup = icon('<circle cx="12" cy="12" r="9"/><path d="m8.5 12.2 2.4 2.4 4.8-5"/>');

/** Something to look at. */
export const warning: Markup = icon('<circle cx="12" cy="12" r="9"/><path d="M12 7.5v5.5m0 3.2v.1"/>');

/** Waiting. */
export const clock: Markup = icon('<circle cx="12" cy="12" r="9"/><path d="M12 7v5.2l3.2 1.9"/>');

/** A link that is broken. */
export const brokenLink: Markup = icon(
  '<path d="M9 15 7.2 16.8a3.5 3.5 0 0 1-5-5L5 9m10 0 1.8-1.8a3.5 3.5 0 0 1 5 5L19 15M8 3v2.5M3 8h2.5M16 21v-2.5M21 16h-2.5"/>',
);

/** A device at a desk. */
export const screen: Markup = icon(
  '<rect x="3" y="4.5" width="18" height="12" rx="2"/><path d="M8.5 20h7M12 16.5V20"/>',
);

/** A device in a hand. */
export const phone: Markup = icon('<rect x="7" y="2.5" width="10" height="19" rx="2.5"/><path d="M11 18.2h2"/>');

/** A program. */
export const terminal: Markup = icon(
  '<rect x="3" y="4.5" width="18" height="15" rx="2"/><path d="m7 9.5 2.8 2.5L7 14.5m5.5 0H17"/>',
);

/** The door out. */
export const leave: Markup = icon(
  '<path d="M14 4H6.5A1.5 1.5 0 0 0 5 5.5v13A1.5 1.5 0 0 0 6.5 20H14m-4-8h11m-3.5-3.5L21 12l-3.5 3.5"/>',
);
