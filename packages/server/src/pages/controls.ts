import { html } from "hono/html";
import type { Frame } from "./frame.ts";
import type { Markup } from "./htmlDocument.ts";
import { warning } from "./icons.ts";
import type { OwnField } from "./theme.ts";

/** What is wrong with a form: by the name of the field, or `form` for all of it. */
export type Faults = Readonly<Record<string, string>>;

/** A field of a form. `name` is also its id. */
export type Control = {
  readonly name: string;
  readonly label: string;
  readonly type: "email" | "password" | "text";
  readonly autocomplete: string;
  readonly value?: string | undefined;
  readonly hint?: string | undefined;
  readonly required?: boolean;
};

/** A text field with its label, its hint and what is wrong with it, tied together for who cannot see (WCAG 2.2, 1.3.1, 3.3.1). */
export function control(
  { name, label, type, autocomplete, value = "", hint, required = true }: Control,
  faults: Faults,
  { words }: Frame,
): Markup {
  const fault = faultOf(faults, name);
  const described = [fault === undefined ? "" : `${name}-fault`, hint === undefined ? "" : `${name}-hint`].filter(
    Boolean,
  );
  const input = html`<input id="${name}" name="${name}" type="${type}" autocomplete="${autocomplete}" value="${type === "password" ? "" : value}"${required ? html` required` : ""}${type === "text" ? "" : html` autocapitalize="none" spellcheck="false"`}${described.length === 0 ? "" : html` aria-describedby="${described.join(" ")}"`}${fault === undefined ? "" : html` aria-invalid="true"`}>`;
  return html`<div class="control">
<label for="${name}">${label}${required ? "" : html` <span class="optional">(${words.optional})</span>`}</label>
${type === "password" ? html`<div class="secret" data-show="${words.showPassword}" data-hide="${words.hidePassword}">${input}</div>` : input}
${fault === undefined ? "" : html`<p class="fault" id="${name}-fault">${warning}<span>${fault}</span></p>`}${hint === undefined ? "" : html`<p class="hint" id="${name}-hint">${hint}</p>`}
</div>`;
}

/** All faults of a form at its top, each a link to its field; it takes the focus, so that it is read out (WCAG 2.2, 3.3.1). */
export function faultSummary(faults: Faults, { words }: Frame): Markup | "" {
  const all = Object.entries(faults);
  const [[name, only] = ["", ""]] = all;
  if (only === "") return "";
  const body =
    all.length === 1 && name === "form"
      ? html`<p>${warning}<span>${only}</span></p>`
      : html`<h2>${warning}${words.faultsTitle}</h2>
<ul>${all.map(([name, fault]) => html`<li>${name === "form" ? fault : html`<a href="#${name}">${fault}</a>`}</li>`)}</ul>`;
  return html`<div class="faults" role="alert" tabindex="-1" autofocus>
${body}
</div>`;
}

/** A field that is sent along unseen, unless it is not there. */
export const hidden = (name: string, value: string | undefined): Markup | "" =>
  value === undefined ? "" : html`<input type="hidden" name="${name}" value="${value}">`;

/** The application's own fields. In a form they are called `field.` and their name. */
export const ownControls = (
  values: Readonly<Record<string, string>>,
  faults: Faults,
  frame: Frame,
): readonly Markup[] => frame.theme.fields.map((field) => ownControl(field, values, faults, frame));

const ownControl = (
  { name, label, required }: OwnField,
  values: Readonly<Record<string, string>>,
  faults: Faults,
  frame: Frame,
): Markup =>
  control(
    {
      name: `field.${name}`,
      label: label[frame.words.tag],
      type: "text",
      autocomplete: autocompleteOf.get(name) ?? "off",
      value: Object.hasOwn(values, name) ? values[name] : "",
      required,
    },
    faults,
    frame,
  );

/** Names of fields that browsers know how to fill. */
const autocompleteOf: ReadonlyMap<string, string> = new Map(
  Object.entries({
    name: "name",
    nickname: "nickname",
    firstName: "given-name",
    givenName: "given-name",
    lastName: "family-name",
    familyName: "family-name",
    organization: "organization",
    phone: "tel",
  }),
);

const faultOf = (faults: Faults, name: string): string | undefined =>
  Object.hasOwn(faults, name) ? faults[name] : undefined;
