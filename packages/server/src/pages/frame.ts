import { html } from "hono/html";
import { htmlDocument, type Markup } from "./htmlDocument.ts";
import { leave, shield, tick } from "./icons.ts";
import type { Theme } from "./theme.ts";
import { type Language, languages } from "./words/spans.ts";
import type { Words } from "./words/words.ts";

/** What every hosted page needs to know. Instants in milliseconds since the epoch. */
export type Frame = {
  /** The path under which the pages are, without a slash at its end. */
  readonly base: string;
  readonly words: Words;
  readonly theme: Pick<Theme, "name" | "logo" | "fields">;
  /** This page with what it must keep, for the links to other languages. */
  readonly here: { readonly path: string; readonly keep: Readonly<Record<string, string>> };
  /** What has just been done, in words. */
  readonly notice: string | undefined;
  readonly now: number;
};

/** The pages of the account, in the order of their menu. */
export type AccountSection = "profile" | "password" | "email" | "sessions" | "activity" | "data";

/** A page with one card in its middle. */
export const cardPage = (frame: Frame, title: string, body: Markup, head?: Markup): string =>
  page(
    frame,
    title,
    html`<div class="middle">
${brand(frame)}
<main class="card">
${noticeBox(frame)}${body}
</main>
${languageLinks(frame)}
</div>`,
    head,
  );

/** A page of the account, with the menu beside it. */
export const accountPage = (frame: Frame, section: AccountSection, body: Markup): string =>
  page(
    frame,
    frame.words.nav[section],
    html`<div class="wide">
<header class="top">
${brand(frame)}
<form method="post" action="${frame.base}/sign-out"><button class="plain">${leave}${frame.words.nav.signOut}</button></form>
</header>
<div class="columns">
${menu(frame, section)}
<main>
${noticeBox(frame)}${body}
</main>
</div>
${languageLinks(frame)}
</div>`,
  );

/** Path of a section of the account. */
export const sectionPath = (section: AccountSection): string =>
  section === "profile" ? "/account" : `/account/${section}`;

const page = ({ base, words, theme }: Frame, title: string, body: Markup, head?: Markup): string =>
  htmlDocument({
    title: `${title} · ${theme.name}`,
    language: words.tag,
    stylesheet: `${base}/style.css`,
    script: `${base}/script.js`,
    head: head ?? "",
    body,
  });

const brand = ({ theme }: Frame): Markup =>
  html`<p class="brand">${theme.logo === undefined ? shield : html`<img src="${theme.logo}" alt="" height="28">`}<span>${theme.name}</span></p>`;

const noticeBox = ({ notice }: Frame): Markup | "" =>
  notice === undefined ? "" : html`<p class="notice" role="status">${tick}<span>${notice}</span></p>\n`;

const menu = ({ base, words }: Frame, current: AccountSection): Markup =>
  html`<nav aria-label="${words.nav.label}"><ul class="menu">${sections.map(
    (section) =>
      html`<li><a href="${base}${sectionPath(section)}"${section === current ? html` aria-current="page"` : ""}>${words.nav[section]}</a></li>`,
  )}</ul></nav>`;

const sections = ["profile", "password", "email", "sessions", "activity", "data"] as const;

const languageLinks = ({ base, words, here }: Frame): Markup =>
  html`<footer><nav aria-label="${words.language}"><ul class="languages">${Object.entries(languages).map(
    ([tag, name]) =>
      html`<li><a href="${base}${here.path}?${queryOf({ ...here.keep, lang: tag as Language })}" lang="${tag}" hreflang="${tag}"${tag === words.tag ? html` aria-current="true"` : ""}>${name}</a></li>`,
  )}</ul></nav></footer>`;

const queryOf = (fields: Readonly<Record<string, string>>): string => new URLSearchParams(fields).toString();
