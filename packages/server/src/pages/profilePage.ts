import { html } from "hono/html";
import { control, type Faults, faultSummary, ownControls } from "./controls.ts";
import { accountPage, type Frame } from "./frame.ts";
import type { Markup } from "./htmlDocument.ts";
import { dayIn } from "./words/spans.ts";

/** An account as its owner sees it; `createdAt` in milliseconds since the epoch. */
export type ProfileView = {
  readonly email: string;
  readonly isVerified: boolean;
  /** Whether a link to prove the address can be sent. */
  readonly canVerify: boolean;
  readonly createdAt: number;
  readonly fields: Readonly<Record<string, string>>;
  readonly faults: Faults;
};

/** Who somebody is here, with the application's own fields to change. */
export const profilePage = (frame: Frame, view: ProfileView): string => {
  const { words } = frame;
  return accountPage(
    frame,
    "profile",
    html`<h1>${words.profile.title}</h1>
<p class="note">${words.profile.lead}</p>
<section class="card">
<dl class="facts">
<div><dt>${words.email}</dt><dd>${view.email} ${addressState(frame, view)}</dd></div>
<div><dt>${words.profile.since}</dt><dd>${dayIn(view.createdAt, words.tag)}</dd></div>
</dl>
${view.isVerified || !view.canVerify ? "" : html`<form method="post" action="${frame.base}/account/verify-email"><button class="second">${words.profile.sendLink}</button></form>`}
</section>
${frame.theme.fields.length === 0 ? "" : ownFieldsForm(frame, view)}`,
  );
};

const addressState = ({ words }: Frame, { isVerified }: ProfileView): Markup =>
  isVerified
    ? html`<span class="tag good">${words.profile.verified}</span>`
    : html`<span class="tag">${words.profile.unverified}</span>`;

const ownFieldsForm = (frame: Frame, { fields, faults }: ProfileView): Markup => html`<section class="card">
<h2>${frame.words.profile.fields}</h2>
${faultSummary(faults, frame)}
<form method="post" action="${frame.base}/account" novalidate>
${ownControls(fields, faults, frame)}
<button>${frame.words.profile.save}</button>
</form>
</section>`;

/** Change the password, knowing it. */
export const passwordPage = (
  frame: Frame,
  { email, faults, minimum }: { readonly email: string; readonly faults: Faults; readonly minimum: number },
): string => {
  const { words, base } = frame;
  const { changePassword } = words;
  return accountPage(
    frame,
    "password",
    html`<h1>${changePassword.title}</h1>
<p class="note">${changePassword.lead}</p>
<section class="card">
${faultSummary(faults, frame)}
<form method="post" action="${base}/account/password" novalidate>
${username(email)}
${control({ name: "current", label: changePassword.current, type: "password", autocomplete: "current-password" }, faults, frame)}
${control(
  {
    name: "password",
    label: changePassword.next,
    type: "password",
    autocomplete: "new-password",
    hint: words.signUp.passwordHint(minimum),
  },
  faults,
  frame,
)}
<label class="check"><input type="checkbox" name="others" value="end" checked><span>${changePassword.others}</span></label>
<button>${changePassword.submit}</button>
</form>
</section>`,
  );
};

/** Ask for another address. */
export const emailPage = (
  frame: Frame,
  { current, email, faults }: { readonly current: string; readonly email: string; readonly faults: Faults },
): string => {
  const { words, base } = frame;
  return accountPage(
    frame,
    "email",
    html`<h1>${words.newEmail.title}</h1>
<p class="note">${words.newEmail.lead}</p>
<section class="card">
<dl class="facts"><div><dt>${words.newEmail.now}</dt><dd>${current}</dd></div></dl>
${faultSummary(faults, frame)}
<form method="post" action="${base}/account/email" novalidate>
${control({ name: "email", label: words.newEmail.label, type: "email", autocomplete: "email", value: email }, faults, frame)}
<button>${words.newEmail.submit}</button>
</form>
</section>`,
  );
};

/** Whose password it is, for password managers alone. */
export const username = (email: string): Markup =>
  html`<input type="email" name="username" autocomplete="username" value="${email}" hidden readonly>`;
