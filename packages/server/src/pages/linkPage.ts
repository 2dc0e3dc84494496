import { html } from "hono/html";
import { htmlDocument } from "./htmlDocument.ts";

/** What stands in for a page that the application does not have. */
export type LinkPageView = {
  readonly title: string;
  /** The option that names the application's own page. */
  readonly option: string;
  /** The URL that spends the link, and what is sent there. */
  readonly endpoint: string;
  readonly body: Readonly<Record<string, string>>;
  readonly stylesheet: string;
};

/** Where a link from a mail leads as long as the application has no page for it. It never sees the token, so it says what to do with it. */
export const linkPage = ({ title, option, endpoint, body, stylesheet }: LinkPageView): string =>
  htmlDocument({
    title,
    stylesheet,
    body: html`<main>
<article class="card">
<h1>${title}</h1>
<p>Your link is not used up: opening it changes nothing.</p>
<p>This application has not set up the page that belongs here. Whoever runs it gives the page's address as <code>${option}</code>.</p>
<p>Until then a command does the same. Put in what stands behind <code>#token=</code> in the address of this page:</p>
<pre>curl ${endpoint} \\
  -H 'Content-Type: application/json' \\
  -d '${JSON.stringify(body)}'</pre>
</article>
</main>`,
  });
