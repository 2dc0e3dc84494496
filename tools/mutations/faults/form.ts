import type { Fault } from "../fault.ts";

/** The compact form (RFC 7515 §7.1) and base64url (§2). */
export const formFaults: readonly Fault[] = [
  {
    rule: "a token is a string",
    file: "verify/formChecks.ts",
    text: 'if (typeof token !== "string") return "malformed_token";',
    replacement: "",
    caughtBy: "attackForm",
  },
  {
    rule: "a token is no longer than the policy allows",
    file: "verify/formChecks.ts",
    text: "token.length > maxTokenBytes",
    replacement: "token.length > maxTokenBytes + 1",
    caughtBy: "attackForm",
  },
  {
    rule: "a token of exactly the limit is read",
    file: "verify/formChecks.ts",
    text: "token.length > maxTokenBytes",
    replacement: "token.length >= maxTokenBytes",
    caughtBy: "attackForm",
  },
  {
    rule: "the header is not empty",
    file: "verify/formChecks.ts",
    text: "headerEnd < 1 || ",
    replacement: "",
    caughtBy: "attackForm",
  },
  {
    rule: "the payload is not empty",
    file: "verify/formChecks.ts",
    text: "payloadEnd <= headerEnd + 1",
    replacement: "payloadEnd <= headerEnd",
    caughtBy: "attackForm",
  },
  {
    rule: "the signature is not empty",
    file: "verify/formChecks.ts",
    text: " || payloadEnd + 1 >= token.length",
    replacement: "",
    caughtBy: "attackForm",
  },
  {
    rule: "the header is canonical base64url",
    file: "verify/formChecks.ts",
    text: "(isHeaderKnown || isCanonicalBase64url(token.slice(0, headerEnd))) &&",
    replacement: "",
    caughtBy: "attackForm",
  },
  {
    rule: "the payload is canonical base64url",
    file: "encoding/base64url.ts",
    text: "if (octets(target).base64urlSlice(0, size) !== segment) return false;",
    replacement: "",
    caughtBy: "attackForm",
  },
  {
    rule: "the signature is canonical base64url, in three parts",
    file: "verify/formChecks.ts",
    text: ` &&
    isCanonicalTail(token, payloadEnd + 1);`,
    replacement: ";",
    caughtBy: "attackForm",
  },
  {
    rule: "a long signature is canonical base64url",
    file: "encoding/base64url.ts",
    text: 'return target.toString("base64url", 0, target.write(segment, 0, "base64url")) === segment;',
    replacement: 'return target.write(segment, 0, "base64url") > 0;',
    caughtBy: "attackForm",
  },
  {
    rule: "a short signature has the letters of base64url",
    file: "encoding/base64url.ts",
    text: "seen < 64 && ",
    replacement: "",
    caughtBy: "attackForm",
  },
  {
    rule: "no letter counts for its low 8 bits: U+0176 is no v",
    file: "encoding/base64url.ts",
    text: "(code < 128 ? (digits[code] ?? 64) : 64)",
    replacement: "digits[code & 0xff] ?? 64",
    caughtBy: "attackForm",
  },
  {
    rule: "a short signature has no bits that are in no byte",
    file: "encoding/base64url.ts",
    text: " && (last & (unusedBits[length % 4] ?? 0)) === 0",
    replacement: "",
    caughtBy: "attackForm",
  },
  {
    rule: "no segment has a length that no bytes have",
    file: "encoding/base64url.ts",
    text: " && length % 4 !== 1",
    replacement: "",
    caughtBy: "multiIssuer",
  },
];
