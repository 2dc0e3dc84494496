import { objectInSegment, objectInText } from "../json/objectInSegment.ts";
import type { RefusalCode } from "../refusal.ts";
import type { Attempt } from "./attempt.ts";
import type { Check } from "./check.ts";
import type { CheckedPolicy } from "./policy.ts";
import { type RegisteredClaims, registeredClaims } from "./registeredClaims.ts";
import { schemaCheck } from "./schemaCheck.ts";
import { timeChecks } from "./timeChecks.ts";

/** What the claims must satisfy (RFC 7519 §4.1, in the order of the section). Runs on signed payloads only. */
export const claimChecks = (policy: CheckedPolicy): readonly Check[] => [
  { step: "payload", run: readPayload },
  {
    step: "required claims",
    run: ({ payload }) => (hasAll(payload, policy.required) ? undefined : "missing_claim"),
  },
  { step: "claim types", run: checkTypes },
  {
    step: "issuer",
    run: ({ claims }) => (isIssuer(claims, policy.issuers) ? undefined : "wrong_issuer"),
  },
  {
    step: "audience",
    run: ({ claims }) => (isAudience(claims, policy.audiences) ? undefined : "wrong_audience"),
  },
  ...timeChecks(policy),
  schemaCheck(policy.schema),
];

function readPayload(attempt: Attempt): RefusalCode | undefined {
  const { token, headerEnd, payloadEnd, looseText, quotes } = attempt;
  const payload = looseText.includes("\ufffd")
    ? objectInSegment(token.slice(headerEnd + 1, payloadEnd))
    : objectInText(looseText, quotes);
  if (payload === undefined) return "malformed_payload";
  attempt.payload = payload;
  return undefined;
}

function hasAll(payload: object, names: readonly string[]): boolean {
  for (let at = 0; at < names.length; at++) if (!Object.hasOwn(payload, names[at] ?? "")) return false;
  return true;
}

function checkTypes(attempt: Attempt): RefusalCode | undefined {
  const { payload } = attempt;
  const claims = registeredClaims(payload);
  if (claims === undefined) return "malformed_claim";
  attempt.claims = claims;
  attempt.result = payload;
  return undefined;
}

const isIssuer = ({ iss }: RegisteredClaims, issuers: readonly string[] | undefined): boolean =>
  issuers === undefined || (iss !== undefined && issuers.includes(iss));

function isAudience({ aud }: RegisteredClaims, audiences: readonly string[] | undefined): boolean {
  if (audiences === undefined) return true;
  if (aud === undefined) return false;
  return typeof aud === "string" ? audiences.includes(aud) : aud.some((one) => audiences.includes(one));
}
