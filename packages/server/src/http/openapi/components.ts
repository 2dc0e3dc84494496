import type { ProblemCode } from "@cardea/verifier/wire";
import { z } from "zod";
import { problemForm } from "../problemForm.ts";

/** Schemas of the document: those that have a name once under `components`, and references to them elsewhere. */
export type Components = {
  /** What a request may hold. */
  readonly request: (schema: z.ZodType) => object;
  /** What an answer holds. */
  readonly answer: (schema: z.ZodType) => object;
  /** A problem document with one of the codes. */
  readonly problem: (codes: readonly ProblemCode[]) => object;
  readonly schemas: () => Readonly<Record<string, unknown>>;
};

/** Collects named schemas as they are met. A name comes from `.meta({ id })`; two schemas of one name are refused by zod. */
export function createComponents(): Components {
  const named = new Map<string, unknown>();
  const convert = (schema: z.ZodType, io: "input" | "output"): object => {
    const { $schema: _dialect, $defs = {}, ...own } = referring(z.toJSONSchema(schema, { io, override: plain }));
    for (const [name, definition] of Object.entries(Object($defs))) named.set(name, definition);
    return own;
  };
  return {
    request: (schema) => convert(schema, "input"),
    answer: (schema) => convert(schema, "output"),
    problem: (codes) => ({
      allOf: [convert(problemForm, "output"), { type: "object", properties: { code: { enum: codes } } }],
    }),
    schemas: () => Object.fromEntries([...named].toSorted(([a], [b]) => (a < b ? -1 : 1))),
  };
}

/** zod gathers named schemas under `$defs` of each schema; a document has one place for all of them. */
const referring = (schema: object): Record<string, unknown> =>
  JSON.parse(JSON.stringify(schema).replaceAll('"#/$defs/', '"#/components/schemas/'));

/** The format says it all; the pattern that zod checks it by would fill the document. */
const plain = ({ jsonSchema }: { jsonSchema: { format?: string; pattern?: string } }): void => {
  if (jsonSchema.format === "date-time") delete jsonSchema.pattern;
};
