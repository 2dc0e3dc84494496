import { html } from "hono/html";

/** The document: what is there before the script, and for whoever runs none. `issuer` is the server's own. */
export const playgroundPage = ({ issuer }: { readonly issuer: string }): string =>
  String(html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Playground · Cardea</title>
<link rel="stylesheet" href="/playground/style.css">
<script type="module" src="/playground/script.js"></script>
</head>
<body>
<div id="playground" data-issuer="${issuer}">
<main class="plain">
<h1>Cardea</h1>
<noscript><p>The playground runs in your browser, so it needs JavaScript. Everything else of this server works without: <a href="${issuer}/sign-up">sign up</a>, <a href="${issuer}/sign-in">sign in</a>, and <a href="${issuer}/dev/inbox">the mails of this server</a>.</p></noscript>
</main>
</div>
</body>
</html>
`);
