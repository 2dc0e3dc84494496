import { html } from "hono/html";

/** Escaped HTML, as `html` of hono makes it: whatever is put into it as a value is shown as text. */
export type Markup = ReturnType<typeof html>;

/** A whole page: nothing from elsewhere, one stylesheet, and at most one script. */
export const htmlDocument = ({
  title,
  stylesheet,
  body,
  language = "en",
  script,
  head = "",
}: {
  readonly title: string;
  readonly stylesheet: string;
  readonly body: Markup;
  /** A BCP 47 tag. */
  readonly language?: string;
  readonly script?: string | undefined;
  /** What else belongs into the head. */
  readonly head?: Markup | "";
}): string =>
  String(html`<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<link rel="stylesheet" href="${stylesheet}">
${script === undefined ? "" : html`<script type="module" src="${script}"></script>\n`}${head}</head>
<body>
${body}
</body>
</html>
`);
