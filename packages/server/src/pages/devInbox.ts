import { html } from "hono/html";
import type { Mail } from "../mail/mail.ts";
import type { MailKind } from "../mail/message.ts";
import { htmlDocument, type Markup } from "./htmlDocument.ts";
import { arrow, envelope } from "./icons.ts";

/** Where the inbox is: the path of its list, below which its mails and its stylesheet are. */
type Place = { readonly path: string };

/** The mails, the latest first. `now` is in milliseconds since the epoch. */
export const inboxPage = ({
  path,
  mails,
  now,
}: Place & { readonly mails: readonly Mail[]; readonly now: number }): string =>
  page(
    path,
    "Inbox",
    html`<header class="head">
<h1>${envelope} Inbox</h1>
<a class="quiet" href="${path}">Refresh</a>
</header>
<p class="note">Mails of this development server. They are kept in its memory and go nowhere else.</p>
${mails.length === 0 ? nothing : html`<ol class="card mails">${mails.map((mail) => row(mail, { path, now }))}</ol>`}`,
  );

/** One mail, as its reader would see it. */
export const mailPage = ({ path, mail, now }: Place & { readonly mail: Mail; readonly now: number }): string =>
  page(
    path,
    mail.subject,
    html`<p><a class="quiet" href="${path}">${arrow} Inbox</a></p>
<article class="card mail">
<h1>${mail.subject}</h1>
<dl>
<div><dt>To</dt><dd>${mail.to}</dd></div>
<div><dt>Kind</dt><dd>${kind(mail.kind)}</dd></div>
<div><dt>Sent</dt><dd>${time(mail.createdAt)} (${ago(now - mail.createdAt)})</dd></div>
</dl>
<div class="text">${linked(mail)}</div>
</article>`,
  );

/** For a mail that is not there. */
export const missingMailPage = ({ path }: Place): string =>
  page(
    path,
    "No such mail",
    html`<p><a class="quiet" href="${path}">${arrow} Inbox</a></p>
<h1>No such mail</h1>
<p class="note">The inbox keeps the latest hundred mails, until the server stops.</p>`,
  );

const page = (path: string, title: string, body: Markup): string =>
  htmlDocument({ title: `${title} · Cardea`, stylesheet: `${path}.css`, body: html`<main>${body}</main>` });

const nothing = html`<div class="card empty">${envelope}
<p>No mail yet.</p>
<p class="note">Sign up, or ask for a new password, then refresh.</p>
</div>`;

const row = (
  { id, kind: kindOf, to, subject, createdAt }: Mail,
  { path, now }: Place & { readonly now: number },
): Markup =>
  html`
<li><a href="${path}/${id}">
<span class="subject">${subject}</span>
<span class="to">${to}</span>
<span class="meta">${kind(kindOf)} <time datetime="${iso(createdAt)}" title="${iso(createdAt)}">${ago(now - createdAt)}</time></span>
</a></li>`;

const kind = (name: MailKind): Markup => html`<span class="kind">${name.replaceAll("_", " ")}</span>`;

/** The text with its link to click; only what leads to the web is made one. */
function linked({ text, link }: Mail): Markup {
  const at = link !== undefined && /^https?:\/\//.test(link) ? text.indexOf(link) : -1;
  if (link === undefined || at === -1) return html`${text}`;
  return html`${text.slice(0, at)}<a href="${link}" rel="noreferrer">${link}</a>${text.slice(at + link.length)}`;
}

const iso = (ms: number): string => new Date(ms).toISOString();

const time = (ms: number): Markup =>
  html`<time datetime="${iso(ms)}">${iso(ms).slice(0, 19).replace("T", " ")} UTC</time>`;

/** A span in words, short, as a list needs it. */
function ago(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < 60) return seconds < 5 ? "just now" : `${seconds} s ago`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`;
  return seconds < 86_400 ? `${Math.floor(seconds / 3600)} h ago` : `${Math.floor(seconds / 86_400)} d ago`;
}
