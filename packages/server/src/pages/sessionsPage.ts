import { html } from "hono/html";
import { accountPage, type Frame } from "./frame.ts";
import type { Markup } from "./htmlDocument.ts";
import { phone, screen, terminal } from "./icons.ts";
import type { DeviceNames } from "./words/english.ts";
import { agoIn, instantIn } from "./words/spans.ts";

/** A session as its owner sees it; instants in milliseconds since the epoch. */
export type DeviceView = {
  readonly id: string;
  readonly isCurrent: boolean;
  /** Undefined if nobody knows. */
  readonly device: DeviceNames | undefined;
  readonly address: string | undefined;
  readonly lastUsedAt: number;
  readonly createdAt: number;
};

/** Where an account is signed in, with what ends each session and all others. */
export const sessionsPage = (frame: Frame, { devices }: { readonly devices: readonly DeviceView[] }): string => {
  const { words, base } = frame;
  return accountPage(
    frame,
    "sessions",
    html`<h1>${words.sessions.title}</h1>
<p class="note">${words.sessions.lead}</p>
<ul class="card rows">${devices.map((device) => row(frame, device))}</ul>
${
  devices.length < 2
    ? html`<p class="hint">${words.sessions.only}</p>`
    : html`<form method="post" action="${base}/account/sessions/end-others"><button class="second">${words.sessions.endOthers}</button></form>`
}`,
  );
};

const row = (frame: Frame, view: DeviceView): Markup => {
  const { words, base, now } = frame;
  const name = view.device === undefined ? words.sessions.unknownDevice : words.sessions.device(view.device);
  return html`
<li>
<span class="glyph">${glyphOf(view.device)}</span>
<div class="what">
<h2>${name}${view.isCurrent ? html` <span class="tag good">${words.sessions.here}</span>` : ""}</h2>
<p class="hint">${words.sessions.lastUsed} ${time(view.lastUsedAt, frame, agoIn(now - view.lastUsedAt, words.tag))}${view.address === undefined ? "" : `, ${words.sessions.from} ${view.address}`}</p>
<p class="hint">${words.sessions.since} ${time(view.createdAt, frame, instantIn(view.createdAt, words.tag))}</p>
</div>
<form method="post" action="${base}/account/sessions/end">
<input type="hidden" name="id" value="${view.id}">
<button class="second small" aria-label="${words.sessions.endOf(name)}">${words.sessions.end}</button>
</form>
</li>`;
};

/** An instant as text, with the exact one for machines and on pointing at it. */
export const time = (ms: number, { words }: Frame, text: string): Markup =>
  html`<time datetime="${new Date(ms).toISOString()}" title="${instantIn(ms, words.tag)}">${text}</time>`;

function glyphOf({ system }: Partial<DeviceNames> = {}): Markup {
  if (system === undefined) return terminal;
  return /\b(?:iOS|Android|iPhone|iPad)\b/i.test(system) ? phone : screen;
}
