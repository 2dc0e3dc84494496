import type { z } from "zod";

/** The parameters after the `?` that a route reads, with an example. Their values are texts, or made of texts by the schema. */
export type QueryParameters<T = unknown> = {
  readonly schema: z.ZodType<T> & { readonly shape: Readonly<Record<string, z.ZodType>> };
  readonly example: Readonly<Record<string, string>>;
};
