/** Puts a button beside each password that shows it and hides it again. It is hidden once more when the form is sent, so that no browser remembers it as plain text. */
export function showPasswords(page: Document): void {
  for (const secret of page.querySelectorAll<HTMLElement>(".secret")) addButton(secret);
}

function addButton(secret: HTMLElement): void {
  const { ownerDocument: page, dataset } = secret;
  const input = secret.querySelector("input");
  if (!input) return;
  const button = page.createElement("button");
  button.type = "button";
  button.append(eye(page));
  const show = (isShown: boolean): void => {
    input.type = isShown ? "text" : "password";
    button.setAttribute("aria-pressed", String(isShown));
    button.title = (isShown ? dataset.hide : dataset.show) ?? "";
    button.classList.toggle("on", isShown);
  };
  button.setAttribute("aria-label", dataset.show ?? "");
  button.setAttribute("aria-controls", input.id);
  button.addEventListener("click", () => show(input.type === "password"));
  input.form?.addEventListener("submit", () => show(false));
  show(false);
  secret.append(button);
}

function eye(page: Document): SVGElement {
  const picture = page.createElementNS(svg, "svg");
  for (const [name, value] of Object.entries(frame)) picture.setAttribute(name, value);
  for (const d of paths) {
    const path = page.createElementNS(svg, "path");
    path.setAttribute("d", d);
    picture.append(path);
  }
  return picture;
}

const svg = "http://www.w3.org/2000/svg";

const frame = {
  class: "icon",
  viewBox: "0 0 24 24",
  fill: "none",
  stroke: "currentColor",
  "stroke-width": "1.75",
  "stroke-linecap": "round",
  "stroke-linejoin": "round",
  "aria-hidden": "true",
};

/** An eye, and the line through it that the stylesheet shows while the password can be read. */
const paths = [
  "M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12z",
  "M12 9a3 3 0 1 0 0 6 3 3 0 0 0 0-6z",
  "M4 20 20 4",
];
