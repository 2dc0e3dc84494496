import type { ComponentChildren, JSX } from "preact";
import { useId } from "preact/hooks";

/** A choice of one among a few, as a row of radio buttons. */
export function Choice<T extends string>({
  legend,
  name,
  options,
  value,
  onChange,
  children,
}: {
  readonly legend: string;
  readonly name: string;
  readonly options: readonly { readonly value: T; readonly label: string }[];
  readonly value: T;
  readonly onChange: (value: T) => void;
  readonly children?: ComponentChildren;
}): JSX.Element {
  return (
    <fieldset class="choice">
      <legend>{legend}</legend>
      <div class="segments">
        {options.map((option) => (
          <label key={option.value} class="segment">
            <input
              type="radio"
              name={name}
              value={option.value}
              checked={option.value === value}
              onChange={() => onChange(option.value)}
            />
            <span>{option.label}</span>
          </label>
        ))}
      </div>
      <p class="hint">{children}</p>
    </fieldset>
  );
}

/** A card with a heading. `step` is its number, where it is one of several steps. */
export function Card({
  title,
  step,
  children,
  aside,
  name,
}: {
  readonly title: string;
  readonly step?: number;
  readonly children: ComponentChildren;
  readonly aside?: ComponentChildren;
  readonly name: string;
}): JSX.Element {
  const id = useId();
  return (
    <section class={`card ${name}`} aria-labelledby={id}>
      <header class="cardHead">
        <h2 id={id}>
          {step !== undefined && <span class="step">{step}</span>}
          {title}
        </h2>
        {aside}
      </header>
      {children}
    </section>
  );
}

/** A button with a drawing. */
export function Action({
  icon,
  label,
  onClick,
  kind = "",
  disabled = false,
  busy = false,
}: {
  readonly icon?: JSX.Element;
  readonly label: string;
  readonly onClick: () => void;
  readonly kind?: "" | "main" | "danger" | "quiet";
  readonly disabled?: boolean;
  readonly busy?: boolean;
}): JSX.Element {
  return (
    <button type="button" class={`button ${kind}`} onClick={onClick} disabled={disabled} aria-busy={busy}>
      {icon}
      {label}
    </button>
  );
}
