import { ok, type Result, refuse } from "../refusal.ts";
import type { Account } from "../store/ports.ts";
import type { RefusalOf } from "./outcome.ts";
import type { FlowParts } from "./parts.ts";

/** The application's own fields, as its schema makes them. Refused without a schema, unless there are none. */
export async function checkedFields(
  given: Account["fields"],
  { fields: schema }: Pick<FlowParts, "fields">,
): Promise<Result<Account["fields"], RefusalOf<"fields_refused">>> {
  if (!schema) {
    const issues = Object.keys(given).map((name) => ({ path: [name], message: "There is no such field." }));
    return issues.length === 0 ? ok({}) : refuse({ reason: "fields_refused", issues });
  }
  const checked = await schema["~standard"].validate(given);
  if (!checked.issues) return ok(asJson(checked.value));
  const issues = checked.issues.map(({ path = [], message }) => ({ path: path.map(keyOf), message }));
  return refuse({ reason: "fields_refused", issues });
}

const keyOf = (step: PropertyKey | { readonly key: PropertyKey }): PropertyKey =>
  typeof step === "object" ? step.key : step;

/** What is kept is what JSON can hold, the same on every store. */
const asJson = (fields: Account["fields"]): Account["fields"] => JSON.parse(JSON.stringify(fields));
