import { z } from "zod";
import type { Color, ColorName } from "../pages/palette.ts";
import { type ChosenColors, contrastFault, ownColors } from "../pages/theme.ts";

/** How the hosted pages look, and whether there are any. */
export type PageOptions = {
  /** Default true. Without them mails need pages of your own: `mail.links.verify`, `reset` and `changeEmail`. */
  readonly enabled?: boolean;
  /** The application's name. Default: `mail.name`, or the issuer's host. */
  readonly name?: string;
  /** A picture beside the name: a path of the issuer's origin, or a `data:` URL of at most 6000 characters. Default: a shield. */
  readonly logo?: string;
  /** Colors as `#rrggbb`, or one for light and one for dark. Text must be readable on its ground, or they are refused. */
  readonly colors?: { readonly [Name in (typeof ownColors)[number]]?: string | Color };
  /** Fields of `accounts.fields` that sign-up and the profile ask for, each a text. */
  readonly fields?: readonly {
    readonly name: string;
    readonly label: string | { readonly en: string; readonly de: string };
    /** Default false. */
    readonly required?: boolean;
  }[];
};

const hex = z
  .string('Give a color as "#rrggbb".')
  .regex(/^#(?:[0-9A-Fa-f]{3}|[0-9A-Fa-f]{6})$/, 'Write the color as "#rrggbb" or "#rgb".')
  .transform((text) =>
    (text.length === 4 ? `#${[...text.slice(1)].map((digit) => digit + digit).join("")}` : text).toLowerCase(),
  );

const color = z.union(
  [hex.transform((one): Color => ({ light: one, dark: one })), z.strictObject({ light: hex, dark: hex })],
  'Give a color as "#rrggbb", or as { light, dark }.',
);

const colors = z
  .strictObject(Object.fromEntries(ownColors.map((name) => [name, color.optional()])) as OwnColorShape)
  .superRefine((chosen, context) => {
    const fault = contrastFault(withoutUndefined(chosen));
    if (fault !== undefined) context.addIssue({ code: "custom", message: fault });
  })
  .transform(withoutUndefined);

type OwnColorShape = Record<(typeof ownColors)[number], z.ZodOptional<typeof color>>;

function withoutUndefined(chosen: Readonly<Partial<Record<ColorName, Color | undefined>>>): ChosenColors {
  return Object.fromEntries(Object.entries(chosen).filter(([, one]) => one !== undefined));
}

const logo = z
  .string("Give the path or the data: URL of a picture.")
  .max(6000, "Use at most 6000 characters, or a path of the issuer's origin.")
  .regex(
    /^(?:data:image\/(?:png|svg\+xml|webp|jpeg|gif);base64,[A-Za-z0-9+/]+={0,2}|\/(?![/\\])[\x21-\x5b\x5d-\x7e]*)$/,
    'Give a path such as "/logo.svg", or "data:image/png;base64,…" (png, svg+xml, webp, jpeg or gif).',
  );

const label = z.union(
  [
    z
      .string()
      .trim()
      .min(1)
      .max(80)
      .transform((text) => ({ en: text, de: text })),
    z.strictObject({ en: z.string().trim().min(1).max(80), de: z.string().trim().min(1).max(80) }),
  ],
  "Give a label of at most 80 characters, or { en, de }.",
);

/** Checks `pages`. */
export const pageOptions = z.strictObject({
  enabled: z.boolean("Use true or false.").default(true),
  name: z.string().trim().min(1, "Give a name.").max(60, "Use at most 60 characters.").optional(),
  logo: logo.optional(),
  colors: colors.prefault({}),
  fields: z
    .array(
      z.strictObject({
        name: z.string().regex(/^[A-Za-z][A-Za-z0-9_]{0,63}$/, "A field's name has letters, digits and _, at most 64."),
        label,
        required: z.boolean().default(false),
      }),
    )
    .max(20, "Use at most 20 fields.")
    .readonly()
    .default([]),
});
