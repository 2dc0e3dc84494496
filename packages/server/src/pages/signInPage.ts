import { html } from "hono/html";
import { control, type Faults, faultSummary, hidden } from "./controls.ts";
import { cardPage, type Frame } from "./frame.ts";

/** What the form of sign-in shows. `query` is what its links keep, such as `?returnTo=…`, or empty. */
export type SignInView = {
  readonly email: string;
  readonly returnTo: string | undefined;
  readonly query: string;
  readonly faults: Faults;
};

/** Sign in by email and password. */
export const signInPage = (frame: Frame, { email, returnTo, query, faults }: SignInView): string => {
  const { words, base, theme } = frame;
  return cardPage(
    frame,
    words.signIn.title,
    html`<h1>${words.signIn.title}</h1>
<p class="lead">${words.signIn.lead(theme.name)}</p>
${faultSummary(faults, frame)}
<form method="post" action="${base}/sign-in" novalidate>
${hidden("returnTo", returnTo)}
${control({ name: "email", label: words.email, type: "email", autocomplete: "username", value: email }, faults, frame)}
${control({ name: "password", label: words.password, type: "password", autocomplete: "current-password" }, faults, frame)}
<p class="beside"><a href="${base}/forgot${query}">${words.signIn.forgot}</a></p>
<button>${words.signIn.submit}</button>
</form>
<p class="hint">${words.signIn.tries}</p>
<p class="other">${words.signIn.noAccount} <a href="${base}/sign-up${query}">${words.signIn.toSignUp}</a></p>`,
  );
};

/** Instead of the form, for who is signed in: where to go on, and how to be somebody else. */
export const signedInPage = (
  frame: Frame,
  { email, target }: { readonly email: string; readonly target: string },
): string => {
  const { words, base } = frame;
  return cardPage(
    frame,
    words.signIn.title,
    html`<h1>${words.signIn.signedInAs}</h1>
<p class="lead address">${email}</p>
<p class="actions"><a class="button" href="${target}">${words.signIn.goOn}</a></p>
<form method="post" action="${base}/sign-out"><button class="second">${words.signIn.other}</button></form>`,
  );
};
