import { decodeLooseText, isCanonicalBase64url, isCanonicalTail } from "../encoding/base64url.ts";
import type { RefusalCode } from "../refusal.ts";
import type { Attempt } from "./attempt.ts";
import type { Check } from "./check.ts";
import type { CheckedPolicy } from "./policy.ts";

/** The compact form (RFC 7515 §7.1), before anything is decoded into meaning. */
export const formChecks = ({ maxTokenBytes }: CheckedPolicy): readonly Check[] => [
  {
    step: "size",
    run: ({ token }) => {
      if (typeof token !== "string") return "malformed_token";
      return token.length > maxTokenBytes ? "token_too_long" : undefined;
    },
  },
  { step: "form", run: checkForm },
];

function checkForm(attempt: Attempt): RefusalCode | undefined {
  const { token } = attempt;
  const isHeaderKnown = attempt.headerEnd > 0;
  const headerEnd = isHeaderKnown ? attempt.headerEnd : token.indexOf(".");
  const payloadEnd = token.indexOf(".", headerEnd + 1);
  if (headerEnd < 1 || payloadEnd <= headerEnd + 1 || payloadEnd + 1 >= token.length) return "malformed_token";
  attempt.headerEnd = headerEnd;
  attempt.payloadEnd = payloadEnd;
  const isCanonical =
    decodeLooseText(token.slice(headerEnd + 1, payloadEnd), attempt) &&
    (isHeaderKnown || isCanonicalBase64url(token.slice(0, headerEnd))) &&
    isCanonicalTail(token, payloadEnd + 1);
  return isCanonical ? undefined : "malformed_token";
}
