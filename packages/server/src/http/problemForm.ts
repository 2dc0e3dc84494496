import { type ProblemCode, problems } from "@cardea/verifier/wire";
import { z } from "zod";

/** The form of every refusal (RFC 9457), with the members that some codes add. */
export const problemForm = z
  .strictObject({
    type: z.literal("about:blank"),
    title: z.string(),
    status: z.number().int(),
    code: z.enum(Object.keys(problems) as [ProblemCode, ...ProblemCode[]]),
    detail: z.string().optional(),
    errors: z
      .array(z.strictObject({ field: z.string(), message: z.string(), reason: z.string().optional() }))
      .optional()
      .meta({ description: "The fields that do not fit, each with what it needs." }),
    max_age: z
      .number()
      .int()
      .optional()
      .meta({ description: "Seconds: how long ago the person may have proven who they are." }),
    cause: z.string().optional().meta({ description: "Why a token was refused; in development only." }),
  })
  .meta({ id: "Problem" });
