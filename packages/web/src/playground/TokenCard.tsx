import type { JSX } from "preact";
import { Decoded } from "./Decoded.tsx";
import { Undo } from "./icons.tsx";
import { jsonText, partsOf } from "./jwt.ts";
import { Action, Card } from "./parts.tsx";
import { TokenEditor } from "./TokenEditor.tsx";
import type { Playground } from "./usePlayground.ts";
import { plainly } from "./words.ts";

/** Step 2: the token, in its colours, and what it says. */
export function TokenCard(page: Playground): JSX.Element {
  const { person, genuine, draft, edit, settings } = page;
  const isChanged = person !== undefined && draft !== genuine;
  return (
    <Card
      step={2}
      title="Your token"
      name="token"
      aside={isChanged && <Action label="Put it right" icon={<Undo />} kind="quiet" onClick={() => edit(genuine)} />}
    >
      {settings.storage === "cookie" ? <InCookie {...page} /> : <Shown {...page} isChanged={isChanged} />}
      <Verdicts {...page} />
    </Card>
  );
}

function Shown({ draft, edit, aheadMs, isChanged, person }: Playground & { readonly isChanged: boolean }): JSX.Element {
  if (person === undefined && draft === "") {
    return <p class="lead empty">It appears here when you sign up: a text in three parts, which proves who you are.</p>;
  }
  return (
    <>
      <TokenEditor value={draft} onChange={edit} label="The token, as it is sent" />
      <p class="legend">
        <span class="part header">header</span>
        <span class="part payload">payload</span>
        <span class="part signature">signature</span>
        {isChanged && <strong class="changed">changed by you</strong>}
      </p>
      {partsOf(draft) ? (
        <Decoded token={draft} onChange={edit} aheadMs={aheadMs} />
      ) : (
        <p class="lead">
          This token is opaque: random characters that say nothing to anybody. Only the issuer knows what they stand
          for, and keeps no more than a hash of them.
        </p>
      )}
    </>
  );
}

function InCookie({ person, checked }: Playground): JSX.Element {
  const claims = checked?.services.find(({ ok }) => ok)?.claims;
  if (person === undefined) return <p class="lead empty">The browser will keep it, out of reach of this page.</p>;
  return (
    <>
      <p class="lead">
        The browser holds it in a cookie marked <code>HttpOnly</code>, and sends it along with each request. This page
        cannot read it, and neither can a script that sneaks in. That is the point.
      </p>
      {claims && (
        <details class="more">
          <summary>What a service reads in it</summary>
          <pre class="json">{jsonText(claims)}</pre>
        </details>
      )}
    </>
  );
}

/** What the services say, beside the token, where the eye is. */
function Verdicts({ checked, draft, person, settings }: Playground): JSX.Element | null {
  const isSent = draft !== "" || (settings.storage === "cookie" && person !== undefined);
  if (!checked || !isSent) return null;
  return (
    <p class="verdicts">
      {checked.services.map(({ service, ok, status, code }) => (
        <a
          key={service}
          href={`#${service}`}
          class={`pill ${ok ? "ok" : status === 503 ? "wait" : "bad"}`}
          title={plainly(code)}
        >
          {service} {status}
        </a>
      ))}
    </p>
  );
}
