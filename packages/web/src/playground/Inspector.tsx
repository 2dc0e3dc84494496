import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { world } from "../world.ts";
import { api, type Inspection } from "./api.ts";
import { Decoded } from "./Decoded.tsx";
import { Cross, Tick } from "./icons.tsx";
import { partsOf } from "./jwt.ts";
import { Checks } from "./Lane.tsx";
import { Card } from "./parts.tsx";
import { TokenEditor } from "./TokenEditor.tsx";
import { faultText } from "./useTraffic.ts";
import { warningsOf } from "./warnings.ts";
import { plainly } from "./words.ts";

/** Any token, taken apart, and judged by this server. */
export function Inspector(): JSX.Element {
  const [token, setToken] = useState("");
  const [inspection, setInspection] = useState<Inspection>();
  const [fault, setFault] = useState<string>();

  const change = (next: string): void => {
    setToken(next);
    setInspection(undefined);
    setFault(undefined);
  };
  const ask = async (): Promise<void> => {
    try {
      setInspection(await api.inspect(token));
      setFault(undefined);
    } catch (error) {
      setFault(faultText(error));
    }
  };

  return (
    <div class="inspector">
      <Card title="Inspect a token" name="paste">
        <p class="lead">
          Paste any token. It goes nowhere but to this server, and only when you ask; nothing of it is kept.
        </p>
        <form
          onSubmit={(event) => {
            event.preventDefault();
            void ask();
          }}
        >
          <TokenEditor value={token} onChange={change} label="Token to inspect" placeholder="eyJhbGciOi…" />
          <button type="submit" class="button main" disabled={token === ""}>
            Would this server accept it?
          </button>
        </form>
        <div aria-live="polite">
          {fault !== undefined && <p class="fault">{fault}</p>}
          {inspection && <Result {...inspection} />}
        </div>
      </Card>
      {token !== "" && <Apart token={token} />}
    </div>
  );
}

function Result({ ok, code, issuer, isSandbox, steps }: Inspection): JSX.Element {
  return (
    <div class={`result ${ok ? "ok" : "bad"}`}>
      <div class="verdict">
        <span class="bigIcon">{ok ? <Tick /> : <Cross />}</span>
        <p>
          <strong>{ok ? "Accepted" : "Refused"}</strong> <code>{code}</code>
        </p>
      </div>
      <p class="plainly">{plainly(code)}</p>
      <p class="hint">
        Asked: {isSandbox ? "the sandbox" : "this server,"} <code>{issuer}</code>
      </p>
      {steps.length > 0 && <Checks steps={steps} />}
    </div>
  );
}

function Apart({ token }: { readonly token: string }): JSX.Element {
  const warnings = warningsOf(token, world.now());
  if (!partsOf(token)) {
    return (
      <Card title="What it says" name="apart">
        <p class="lead">
          Nothing: it has not the three parts of a JWT. It may be opaque, which only its issuer can read.
        </p>
      </Card>
    );
  }
  return (
    <>
      {warnings.length > 0 && (
        <Card title="Worth a look" name="warnings">
          <ul class="warningList">
            {warnings.map(({ title, text }) => (
              <li key={title}>
                <strong>{title}</strong>
                <span>{text}</span>
              </li>
            ))}
          </ul>
        </Card>
      )}
      <Card title="What it says" name="apart">
        <p class="lead">Read without any check: anybody can have written this.</p>
        <Decoded token={token} aheadMs={0} />
      </Card>
    </>
  );
}
