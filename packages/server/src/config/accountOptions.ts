import { z } from "zod";
import type { AccountFields } from "../issue/accessToken.ts";
import type { StandardSchema } from "../standardSchema.ts";

/** What accounts are. */
export type AccountOptions<Fields extends AccountFields = AccountFields> = {
  /**
   * Whether people prove that they read their address: `off` sends no mail for it, `optional` (the default) sends one and lets them
   * in anyway, `required` lets nobody sign in before.
   */
  readonly emailVerification?: (typeof emailVerification)[number];
  /** The application's own fields of an account, by a Standard Schema whose output is an object that JSON can hold. Default: none. */
  readonly fields?: StandardSchema<Fields>;
};

const emailVerification = ["off", "optional", "required"] as const;

/** Checks `accounts`. */
export const accountOptions = z.strictObject({
  emailVerification: z.enum(emailVerification, 'Use "off", "optional" or "required".').default("optional"),
  fields: z
    .custom<StandardSchema<Readonly<Record<string, unknown>>>>(
      isStandardSchema,
      "Give a schema that speaks Standard Schema, such as z.object({ … }) of Zod.",
    )
    .optional(),
});

function isStandardSchema(value: unknown): boolean {
  const standard: unknown = Object(value)["~standard"];
  return Object(standard).version === 1 && typeof Object(standard).validate === "function";
}
