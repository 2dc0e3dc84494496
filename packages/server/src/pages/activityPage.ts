import { html } from "hono/html";
import { accountPage, type Frame } from "./frame.ts";
import type { Markup } from "./htmlDocument.ts";
import { time } from "./sessionsPage.ts";
import type { DeviceNames } from "./words/english.ts";
import { instantIn } from "./words/spans.ts";

/** Something that happened to an account; `at` in milliseconds since the epoch. */
export type ActivityView = {
  readonly id: string;
  readonly at: number;
  readonly type: string;
  readonly outcome: "done" | "refused" | "failed";
  readonly device: DeviceNames | undefined;
  readonly address: string | undefined;
};

/** The audit trail of an account. `older`: the id behind which there is more; `isLatest`: whether this is where it begins. */
export const activityPage = (
  frame: Frame,
  view: { readonly records: readonly ActivityView[]; readonly older: string | undefined; readonly isLatest: boolean },
): string => {
  const { words, base } = frame;
  const path = `${base}/account/activity`;
  return accountPage(
    frame,
    "activity",
    html`<h1>${words.activity.title}</h1>
<p class="note">${words.activity.lead}</p>
${
  view.records.length === 0
    ? html`<p class="card">${words.activity.none}</p>`
    : html`<ol class="card rows">${view.records.map((record) => row(frame, record))}</ol>`
}
<p class="actions">${view.isLatest ? "" : html`<a class="button second" href="${path}">${words.activity.latest}</a> `}${
      view.older === undefined
        ? ""
        : html`<a class="button second" href="${path}?before=${encodeURIComponent(view.older)}">${words.activity.older}</a>`
    }</p>`,
  );
};

const row = (frame: Frame, { at, type, outcome, device, address }: ActivityView): Markup => {
  const { words } = frame;
  const events: Readonly<Record<string, string>> = words.events;
  const name = Object.hasOwn(events, type) ? events[type] : type.replaceAll("_", " ");
  const from = [device && words.sessions.device(device), address].filter((one) => one !== undefined).join(", ");
  return html`
<li>
<div class="what">
<h2>${name}${outcome === "done" ? "" : html` <span class="tag bad">${words.activity[outcome]}</span>`}</h2>
<p class="hint">${time(at, frame, instantIn(at, words.tag))}${from === "" ? "" : ` · ${from}`}</p>
</div>
</li>`;
};
