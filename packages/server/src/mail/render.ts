import { html } from "hono/html";
import type { Action, Draft } from "./drafts.ts";

/** The mail for programs that show text: the link stands alone on its line. */
export const renderText = ({ before, action, after }: Draft): string =>
  [...before, ...(action ? [action.url] : []), ...after].map((paragraph) => `${paragraph}\n`).join("\n");

/** The mail for programs that show HTML. Everything is escaped, and nothing is loaded from anywhere: opening it tells nobody. */
export const renderHtml = ({ subject, before, action, after }: Draft): string =>
  String(html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<title>${subject}</title>
</head>
<body style="margin:0;padding:24px;font:16px/1.5 system-ui,sans-serif">
<div style="max-width:34em;margin:0 auto">
${before.map(paragraph)}${action ? button(action) : ""}${after.map(paragraph)}</div>
</body>
</html>
`);

const paragraph = (words: string): unknown => html`<p>${words}</p>
`;

const button = ({ label, url }: Action): unknown =>
  html`<p><a href="${url}" rel="noreferrer" style="display:inline-block;padding:10px 20px;border-radius:8px;background:#1f4fd8;color:#ffffff;text-decoration:none">${label}</a></p>
<p style="font-size:13px;word-break:break-all">${url}</p>
`;
