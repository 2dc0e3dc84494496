import type { z } from "zod";
import { suggestion } from "../didYouMean.ts";
import { ConfigurationError } from "../refusal.ts";

/** Checks a value against a schema. Throws `ConfigurationError` naming each fault: where, what it needs, and what an unknown name was meant to be. */
export function validate<S extends z.ZodType>(schema: S, value: unknown, where: string): z.output<S> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const lines = parsed.error.issues.flatMap((issue) =>
    issue.code === "unrecognized_keys"
      ? issue.keys.map(
          (key) => `no option "${[...issue.path, key].join(".")}".${suggestion(key, knownKeys(schema, issue.path))}`,
        )
      : [`${issue.path.join(".") || "options"}: ${issue.message}`],
  );
  throw new ConfigurationError(`${where}: ${lines.join(`\n${where}: `)}`);
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

/** Looks through defaults and optionals down to the object. */
function shapeOf(schema: z.ZodType): Readonly<Record<string, z.ZodType>> | undefined {
  if ("shape" in schema && isShape(schema.shape)) return schema.shape;
  const inner = "unwrap" in schema && typeof schema.unwrap === "function" ? schema.unwrap() : undefined;
  return inner === undefined ? undefined : shapeOf(inner);
}

const isShape = (value: unknown): value is Readonly<Record<string, z.ZodType>> =>
  typeof value === "object" && value !== null;
