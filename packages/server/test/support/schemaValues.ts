import fc from "fast-check";

/** A JSON Schema as the OpenAPI document has it. */
export type Schema = {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly maxLength?: number;
  readonly additionalProperties?: unknown;
};

/** Texts that have broken parsers, databases and logs. */
const hostileTexts = [
  "",
  " ",
  "\u0000",
  "a\u0000b",
  "' OR 1=1--",
  "__proto__",
  "constructor",
  "$" + "{jndi:ldap://x}",
  "%s%n",
  "../../etc/passwd",
  "\ud800",
  "\u202e",
  "\u{1f600}".repeat(300),
  "ada@example.com",
  "a@b",
  "x".repeat(1024),
  "1e999",
  "null",
  "at_",
  "rt_AAAAAAAAAAAAAAAAAAAAAA.0.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
  "lt_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
];

const anyText = fc.oneof(
  fc.constantFrom(...hostileTexts),
  fc.string({ unit: "binary", maxLength: 64 }),
  fc.emailAddress(),
);

/** Any JSON value, hostile texts and member names among it. */
const anyValue = fc.oneof(
  anyText,
  fc.jsonValue({ maxDepth: 3 }),
  fc.constantFrom(null, true, 0, -0, -1, 1e308, 2 ** 53, [], {}, [[]], { $ne: "" }, [null]),
);

/** Values that a schema describes, mixed with some that it does not: a wrong kind, a missing member, a member too many. */
export function valuesOf(schema: Schema): fc.Arbitrary<unknown> {
  const fitting = fittingValues(schema);
  return fc.oneof({ arbitrary: fitting, weight: 3 }, { arbitrary: anyValue, weight: 1 });
}

function fittingValues(schema: Schema): fc.Arbitrary<unknown> {
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.enum) return fc.constantFrom(...schema.enum);
  const alternatives = schema.anyOf ?? schema.oneOf;
  if (alternatives) return fc.oneof(...alternatives.map(valuesOf));
  switch (schema.type) {
    case "object":
      return objects(schema);
    case "array":
      return fc.array(valuesOf(schema.items ?? {}), { maxLength: 3 });
    case "string":
      return anyText;
    case "integer":
    case "number":
      return fc.oneof(fc.integer(), fc.double());
    case "boolean":
      return fc.boolean();
    default:
      return anyValue;
  }
}

function objects({ properties = {}, required = [] }: Schema): fc.Arbitrary<unknown> {
  const members = Object.fromEntries(Object.entries(properties).map(([name, one]) => [name, valuesOf(one)]));
  const whole = fc.record(members, { requiredKeys: [...required] });
  const further = fc.dictionary(fc.oneof(anyText, fc.constantFrom("__proto__", "role", "id")), anyValue, {
    maxKeys: 2,
  });
  return fc.oneof(
    { arbitrary: whole, weight: 4 },
    { arbitrary: fc.record(members, { requiredKeys: [] }), weight: 1 },
    { arbitrary: fc.tuple(whole, further).map(([one, more]) => ({ ...one, ...more })), weight: 1 },
  );
}
