import type { Claims } from "../claims.ts";
import { extensionNames } from "../extensionNames.ts";
import { mediaType } from "../mediaType.ts";
import { refuseUnknownOptions } from "../refuseUnknownOptions.ts";
import type { StandardSchemaV1 } from "../standardSchema.ts";
import { unchecked } from "../unchecked.ts";

/**
 * What a token must satisfy beyond its signature. `issuer`, `audience` and an expiry are required; each is waived by
 * `unchecked` alone. Configuring a check makes its claim required.
 */
export type Policy<C = Claims> = {
  readonly issuer: string | readonly string[] | typeof unchecked;
  /** One of these must be among the token's audiences. */
  readonly audience: string | readonly string[] | typeof unchecked;
  /** The header's `typ`, compared as media types. Left out: `JWT` or none. */
  readonly typ?: string | readonly string[] | typeof unchecked;
  /** `unchecked`: `exp` is neither required nor compared. */
  readonly expiry?: typeof unchecked;
  /** The longest `exp - iat`. */
  readonly maxTtlSeconds?: number;
  /** How far clocks may differ, for `exp`, `nbf` and `iat`; 0 unless given. */
  readonly clockToleranceSeconds?: number;
  /** Claims that must be there, beside those of the checks. */
  readonly required?: readonly string[];
  /** Any Standard Schema (zod, valibot, arktype) that answers synchronously; its output becomes the claims. */
  readonly claims?: StandardSchemaV1<unknown, C>;
  /** Header extensions (RFC 7515 §4.1.11) that the caller understands and handles; none unless given. */
  readonly critical?: readonly string[];
  /** The longest token; 8192 unless given. */
  readonly maxTokenBytes?: number;
};

/** A policy after its own checks: undefined means waived. */
export type CheckedPolicy = {
  readonly issuers: readonly string[] | undefined;
  readonly audiences: readonly string[] | undefined;
  /** Media types; `isTypeOptional` lets a header without `typ` pass. */
  readonly types: readonly string[] | undefined;
  readonly isTypeOptional: boolean;
  readonly expires: boolean;
  readonly maxTtlSeconds: number | undefined;
  readonly clockToleranceSeconds: number;
  readonly required: readonly string[];
  readonly schema: StandardSchemaV1 | undefined;
  readonly critical: readonly string[];
  readonly maxTokenBytes: number;
};

/** Throws a TypeError for an unknown option, a missing safeguard or a value out of range. */
export function checkPolicy(given: Policy<unknown>): CheckedPolicy {
  const policy = refuseUnknownOptions("policy", given, policyOptionNames);
  const { clockToleranceSeconds = 0, maxTokenBytes = 8192, maxTtlSeconds, typ = "JWT", required = [] } = policy;
  if (policy.expiry !== undefined && policy.expiry !== unchecked) throw wrong("expiry", "may only be `unchecked`");
  checkSeconds("clockToleranceSeconds", clockToleranceSeconds);
  checkNumber("maxTokenBytes", maxTokenBytes, 1);
  if (maxTtlSeconds !== undefined) checkSeconds("maxTtlSeconds", maxTtlSeconds);
  const waivable = {
    issuers: texts("issuer", policy.issuer),
    audiences: texts("audience", policy.audience),
    types: texts("typ", typ)?.map(expectedType),
  };
  const expires = policy.expiry === undefined;
  return {
    ...waivable,
    isTypeOptional: policy.typ === undefined,
    expires,
    maxTtlSeconds,
    clockToleranceSeconds,
    required: requiredClaims(required, { ...waivable, expires, maxTtlSeconds }),
    schema: checkedSchema(policy.claims),
    critical: policy.critical === undefined ? [] : extensionNames("policy", policy.critical),
    maxTokenBytes,
  };
}

/** What a policy can say. */
export const policyOptionNames: readonly string[] = [
  "issuer",
  "audience",
  "typ",
  "expiry",
  "maxTtlSeconds",
  "clockToleranceSeconds",
  "required",
  "claims",
  "critical",
  "maxTokenBytes",
];

const wrong = (name: string, expectation: string): TypeError => new TypeError(`policy: ${name} ${expectation}`);

function checkNumber(name: string, value: unknown, least: number): void {
  if (typeof value === "number" && Number.isSafeInteger(value) && value >= least) return;
  throw wrong(name, `must be a whole number from ${least}`);
}

function checkSeconds(name: string, value: unknown): void {
  if (typeof value === "number" && value >= 0 && value <= Number.MAX_SAFE_INTEGER) return;
  throw wrong(name, "must be a number of seconds from 0");
}

function texts(name: string, value: string | readonly string[] | typeof unchecked): readonly string[] | undefined {
  if (value === unchecked) return undefined;
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  const checked = list.filter((text) => typeof text === "string" && text !== "");
  if (checked.length > 0 && checked.length === list.length) return Object.freeze(checked.map(String));
  throw wrong(name, "must be a non-empty string or a list of such; to go without the check, say `unchecked`");
}

function expectedType(typ: string): string {
  const type = mediaType(typ);
  if (type === undefined) throw wrong("typ", "must be a media type such as `at+jwt`");
  return type;
}

function requiredClaims(
  named: readonly string[],
  checks: Pick<CheckedPolicy, "issuers" | "audiences" | "expires" | "maxTtlSeconds">,
): readonly string[] {
  if (!Array.isArray(named) || !named.every((name) => typeof name === "string")) {
    throw wrong("required", "must be a list of names of claims");
  }
  const names = new Set(named);
  if (checks.issuers !== undefined) names.add("iss");
  if (checks.audiences !== undefined) names.add("aud");
  if (checks.expires || checks.maxTtlSeconds !== undefined) names.add("exp");
  if (checks.maxTtlSeconds !== undefined) names.add("iat");
  return [...names];
}

function checkedSchema(schema: StandardSchemaV1 | undefined): StandardSchemaV1 | undefined {
  if (schema === undefined || typeof schema?.["~standard"]?.validate === "function") return schema;
  throw wrong("claims", "must be a Standard Schema, such as one of zod, valibot or arktype");
}
