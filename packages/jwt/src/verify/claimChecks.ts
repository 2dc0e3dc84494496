import type { Claims } from "../claims.ts";
import { deepFreeze } from "../deepFreeze.ts";
import { objectInSegment } from "../objectInSegment.ts";
import type { RefusalCode } from "../refusal.ts";
import type { Attempt } from "./attempt.ts";
import type { Check } from "./check.ts";
import type { CheckedPolicy } from "./policy.ts";
import { hasTypedClaims } from "./registeredClaims.ts";
import { schemaCheck } from "./schemaCheck.ts";
import { timeChecks } from "./timeChecks.ts";

/** What the claims must satisfy (RFC 7519 §4.1, in the order of the section). Runs on signed payloads only. */
export const claimChecks = (policy: CheckedPolicy): readonly Check[] => [
  { step: "payload", passed: "a JSON object in UTF-8 with unique members", run: readPayload },
  {
    step: "required claims",
    passed: policy.required.join(", ") || "none are required",
    run: ({ payload }) => (policy.required.every((name) => Object.hasOwn(payload, name)) ? undefined : "missing_claim"),
  },
  { step: "claim types", passed: "registered claims are well-formed", run: checkTypes },
  {
    step: "issuer",
    passed: passedOr(policy.issuers, "an expected one"),
    run: ({ claims }) => (isIssuer(claims, policy.issuers) ? undefined : "wrong_issuer"),
  },
  {
    step: "audience",
    passed: passedOr(policy.audiences, "an expected one"),
    run: ({ claims }) => (isAudience(claims, policy.audiences) ? undefined : "wrong_audience"),
  },
  ...timeChecks(policy),
  schemaCheck(policy.schema),
];

function readPayload(attempt: Attempt): RefusalCode | undefined {
  const payload = objectInSegment(attempt.token.slice(attempt.headerEnd + 1, attempt.payloadEnd));
  if (payload === undefined) return "malformed_payload";
  attempt.payload = deepFreeze(payload);
  return undefined;
}

function checkTypes(attempt: Attempt): RefusalCode | undefined {
  const { payload } = attempt;
  if (!hasTypedClaims(payload)) return "malformed_claim";
  attempt.claims = payload;
  attempt.result = payload;
  return undefined;
}

const passedOr = (expected: unknown, passed: string): string => (expected === undefined ? "not checked" : passed);

const isIssuer = ({ iss }: Claims, issuers: readonly string[] | undefined): boolean =>
  issuers === undefined || (iss !== undefined && issuers.includes(iss));

function isAudience({ aud }: Claims, audiences: readonly string[] | undefined): boolean {
  if (audiences === undefined) return true;
  if (aud === undefined) return false;
  return typeof aud === "string" ? audiences.includes(aud) : aud.some((one) => audiences.includes(one));
}
