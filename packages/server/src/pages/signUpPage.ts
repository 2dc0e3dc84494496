import { html } from "hono/html";
import { control, type Faults, faultSummary, hidden, ownControls } from "./controls.ts";
import { cardPage, type Frame } from "./frame.ts";

/** What the form of sign-up shows. */
export type SignUpView = {
  readonly email: string;
  /** The application's own fields as they were typed. */
  readonly fields: Readonly<Record<string, string>>;
  readonly returnTo: string | undefined;
  readonly query: string;
  /** How many characters a password needs. */
  readonly minimum: number;
  readonly faults: Faults;
};

/** Make an account. */
export const signUpPage = (frame: Frame, { email, fields, returnTo, query, minimum, faults }: SignUpView): string => {
  const { words, base, theme } = frame;
  return cardPage(
    frame,
    words.signUp.title,
    html`<h1>${words.signUp.title}</h1>
<p class="lead">${words.signUp.lead(theme.name)}</p>
${faultSummary(faults, frame)}
<form method="post" action="${base}/sign-up" novalidate>
${hidden("returnTo", returnTo)}
${control({ name: "email", label: words.email, type: "email", autocomplete: "username", value: email }, faults, frame)}
${control(
  {
    name: "password",
    label: words.password,
    type: "password",
    autocomplete: "new-password",
    hint: words.signUp.passwordHint(minimum),
  },
  faults,
  frame,
)}
${ownControls(fields, faults, frame)}
<button>${words.signUp.submit}</button>
</form>
<p class="other">${words.signUp.hasAccount} <a href="${base}/sign-in${query}">${words.signUp.toSignIn}</a></p>`,
  );
};
