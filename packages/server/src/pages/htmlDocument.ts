import { html } from "hono/html";

/** Escaped HTML, as `html` of hono makes it: whatever is put into it as a value is shown as text. */
export type Markup = ReturnType<typeof html>;

/** A whole page: no script, nothing from elsewhere, one stylesheet. */
export const htmlDocument = ({
  title,
  stylesheet,
  body,
}: {
  readonly title: string;
  readonly stylesheet: string;
  readonly body: Markup;
}): string =>
  String(html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<link rel="stylesheet" href="${stylesheet}">
</head>
<body>
${body}
</body>
</html>
`);
