import type { z } from "zod";
import { suggestion } from "../didYouMean.ts";
import { ConfigurationError } from "../refusal.ts";

/**
 * Checks a value against a schema. Throws `ConfigurationError` naming each fault: where, what it needs, what an unknown name or
 * word was meant to be, and where the value came from if `sourceOf` knows.
 */
export function validate<S extends z.ZodType>(
  schema: S,
  value: unknown,
  where: string,
  sourceOf: (option: string) => string | undefined = () => undefined,
): z.output<S> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const lines = parsed.error.issues.flatMap((issue) => {
    if (issue.code === "unrecognized_keys") return issue.keys.map((key) => unknownOption(schema, issue.path, key));
    const option = issue.path.join(".");
    const source = sourceOf(option);
    return `${option || "options"}: ${issue.message}${meant(issue, value)}${source === undefined ? "" : ` (It is set by ${source}.)`}`;
  });
  throw new ConfigurationError(`${where}: ${lines.join(`\n${where}: `)}`);
}

const unknownOption = (schema: z.ZodType, path: readonly PropertyKey[], key: string): string =>
  `no option "${[...path, key].join(".")}".${suggestion(key, knownKeys(schema, path))}`;

/** What a word that is none of the allowed ones was meant to be. The value itself is not repeated: it may be a secret in the wrong place. */
function meant(issue: z.core.$ZodIssue, value: unknown): string {
  if (issue.code !== "invalid_value") return "";
  let given = value;
  for (const step of issue.path) given = Object(given)[step];
  return typeof given === "string" ? suggestion(given, issue.values.map(String)) : "";
}

/** The names that an object schema knows at a path. */
function knownKeys(schema: z.ZodType, path: readonly PropertyKey[]): readonly string[] {
  const [step, ...rest] = path;
  const shape = shapeOf(schema);
  if (!shape) return [];
  if (step === undefined) return Object.keys(shape);
  const inner = shape[String(step)];
  return inner ? knownKeys(inner, rest) : [];
}

/** Looks through defaults, optionals and what is computed of an object, down to it. */
function shapeOf(schema: z.ZodType): Readonly<Record<string, z.ZodType>> | undefined {
  if ("shape" in schema && isShape(schema.shape)) return schema.shape;
  const wrapped = "in" in schema ? schema.in : undefined;
  const inner = "unwrap" in schema && typeof schema.unwrap === "function" ? schema.unwrap() : wrapped;
  return inner === undefined ? undefined : shapeOf(inner);
}

const isShape = (value: unknown): value is Readonly<Record<string, z.ZodType>> =>
  typeof value === "object" && value !== null;
