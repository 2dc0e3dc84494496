import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { world } from "../world.ts";
import { byteCount, joined, objectIn, type Parts, partOf, partsOf, prettyText } from "./jwt.ts";
import { useFittingHeight } from "./useFittingHeight.ts";
import { countdown } from "./words.ts";

type Props = {
  readonly token: string;
  /** Undefined: nothing can be changed. */
  readonly onChange?: (token: string) => void;
  readonly aheadMs: number;
};

/** The three parts as people read them. */
export function Decoded({ token, onChange, aheadMs }: Props): JSX.Element | null {
  const parts = partsOf(token);
  if (!parts) return null;
  const change = (part: Partial<Parts>): void => onChange?.(joined({ ...parts, ...part }));
  const { alg, kid } = objectIn(parts.header) ?? {};
  const bytes = byteCount(parts.signature);
  return (
    <div class="decoded">
      <Part name="header" title="Header" about="how it was signed">
        <JsonEditor
          label="Header, as JSON"
          part={parts.header}
          onChange={onChange && ((header) => change({ header }))}
        />
      </Part>
      <Part name="payload" title="Payload" about="what it says">
        <Facts payload={parts.payload} aheadMs={aheadMs} />
        <JsonEditor
          label="Payload, as JSON"
          part={parts.payload}
          onChange={onChange && ((payload) => change({ payload }))}
        />
      </Part>
      <Part name="signature" title="Signature" about="proves the two others">
        <p class="facts">
          {bytes === undefined ? "No base64url." : bytes === 0 ? "None." : `${bytes} bytes by ${text(alg)}`}
          {kid !== undefined && bytes !== undefined && bytes > 0 && (
            <>
              {" "}
              with the key <code>{text(kid).slice(0, 8)}…</code>
            </>
          )}{" "}
          Whoever changes a letter above would have to make another one, and has no key for it.
        </p>
      </Part>
    </div>
  );
}

function Part({
  name,
  title,
  about,
  children,
}: {
  readonly name: string;
  readonly title: string;
  readonly about: string;
  readonly children: JSX.Element | readonly JSX.Element[];
}): JSX.Element {
  return (
    <div class={`partBox ${name}`}>
      <h3>
        <span class={`part ${name}`}>{title}</span> <small>{about}</small>
      </h3>
      {children}
    </div>
  );
}

/** JSON that can be typed in. What is typed is taken over at once, whether it is JSON or not, as a forger would do. */
function JsonEditor({
  label,
  part,
  onChange,
}: {
  readonly label: string;
  readonly part: string;
  readonly onChange: ((part: string) => void) | undefined;
}): JSX.Element {
  const [typed, setTyped] = useState({ text: prettyText(part), part });
  const isOwn = typed.part === part;
  const text = isOwn ? typed.text : prettyText(part);
  const field = useFittingHeight(text);
  if (!onChange) return <pre class="json">{text}</pre>;
  return (
    <textarea
      ref={field}
      class="json"
      aria-label={label}
      spellcheck={false}
      rows={2}
      value={text}
      onInput={({ currentTarget: { value } }) => {
        const next = partOf(value);
        setTyped({ text: value, part: next });
        onChange(next);
      }}
    />
  );
}

/** The claims that a person asks about first. */
function Facts({ payload, aheadMs }: { readonly payload: string; readonly aheadMs: number }): JSX.Element {
  const { email, roles, iat, exp } = objectIn(payload) ?? {};
  return (
    <dl class="factList">
      <Fact name="Who">{typeof email === "string" ? email : "not said"}</Fact>
      <Fact name="Roles">{Array.isArray(roles) && roles.length > 0 ? roles.map(String).join(", ") : "none"}</Fact>
      <Fact name="Issued">{clockTime(iat)}</Fact>
      <Fact name="Ends">
        {clockTime(exp)} {typeof exp === "number" && <Countdown until={exp * 1000} aheadMs={aheadMs} />}
      </Fact>
    </dl>
  );
}

const Fact = ({ name, children }: { readonly name: string; readonly children: unknown }): JSX.Element => (
  <div>
    <dt>{name}</dt>
    <dd>{children as JSX.Element}</dd>
  </div>
);

/** What remains of it, each second anew. */
function Countdown({ until, aheadMs }: { readonly until: number; readonly aheadMs: number }): JSX.Element {
  const [now, setNow] = useState(world.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(world.now()), 250);
    return () => clearInterval(timer);
  }, []);
  const left = until - now - aheadMs;
  return left > 0 ? (
    <span class={`countdown ${left < 30_000 ? "soon" : ""}`}>in {countdown(left)}</span>
  ) : (
    <span class="countdown over">it has ended</span>
  );
}

function clockTime(seconds: unknown): string {
  if (typeof seconds !== "number" || Math.abs(seconds) > 8.64e12) return "not said";
  return new Date(seconds * 1000).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", second: "2-digit" });
}

const text = (value: unknown): string => (typeof value === "string" ? value : String(value ?? "no algorithm"));
