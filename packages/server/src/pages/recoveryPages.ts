import { html } from "hono/html";
import { control, type Faults, faultSummary, hidden } from "./controls.ts";
import { cardPage, type Frame } from "./frame.ts";

/** Ask for a link to a new password. */
export const forgotPage = (
  frame: Frame,
  {
    email,
    returnTo,
    query,
    faults,
  }: { readonly email: string; readonly returnTo: string | undefined; readonly query: string; readonly faults: Faults },
): string => {
  const { words, base } = frame;
  return cardPage(
    frame,
    words.forgot.title,
    html`<h1>${words.forgot.title}</h1>
<p class="lead">${words.forgot.lead}</p>
${faultSummary(faults, frame)}
<form method="post" action="${base}/forgot" novalidate>
${hidden("returnTo", returnTo)}
${control({ name: "email", label: words.email, type: "email", autocomplete: "username", value: email }, faults, frame)}
<button>${words.forgot.submit}</button>
</form>
<p class="other"><a href="${base}/sign-in${query}">${words.forgot.toSignIn}</a></p>`,
  );
};

/** What the pages behind a link of a mail show: its token, which goes back by the form. */
export type LinkView = { readonly token: string; readonly faults: Faults };

/** Choose a new password by a link. */
export const resetPage = (
  frame: Frame,
  { token, faults, minimum }: LinkView & { readonly minimum: number },
): string => {
  const { words, base } = frame;
  return cardPage(
    frame,
    words.reset.title,
    html`<h1>${words.reset.title}</h1>
<p class="lead">${words.reset.lead}</p>
${faultSummary(faults, frame)}
<form method="post" action="${base}/reset" novalidate>
${hidden("token", token)}
${control(
  {
    name: "password",
    label: words.reset.label,
    type: "password",
    autocomplete: "new-password",
    hint: words.signUp.passwordHint(minimum),
  },
  faults,
  frame,
)}
<button>${words.reset.submit}</button>
</form>`,
  );
};

/** Confirm an address by a link and the account's password. */
export const verifyPage = (frame: Frame, { token, faults }: LinkView): string => {
  const { words, base } = frame;
  return cardPage(
    frame,
    words.verify.title,
    html`<h1>${words.verify.title}</h1>
<p class="lead">${words.verify.lead}</p>
${faultSummary(faults, frame)}
<form method="post" action="${base}/verify" novalidate>
${hidden("token", token)}
${control({ name: "password", label: words.password, type: "password", autocomplete: "current-password" }, faults, frame)}
<button>${words.verify.submit}</button>
</form>
<p class="other"><a href="${base}/forgot">${words.signIn.forgot}</a></p>`,
  );
};

/** Take a new address by a link. */
export const changeEmailPage = (frame: Frame, { token }: Pick<LinkView, "token">): string => {
  const { words, base } = frame;
  return cardPage(
    frame,
    words.changeEmail.title,
    html`<h1>${words.changeEmail.title}</h1>
<p class="lead">${words.changeEmail.lead}</p>
<form method="post" action="${base}/change-email">
${hidden("token", token)}
<button>${words.changeEmail.submit}</button>
</form>`,
  );
};
