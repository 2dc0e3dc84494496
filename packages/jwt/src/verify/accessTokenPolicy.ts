import type { Claims } from "../claims.ts";
import { refuseUnknownOptions } from "../refuseUnknownOptions.ts";
import type { StandardSchemaV1 } from "../standardSchema.ts";
import { checkPolicy, type Policy, policyOptionNames } from "./policy.ts";
import { isNumericDate } from "./registeredClaims.ts";

/** The claims of an access token (RFC 9068 §2.2). */
export type AccessTokenClaims = Claims & {
  readonly iss: string;
  readonly exp: number;
  readonly aud: string | readonly string[];
  readonly sub: string;
  readonly client_id: string;
  readonly iat: number;
  readonly jti: string;
  readonly scope?: string;
  readonly auth_time?: number;
  readonly acr?: string;
  readonly amr?: readonly string[];
};

/** What a caller may still decide. */
type Options<C> = Omit<Policy<C>, "typ" | "expiry">;

/**
 * The policy of RFC 9068 §4 for access tokens: `typ` is `at+jwt`, and `iss`, `exp`, `aud`, `sub`, `client_id`, `iat` and
 * `jti` are there and well-formed, as are `scope`, `auth_time`, `acr` and `amr` if they are there. The caller's own
 * schema, if any, is asked after that. An ID token or any other JWT of the same issuer does not pass.
 */
export function accessTokenPolicy(
  options: Options<unknown> & { readonly claims?: undefined },
): Policy<AccessTokenClaims>;
export function accessTokenPolicy<C>(
  options: Options<C> & { readonly claims: StandardSchemaV1<unknown, C> },
): Policy<C>;
export function accessTokenPolicy(options: Options<unknown>): Policy<unknown> {
  const own = refuseUnknownOptions("accessTokenPolicy", options, optionNames);
  const { required, schema } = checkPolicy(own);
  return {
    ...own,
    typ: "at+jwt",
    required: [...required, "iss", "exp", "aud", "sub", "client_id", "iat", "jti"],
    claims: accessTokenClaims(schema),
  };
}

const optionNames = policyOptionNames.filter((name) => name !== "typ" && name !== "expiry");

const accessTokenClaims = (next: StandardSchemaV1 | undefined): StandardSchemaV1 => ({
  "~standard": {
    version: 1,
    vendor: next === undefined ? "RFC 9068" : `RFC 9068, then ${next["~standard"].vendor}`,
    validate: (claims) => {
      if (!hasAccessTokenTypes(claims)) return { issues: ["claims of RFC 9068 have a wrong type"] };
      return next === undefined ? { value: claims } : next["~standard"].validate(claims);
    },
  },
});

function hasAccessTokenTypes(claims: unknown): boolean {
  if (typeof claims !== "object" || claims === null) return false;
  return Object.entries(claims).every(([name, value]) => typeOf.get(name)?.(value) ?? true);
}

const isText = (value: unknown): boolean => typeof value === "string" && value !== "";

/** `iss`, `aud`, `exp`, `iat`, `nbf` and `jti` have been looked at already. */
const typeOf: ReadonlyMap<string, (value: unknown) => boolean> = new Map([
  ["client_id", isText],
  ["sub", isText],
  ["jti", isText],
  ["acr", isText],
  ["scope", (value) => typeof value === "string"],
  ["auth_time", isNumericDate],
  ["amr", (value) => Array.isArray(value) && value.every(isText)],
]);
