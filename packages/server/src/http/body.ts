import type { z } from "zod";

/** A body that a route takes: how it is written, what fits, and one that does. */
export type Body<T = unknown> = {
  readonly type: "application/json" | "application/x-www-form-urlencoded";
  readonly schema: z.ZodType<T>;
  readonly example: unknown;
  /** Whether the request may come without any body. */
  readonly optional: boolean;
};

/** A JSON body that fits the schema. */
export const jsonBody = <T, I>(schema: z.ZodType<T, I>, example: I): Body<T> => ({
  type: "application/json",
  schema,
  example,
  optional: false,
});

/** A JSON body that fits the schema, or none. */
export const optionalJsonBody = <T, I>(schema: z.ZodType<T, I>, example: I): Body<T | undefined> => ({
  ...jsonBody<T | undefined, I>(schema, example),
  optional: true,
});

/** A form that fits the schema: the style of OAuth's endpoints. */
export const formBody = <T, I>(schema: z.ZodType<T, I>, example: I): Body<T> => ({
  ...jsonBody(schema, example),
  type: "application/x-www-form-urlencoded",
});
