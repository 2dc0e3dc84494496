import type { Fault } from "../fault.ts";

/** Several issuers in one verifier. */
export const issuerFaults: readonly Fault[] = [
  {
    rule: "an issuer that is not listed is refused",
    file: "verify/createMultiIssuerVerifier.ts",
    text: 'runners.get(payload.iss) ?? "wrong_issuer"',
    replacement: 'runners.get(payload.iss) ?? [...runners.values()][0] ?? "wrong_issuer"',
    caughtBy: "multiIssuer",
  },
  {
    rule: "each issuer has its own keys and policy",
    file: "verify/createMultiIssuerVerifier.ts",
    text: "runners.get(payload.iss) ??",
    replacement: "[...runners.values()][0] ??",
    caughtBy: "multiIssuer",
  },
  {
    rule: "a policy here has no issuer of its own",
    file: "verify/createMultiIssuerVerifier.ts",
    text: '"issuer" in policy) {',
    replacement: "false) {",
    caughtBy: "multiIssuer",
  },
  {
    rule: "iss is required",
    file: "verify/createMultiIssuerVerifier.ts",
    text: 'if (!Object.hasOwn(payload, "iss")) return "missing_claim";',
    replacement: "",
    caughtBy: "multiIssuer",
  },
  {
    rule: "iss is a text",
    file: "verify/createMultiIssuerVerifier.ts",
    text: 'if (typeof payload.iss !== "string") return "malformed_claim";',
    replacement: "",
    caughtBy: "multiIssuer",
  },
  {
    rule: "nothing above the longest limit is read",
    file: "verify/createMultiIssuerVerifier.ts",
    text: 'if (token.length > longest) return "token_too_long";',
    replacement: "",
    caughtBy: "boundedWork",
  },
  {
    rule: "what is no string is refused",
    file: "verify/createMultiIssuerVerifier.ts",
    text: 'if (typeof token !== "string") return "malformed_token";',
    replacement: "",
    caughtBy: "multiIssuer",
  },
  {
    rule: "the payload that chooses is canonical base64url",
    file: "verify/createMultiIssuerVerifier.ts",
    text: " || !isCanonicalBase64url(segment)",
    replacement: "",
    caughtBy: "multiIssuer",
  },
  {
    rule: "isRevoked is asked about tokens of each issuer",
    file: "verify/createMultiIssuerVerifier.ts",
    text: "...(isRevoked && { isRevoked })",
    replacement: "",
    caughtBy: "multiIssuer",
  },
  {
    rule: "there is at least one issuer",
    file: "verify/createMultiIssuerVerifier.ts",
    text: "if (entries.length === 0) {",
    replacement: "if (false) {",
    caughtBy: "multiIssuer",
  },
];
