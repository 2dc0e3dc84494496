import { render } from "preact";
import { App } from "./App.tsx";

/** The playground, in the browser. */
const root = document.getElementById("playground");
if (root) {
  root.replaceChildren();
  render(<App issuer={root.dataset.issuer ?? ""} />, root);
}
