import { html } from "hono/html";
import { control, type Faults, faultSummary, hidden } from "./controls.ts";
import { accountPage, cardPage, type Frame } from "./frame.ts";
import { username } from "./profilePage.ts";

/** Take one's data along, or delete the account. */
export const dataPage = (frame: Frame, { faults }: { readonly faults: Faults }): string => {
  const { words, base } = frame;
  const { data } = words;
  return accountPage(
    frame,
    "data",
    html`<h1>${data.title}</h1>
<section class="card">
<h2>${data.download}</h2>
<p class="note">${data.downloadLead}</p>
<p class="actions"><a class="button second" href="${base}/account/data/export.json" download>${data.downloadSubmit}</a></p>
</section>
<section class="card danger">
<h2>${data.remove}</h2>
<p class="note">${data.removeLead}</p>
${faultSummary(faults, frame)}
<form method="post" action="${base}/account/data/delete">
<label class="check"><input type="checkbox" id="sure" name="sure" value="yes"><span>${data.removeConfirm}</span></label>
<button class="bad">${data.removeSubmit}</button>
</form>
</section>`,
  );
};

/** Show the password once more before something sensitive (RFC 9470). `next` is the section that asked for it. */
export const confirmPage = (
  frame: Frame,
  { email, next, faults }: { readonly email: string; readonly next: string; readonly faults: Faults },
): string => {
  const { words, base } = frame;
  return cardPage(
    frame,
    words.confirm.title,
    html`<h1>${words.confirm.title}</h1>
<p class="lead">${words.confirm.lead}</p>
${faultSummary(faults, frame)}
<form method="post" action="${base}/account/confirm" novalidate>
${hidden("next", next)}
${username(email)}
${control({ name: "password", label: words.password, type: "password", autocomplete: "current-password" }, faults, frame)}
<button>${words.confirm.submit}</button>
</form>
<p class="other"><a href="${base}/account">${words.confirm.cancel}</a></p>`,
  );
};
