import type { ComponentChildren, JSX } from "preact";

type Props = { readonly children: ComponentChildren };

/** Drawn here, since nothing is loaded; they say nothing that the words beside them do not. */
const Icon = ({ children }: Props): JSX.Element => (
  <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
    {children}
  </svg>
);

/** The sign of Cardea: two leaves of a hinge. */
export const Hinge = (): JSX.Element => (
  <svg class="mark" viewBox="0 0 32 32" aria-hidden="true">
    <rect x="2" y="5" width="12" height="22" rx="3.5" class="leaf" />
    <rect x="18" y="5" width="12" height="22" rx="3.5" class="leaf other" />
    <path d="M16 2.5v27" class="pin" />
  </svg>
);

/** Passed. */
export const Tick = (): JSX.Element => (
  <Icon>
    <path d="m5 12.5 4.5 4.5L19 7.5" />
  </Icon>
);

/** Failed. */
export const Cross = (): JSX.Element => (
  <Icon>
    <path d="m6.5 6.5 11 11m0-11-11 11" />
  </Icon>
);

/** Not asked. */
export const Dash = (): JSX.Element => (
  <Icon>
    <path d="M7 12h10" />
  </Icon>
);

/** Time. */
export const Clock = (): JSX.Element => (
  <Icon>
    <circle cx="12" cy="12" r="8.5" />
    <path d="M12 7.5V12l3 2" />
  </Icon>
);

/** A key. */
export const KeyIcon = (): JSX.Element => (
  <Icon>
    <circle cx="8" cy="15.5" r="4" />
    <path d="m11 12.5 8-8m-3 3 2.5 2.5M13.5 10l2 2" />
  </Icon>
);

/** A crown. */
export const Crown = (): JSX.Element => (
  <Icon>
    <path d="m4 8 3.5 4L12 6l4.5 6L20 8l-1.5 10h-13z" />
  </Icon>
);

/** A pen without a nib: unsigned. */
export const Unsigned = (): JSX.Element => (
  <Icon>
    <path d="M4 19h16M6 15l9.5-9.5 3 3L9 18M4 4l16 16" />
  </Icon>
);

/** Back to how it was. */
export const Undo = (): JSX.Element => (
  <Icon>
    <path d="M8.5 5 4.5 9l4 4M5 9h9a5 5 0 0 1 0 10h-3" />
  </Icon>
);

/** Leaving through a door. */
export const Leave = (): JSX.Element => (
  <Icon>
    <path d="M13 4.5H6.5v15H13M10.5 12h9m-3-3 3 3-3 3" />
  </Icon>
);

/** Taken back. */
export const Ban = (): JSX.Element => (
  <Icon>
    <circle cx="12" cy="12" r="8.5" />
    <path d="m6.5 6.5 11 11" />
  </Icon>
);

/** A person, taken back. */
export const Person = (): JSX.Element => (
  <Icon>
    <circle cx="11" cy="8.5" r="3.5" />
    <path d="M4.5 19c.6-3.6 3.3-5.5 6.5-5.5 1.5 0 2.9.4 4 1.2M16 16l4 4m0-4-4 4" />
  </Icon>
);

/** Round and round. */
export const Turn = (): JSX.Element => (
  <Icon>
    <path d="M19 8.5A8 8 0 0 0 5.2 8M5 4v4.5h4.5M5 15.5A8 8 0 0 0 18.8 16M19 20v-4.5h-4.5" />
  </Icon>
);

/** A plug that is out. */
export const Cut = (): JSX.Element => (
  <Icon>
    <path d="M4 12h4m8 0h4M8 8.5v7M16 8.5v7M11 5l2 3m0 8-2 3" />
  </Icon>
);

/** A plug that is in. */
export const Join = (): JSX.Element => (
  <Icon>
    <path d="M3.5 12H9m6 0h5.5M9 8.5v7M12 8.5v7M15 8.5v7M9 8.5h6M9 15.5h6" />
  </Icon>
);
