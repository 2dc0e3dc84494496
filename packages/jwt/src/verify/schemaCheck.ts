import { deepFreeze } from "../json/deepFreeze.ts";
import type { RefusalCode } from "../refusal.ts";
import type { StandardSchemaV1 } from "../standardSchema.ts";
import type { Attempt } from "./attempt.ts";
import type { Check } from "./check.ts";

/** The caller's own schema, last, on claims that hold in every other way. Its output takes their place. */
export const schemaCheck = (schema: StandardSchemaV1 | undefined): Check => ({
  step: "schema",
  run: (attempt) => (schema === undefined ? undefined : applySchema(attempt, schema)),
});

/** An error that the schema throws is a bug in it and goes through; nothing is accepted by that. */
function applySchema(attempt: Attempt, schema: StandardSchemaV1): RefusalCode | undefined {
  const answer = schema["~standard"].validate(attempt.payload);
  if ("then" in answer) {
    Promise.resolve(answer).catch(() => undefined);
    throw new TypeError("policy: the claims schema answers with a promise; verification is synchronous");
  }
  if (answer.issues !== undefined) return "claims_rejected";
  if (!("value" in answer)) throw new TypeError("policy: the claims schema answers with neither a value nor issues");
  attempt.result = answer.value === attempt.payload ? attempt.payload : deepFreeze(answer.value);
  return undefined;
}
