import type { JSX } from "preact";
import { toneOf } from "./Lane.tsx";
import { Choice } from "./parts.tsx";
import { policies } from "./settings.ts";
import type { Playground } from "./usePlayground.ts";
import { policyWords } from "./words.ts";

/** What services do without news, side by side. */
export function Policies({ settings, change, checked, draft, person }: Playground): JSX.Element | null {
  if (settings.mode !== "hybrid") return null;
  const isSent = draft !== "" || (settings.storage === "cookie" && person !== undefined);
  return (
    <section class="card policies" aria-labelledby="policiesTitle">
      <header class="cardHead">
        <h2 id="policiesTitle">When the news stops</h2>
      </header>
      <Choice
        legend="A service that has heard nothing for five seconds should"
        name="policy"
        value={settings.policy}
        options={policies.map((value) => ({ value, label: policyWords[value].name }))}
        onChange={(policy) => change({ policy })}
      >
        {settings.policy}: {policyWords[settings.policy].text}.
      </Choice>
      {checked && isSent && (
        <table class="outcomes">
          <caption>What each policy would answer to this token now</caption>
          <thead>
            <tr>
              <th scope="col">Policy</th>
              {checked.services.map(({ service }) => (
                <th key={service} scope="col">
                  {service}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {policies.map((policy) => (
              <tr key={policy} class={policy === settings.policy ? "chosen" : ""}>
                <th scope="row">{policy}</th>
                {checked.services.map(({ service, policies: { [policy]: outcome } }) => (
                  <td key={service}>
                    <span class={`pill ${toneOf(outcome.status)}`}>
                      {outcome.status} {inPieces(outcome.code)}
                    </span>
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}

/** A code that goes on in the next line after an underscore, where it has to. */
const inPieces = (code = ""): (string | JSX.Element)[] =>
  code.split(/(?<=_)/).flatMap((piece, at) => (at === 0 ? [piece] : [<wbr key={piece} />, piece]));
