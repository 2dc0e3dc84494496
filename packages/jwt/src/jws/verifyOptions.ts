import { extensionNames } from "../extensionNames.ts";
import type { VerificationKey } from "../keys/key.ts";
import { type KeySource, keySource } from "../keys/keySource.ts";
import { mediaType } from "../mediaType.ts";
import { refuseUnknownOptions } from "../refuseUnknownOptions.ts";
import { unchecked } from "../unchecked.ts";
import type { HeaderRules } from "./headers.ts";
import { checkPayload, type Payload } from "./payload.ts";

/** Whom to believe, and what a JWS may be. */
export type JwsVerifyOptions = {
  readonly keys: VerificationKey | KeySource;
  /** The protected header's `typ`, compared as media types. Left out: there must be none, so that no JWT passes. */
  readonly typ?: string | readonly string[] | typeof unchecked;
  /** Header extensions (RFC 7515 §4.1.11) that the caller understands and handles; none unless given. */
  readonly critical?: readonly string[];
  /** The payload of a detached JWS. One that brings its own is then refused, and without this a detached one is. */
  readonly payload?: Payload;
  /** Whether `b64: false` (RFC 7797) may be used; it is refused unless told. */
  readonly unencoded?: "refused" | "accepted";
  /** The longest JWS; 8192 unless given. */
  readonly maxBytes?: number;
  /** The longest detached payload; 1048576 unless given. */
  readonly maxPayloadBytes?: number;
};

/** The options after their own checks. */
export type VerifyRules = HeaderRules & {
  readonly source: KeySource;
  readonly detached: Payload | undefined;
  readonly maxBytes: number;
  readonly maxPayloadBytes: number;
};

/** Throws a TypeError that begins with `caller` for an unknown option or a value out of range. `further`: other options that the caller has. */
export function verifyRules(caller: string, given: JwsVerifyOptions, further: readonly string[] = []): VerifyRules {
  const options = refuseUnknownOptions(caller, given, [...optionNames, ...further]);
  const { typ, critical = [], unencoded = "refused", maxBytes = 8192, maxPayloadBytes = 1_048_576 } = options;
  if (unencoded !== "refused" && unencoded !== "accepted") {
    throw new TypeError(`${caller}: unencoded must be "refused" or "accepted"`);
  }
  return {
    source: keySource(caller, options.keys),
    types: expectedTypes(caller, typ),
    critical: extensionNames(caller, critical),
    acceptsUnencoded: unencoded === "accepted",
    detached: detachedPayload(caller, options),
    maxBytes: checkedSize(caller, "maxBytes", maxBytes),
    maxPayloadBytes: checkedSize(caller, "maxPayloadBytes", maxPayloadBytes),
  };
}

const optionNames = ["keys", "typ", "critical", "payload", "unencoded", "maxBytes", "maxPayloadBytes"];

/** An undefined payload is a body that got lost, not a wish to do without. */
function detachedPayload(caller: string, options: JwsVerifyOptions): Payload | undefined {
  if (!Object.hasOwn(options, "payload")) return undefined;
  checkPayload(caller, options.payload);
  return options.payload;
}

function expectedTypes(caller: string, typ: JwsVerifyOptions["typ"]): readonly string[] | undefined {
  if (typ === unchecked) return undefined;
  if (typ === undefined) return [];
  const given: readonly unknown[] = Array.isArray(typ) ? typ : [typ];
  const types = given.flatMap((type) => (typeof type === "string" ? (mediaType(type) ?? []) : []));
  if (types.length > 0 && types.length === given.length) return types;
  throw new TypeError(`${caller}: typ must be one or several media types such as "JOSE"; \`unchecked\` takes any`);
}

/** Strings have an end: what is larger than this could not be encoded. */
const largest = 2 ** 28;

function checkedSize(caller: string, name: string, size: unknown): number {
  if (typeof size === "number" && Number.isInteger(size) && size >= 1 && size <= largest) return size;
  throw new TypeError(`${caller}: ${name} must be a whole number from 1 to ${largest}`);
}
