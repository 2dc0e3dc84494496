import type { StepName } from "./check.ts";
import type { CheckedPolicy } from "./policy.ts";
import type { Rules } from "./rules.ts";

/** What it means that a check passed, in words for people. */
export const meaningOf = (step: StepName, { policy }: Rules): string => meanings[step](policy);

const meanings: Readonly<Record<StepName, (policy: CheckedPolicy) => string>> = {
  size: ({ maxTokenBytes }) => `at most ${maxTokenBytes} bytes`,
  form: () => "three parts of canonical base64url",
  header: () => "a JSON object with unique members",
  critical: ({ critical }) =>
    critical.length === 0 ? "asks for no extension" : `asks for no extension but ${critical.join(" and ")}`,
  type: ({ types, isTypeOptional }) =>
    types === undefined ? "not checked" : `${isTypeOptional ? "none, or " : ""}${types.join(" or ")}`,
  algorithm: () => "in the table of algorithms",
  key: () => "a key fits kid and alg",
  signature: () => "right for header and payload",
  payload: () => "a JSON object in UTF-8 with unique members",
  "required claims": ({ required }) => required.join(", ") || "none are required",
  "claim types": () => "registered claims are well-formed",
  issuer: ({ issuers }) => passedOr(issuers, "an expected one"),
  audience: ({ audiences }) => passedOr(audiences, "an expected one"),
  expiry: ({ expires }) => (expires ? "not reached" : "not checked"),
  "not before": () => "reached, or none",
  "issued at": () => "in the past, or none",
  "order of dates": () => "expires after it was issued, or says neither",
  lifetime: ({ maxTtlSeconds }) => passedOr(maxTtlSeconds, `at most ${maxTtlSeconds} s`),
  schema: ({ schema }) => passedOr(schema, `accepted by ${schema?.["~standard"].vendor}`),
  revocation: () => "not revoked",
};

const passedOr = (check: unknown, passed: string): string => (check === undefined ? "not checked" : passed);
