import type { JSX } from "preact";
import { useFittingHeight } from "./useFittingHeight.ts";

/** A text field that shows a token in its colours: the field lies over the same text in colour, and its own text is not painted. */
export function TokenEditor({
  value,
  onChange,
  label,
  placeholder,
}: {
  readonly value: string;
  readonly onChange: (token: string) => void;
  readonly label: string;
  readonly placeholder?: string;
}): JSX.Element {
  const field = useFittingHeight(value);
  return (
    <div class="editor">
      <div class="paint" aria-hidden="true">
        <Coloured token={value} />
      </div>
      <textarea
        ref={field}
        aria-label={label}
        placeholder={placeholder}
        spellcheck={false}
        autocapitalize="off"
        autocomplete="off"
        rows={2}
        value={value}
        onInput={({ currentTarget }) => onChange(currentTarget.value.trim())}
      />
    </div>
  );
}

/** A token in the colours of its parts; whatever is no token, in one. */
export function Coloured({ token }: { readonly token: string }): JSX.Element {
  const parts = token.split(".");
  const names = parts.length === 3 ? ["header", "payload", "signature"] : [];
  return (
    <>
      {parts.map((part, at) => (
        <span key={at}>
          {at > 0 && <span class="dot">.</span>}
          <span class={`part ${names[at] ?? "plain"}`}>{part}</span>
        </span>
      ))}
    </>
  );
}
