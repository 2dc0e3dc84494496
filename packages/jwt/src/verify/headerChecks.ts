import { isAlgorithmName } from "../algorithms/algorithms.ts";
import type { Header } from "../claims.ts";
import { deepFreeze } from "../deepFreeze.ts";
import { mediaType } from "../mediaType.ts";
import { objectInSegment } from "../objectInSegment.ts";
import type { RefusalCode } from "../refusal.ts";
import type { Attempt } from "./attempt.ts";
import type { Check } from "./check.ts";
import type { CheckedPolicy } from "./policy.ts";

/** What the header alone decides (RFC 7515 §4.1, RFC 8725 §3.1, §3.11). */
export const headerChecks = (policy: CheckedPolicy): readonly Check[] => [
  { step: "header", passed: "a JSON object with unique members", isOfHeader: true, run: readHeader },
  {
    step: "critical",
    passed: "asks for no extension",
    isOfHeader: true,
    run: ({ header }) => (has(header, "crit") || has(header, "b64") ? "unsupported_critical" : undefined),
  },
  {
    step: "type",
    passed:
      policy.types === undefined
        ? "not checked"
        : `${policy.isTypeOptional ? "none, or " : ""}${policy.types.join(" or ")}`,
    isOfHeader: true,
    run: ({ header }) => (isExpectedType(header, policy) ? undefined : "wrong_type"),
  },
  {
    step: "algorithm",
    passed: "in the table of algorithms",
    isOfHeader: true,
    run: ({ header }) => (isAlgorithmName(header.alg) ? undefined : "wrong_algorithm"),
  },
];

function readHeader(attempt: Attempt): RefusalCode | undefined {
  const header = objectInSegment(attempt.token.slice(0, attempt.headerEnd));
  if (header === undefined || !isHeader(header)) return "malformed_header";
  attempt.header = deepFreeze(header);
  return undefined;
}

const isHeader = (header: Readonly<Record<string, unknown>>): header is Header =>
  has(header, "alg") && isText(header.alg) && isTextOrAbsent(header, "kid") && isTextOrAbsent(header, "typ");

const has = (header: object, name: string): boolean => Object.hasOwn(header, name);

const isText = (value: unknown): boolean => typeof value === "string" && value !== "";

const isTextOrAbsent = (header: Readonly<Record<string, unknown>>, name: string): boolean =>
  !has(header, name) || isText(header[name]);

function isExpectedType(header: Header, { types, isTypeOptional }: CheckedPolicy): boolean {
  if (types === undefined) return true;
  if (!has(header, "typ")) return isTypeOptional;
  const type = mediaType(header.typ ?? "");
  return type !== undefined && types.includes(type);
}
