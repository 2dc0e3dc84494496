import type { AlgorithmName } from "../algorithms/algorithms.ts";
import { isAlgorithmName } from "../algorithms/names.ts";
import { areKnownExtensions } from "../extensionNames.ts";
import { type JsonObject, objectInSegment } from "../json/objectInSegment.ts";
import { mediaType } from "../mediaType.ts";
import type { SignatureForm } from "./forms.ts";
import type { JwsHeader } from "./jws.ts";
import type { JwsRefusalCode } from "./jwsRefusal.ts";

/** The two headers of one signature after their checks, and what they decide. */
export type Headers = {
  readonly protectedHeader: JwsHeader;
  readonly unprotectedHeader: JwsHeader;
  readonly alg: AlgorithmName;
  readonly kid: string | undefined;
  /** Whether the payload is base64url in the signing input, which is the rule (RFC 7797 §3). */
  readonly isEncoded: boolean;
};

/** What a header may ask for. */
export type HeaderRules = {
  readonly critical: readonly string[];
  readonly acceptsUnencoded: boolean;
  /** Media types; empty: the header must have no `typ`; undefined: not checked. */
  readonly types: readonly string[] | undefined;
};

/** Reads both headers (RFC 7515 §5.2, steps 2 to 5). Nobody signed the unprotected one, so it may decide only which key is tried. */
export function readHeaders(form: SignatureForm, rules: HeaderRules): Headers | JwsRefusalCode {
  const { protectedSegment, unprotectedHeader } = form;
  const protectedHeader = protectedSegment === "" ? noHeader : objectInSegment(protectedSegment);
  if (protectedHeader === undefined || !areDisjoint(protectedHeader, unprotectedHeader)) return "malformed_header";
  if (!isWellFormed(protectedHeader) || !isWellFormed(unprotectedHeader)) return "malformed_header";
  const alg = memberOf("alg", protectedHeader, unprotectedHeader);
  if (alg === undefined) return "malformed_header";
  if (!isUnderstood(protectedHeader, unprotectedHeader, rules)) return "unsupported_critical";
  if (!isExpectedType(protectedHeader, unprotectedHeader, rules.types)) return "wrong_type";
  if (!isAlgorithmName(alg)) return "wrong_algorithm";
  return {
    protectedHeader,
    unprotectedHeader,
    alg,
    kid: memberOf("kid", protectedHeader, unprotectedHeader),
    isEncoded: !has(protectedHeader, "b64") || protectedHeader.b64 === true,
  };
}

const noHeader: JsonObject = Object.freeze({});

const has = (header: object, name: string): boolean => Object.hasOwn(header, name);

const areDisjoint = (one: JsonObject, other: JsonObject): boolean => !Object.keys(one).some((name) => has(other, name));

const isWellFormed = (header: JsonObject): header is JwsHeader =>
  ["alg", "kid", "typ"].every(
    (name) => !has(header, name) || (typeof header[name] === "string" && header[name] !== ""),
  );

function memberOf(name: "alg" | "kid", protectedHeader: JwsHeader, unprotectedHeader: JwsHeader): string | undefined {
  if (has(protectedHeader, name)) return protectedHeader[name];
  return has(unprotectedHeader, name) ? unprotectedHeader[name] : undefined;
}

/** No extension, or only those that the caller knows. `b64` must be in `crit` wherever it is used (RFC 7797 §6). */
function isUnderstood(header: JwsHeader, unprotected: JwsHeader, rules: HeaderRules): boolean {
  if (has(unprotected, "crit") || has(unprotected, "b64")) return false;
  const usesB64 = has(header, "b64");
  if (usesB64 && (!rules.acceptsUnencoded || typeof header.b64 !== "boolean")) return false;
  if (!has(header, "crit")) return !usesB64;
  if (usesB64 && !namesB64(header.crit)) return false;
  return areKnownExtensions(header, [...rules.critical, "b64"]);
}

const namesB64 = (crit: unknown): boolean => Array.isArray(crit) && crit.includes("b64");

function isExpectedType(header: JwsHeader, unprotected: JwsHeader, types: HeaderRules["types"]): boolean {
  if (types === undefined) return true;
  if (has(unprotected, "typ")) return false;
  if (!has(header, "typ")) return types.length === 0;
  const type = mediaType(header.typ ?? "");
  return type !== undefined && types.includes(type);
}
