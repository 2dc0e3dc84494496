import { isAlgorithmName } from "../algorithms/names.ts";
import type { Header } from "../claims.ts";
import { areKnownExtensions } from "../extensionNames.ts";
import { objectInSegment } from "../json/objectInSegment.ts";
import { mediaType } from "../mediaType.ts";
import type { RefusalCode } from "../refusal.ts";
import type { Attempt } from "./attempt.ts";
import type { Check } from "./check.ts";
import type { CheckedPolicy } from "./policy.ts";

/** What the header alone decides (RFC 7515 §4.1, RFC 8725 §3.1, §3.11). */
export const headerChecks = (policy: CheckedPolicy): readonly Check[] => [
  { step: "header", isOfHeader: true, run: readHeader },
  {
    step: "critical",
    isOfHeader: true,
    run: ({ header }) => (isUnderstood(header, policy.critical) ? undefined : "unsupported_critical"),
  },
  {
    step: "type",
    isOfHeader: true,
    run: ({ header }) => (isExpectedType(header, policy) ? undefined : "wrong_type"),
  },
  {
    step: "algorithm",
    isOfHeader: true,
    run: findAlgorithm,
  },
];

function findAlgorithm(attempt: Attempt): RefusalCode | undefined {
  const { alg } = attempt.header;
  if (!isAlgorithmName(alg)) return "wrong_algorithm";
  attempt.alg = alg;
  return undefined;
}

function readHeader(attempt: Attempt): RefusalCode | undefined {
  const header = objectInSegment(attempt.token.slice(0, attempt.headerEnd));
  if (header === undefined || !isHeader(header)) return "malformed_header";
  attempt.header = header;
  return undefined;
}

const isHeader = (header: Readonly<Record<string, unknown>>): header is Header =>
  has(header, "alg") && isText(header.alg) && isTextOrAbsent(header, "kid") && isTextOrAbsent(header, "typ");

const has = (header: object, name: string): boolean => Object.hasOwn(header, name);

const isText = (value: unknown): boolean => typeof value === "string" && value !== "";

const isTextOrAbsent = (header: Readonly<Record<string, unknown>>, name: string): boolean =>
  !has(header, name) || isText(header[name]);

/** No extension, or only those that the caller knows. `b64` changes what a payload is, so no JWT may have it. */
function isUnderstood(header: Header, known: readonly string[]): boolean {
  if (has(header, "b64")) return false;
  if (!has(header, "crit")) return true;
  return areKnownExtensions(header, known);
}

function isExpectedType(header: Header, { types, isTypeOptional }: CheckedPolicy): boolean {
  if (types === undefined) return true;
  if (!has(header, "typ")) return isTypeOptional;
  const type = mediaType(header.typ ?? "");
  return type !== undefined && types.includes(type);
}
