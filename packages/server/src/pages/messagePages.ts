import { html } from "hono/html";
import { cardPage, type Frame } from "./frame.ts";
import type { Markup } from "./htmlDocument.ts";
import { brokenLink, clock, envelope, tick, warning } from "./icons.ts";
import { countdown } from "./words/spans.ts";

/** A mail may be on its way. The same text whether there is one or not. */
export const checkEmailPage = (frame: Frame, { query }: { readonly query: string }): string => {
  const { checkEmail } = frame.words;
  return message(
    frame,
    { icon: envelope, title: checkEmail.title, lead: checkEmail.lead },
    html`<ul class="hints">${checkEmail.hints.map((hint) => html`<li>${hint}</li>`)}</ul>
<p class="actions"><a class="button second" href="${frame.base}/sign-in${query}">${checkEmail.toSignIn}</a></p>`,
  );
};

/** A link from a mail that is none, or no more. */
export const deadLinkPage = (frame: Frame): string => {
  const { words, base } = frame;
  return message(
    frame,
    { icon: brokenLink, title: words.deadLink.title, lead: words.deadLink.lead },
    html`<p class="actions"><a class="button" href="${base}/forgot">${words.deadLink.forgot}</a> <a class="button second" href="${base}/sign-in">${words.deadLink.toSignIn}</a></p>`,
  );
};

/** Signed out, or with the account gone. */
export const signedOutPage = (frame: Frame, { isDeleted }: { readonly isDeleted: boolean }): string => {
  const { signedOut } = frame.words;
  const [title, lead] = isDeleted ? [signedOut.deletedTitle, signedOut.deletedLead] : [signedOut.title, signedOut.lead];
  return message(
    frame,
    { icon: tick, title, lead },
    isDeleted
      ? html``
      : html`<p class="actions"><a class="button" href="${frame.base}/sign-in">${signedOut.toSignIn}</a></p>`,
  );
};

/** Too many tries, or too much to do: wait so many seconds. A script counts them down. */
export const waitPage = (
  frame: Frame,
  { seconds, isBusy, back }: { readonly seconds: number; readonly isBusy: boolean; readonly back: string },
): string => {
  const { wait } = frame.words;
  return message(
    frame,
    { icon: clock, title: wait.title, lead: isBusy ? wait.busy : wait.lead },
    html`<p class="countdown" role="timer" data-seconds="${seconds}" data-text="${wait.again("{}")}" data-now="${wait.now}">${wait.again(countdown(seconds, frame.words.tag))}</p>
<p class="actions"><a class="button second" href="${back}">${wait.back}</a></p>`,
  );
};

/** What went wrong, with the number under which it is written down. */
export const errorPage = (
  frame: Frame,
  { text, requestId, title }: { readonly text: string; readonly requestId: string | undefined; readonly title: string },
): string => {
  const { error } = frame.words;
  return message(
    frame,
    { icon: warning, title, lead: text },
    html`${requestId === undefined ? "" : html`<p class="hint">${error.trace}<br><code>${requestId}</code></p>`}
<p class="actions"><a class="button second" href="${frame.base}/account">${error.home}</a></p>`,
  );
};

/** A page that loads itself once more: what another site opened arrives without the cookies that only our own pages send. */
export const momentPage = (frame: Frame, { again }: { readonly again: string }): string =>
  cardPage(
    frame,
    frame.words.moment,
    html`<h1>${frame.words.moment}</h1>
<p class="actions"><a class="button" href="${again}">${frame.words.signIn.goOn}</a></p>`,
    html`<meta http-equiv="refresh" content="0;url=${again}">\n`,
  );

const message = (
  frame: Frame,
  { icon, title, lead }: { readonly icon: Markup; readonly title: string; readonly lead: string },
  body: Markup,
): string =>
  cardPage(
    frame,
    title,
    html`<p class="sign">${icon}</p>
<h1>${title}</h1>
<p class="lead">${lead}</p>
${body}`,
  );
