import { encodeBase64url } from "../encoding/base64url.ts";
import { extensionNames } from "../extensionNames.ts";
import { isJsonObject } from "../json/isJsonObject.ts";
import { parseStrictJson } from "../json/strictJson.ts";
import { Key, type SigningKey } from "../keys/key.ts";
import { mediaType } from "../mediaType.ts";
import { reservedMembers } from "../sign/headerSegment.ts";
import { readHeaders } from "./headers.ts";

/** Who signs, and what the protected header says beside the key's `alg` and `kid`. */
export type JwsSigner = {
  readonly key: SigningKey;
  /** Further protected members (RFC 7515 §4.2, §4.3). */
  readonly header?: Readonly<Record<string, unknown>>;
  /** Members of `header` that nobody may ignore (RFC 7515 §4.1.11). */
  readonly critical?: readonly string[];
  /** A media type; none unless given. */
  readonly typ?: string;
};

/** The same in JSON, where a second header goes along that nobody signs. */
export type JsonJwsSigner = JwsSigner & {
  readonly unprotectedHeader?: Readonly<Record<string, unknown>>;
  /** Puts the key's `alg` or `kid` into the unprotected header instead (RFC 7520 §4.6, §4.7). */
  readonly leaveUnprotected?: readonly ("alg" | "kid")[];
};

/** The names of the options of a signer. */
export const signerOptions: readonly string[] = ["key", "header", "critical", "typ"];

/** The names of the options of a signer in JSON. */
export const jsonSignerOptions: readonly string[] = [...signerOptions, "unprotectedHeader", "leaveUnprotected"];

/** The headers of one signature, encoded as they go into a JWS. An empty `protectedSegment` means there is none. */
export type Protected = {
  readonly protectedSegment: string;
  readonly unprotectedHeader: Readonly<Record<string, unknown>>;
};

/** Throws a TypeError that begins with `caller` for headers that no verifier would take. */
export function protect(caller: string, signer: JsonJwsSigner, isEncoded: boolean): Protected {
  const { key, header = {}, unprotectedHeader = {}, typ, critical, leaveUnprotected = [] } = signer;
  if (!Key.isSigningKey(key)) throw new TypeError(`${caller}: expects a private key or an HMAC key`);
  checkMembers(caller, "header", header);
  checkMembers(caller, "unprotectedHeader", unprotectedHeader);
  if (typ !== undefined && (typeof typ !== "string" || mediaType(typ) === undefined)) {
    throw new TypeError(`${caller}: typ must be a media type such as "JOSE"`);
  }
  const crit = criticalNames(caller, critical, isEncoded);
  const left = movedMembers(caller, key, leaveUnprotected);
  const kept = {
    alg: Object.hasOwn(left, "alg") ? undefined : key.alg,
    typ,
    kid: Object.hasOwn(left, "kid") ? undefined : key.kid,
  };
  return checked(
    caller,
    {
      protectedHeader: asJson(caller, { ...kept, b64: isEncoded ? undefined : false, ...header, crit }),
      unprotectedHeader: asJson(caller, { ...left, ...unprotectedHeader }),
    },
    crit ?? [],
  );
}

function checkMembers(caller: string, name: string, header: unknown): void {
  if (!isJsonObject(header)) throw new TypeError(`${caller}: ${name} must be an object`);
  const taken = reservedMembers.find((member) => Object.hasOwn(header, member));
  if (taken !== undefined) throw new TypeError(`${caller}: "${taken}" of ${name} cannot be given by hand`);
}

function criticalNames(
  caller: string,
  critical: readonly string[] | undefined,
  isEncoded: boolean,
): readonly string[] | undefined {
  const names = critical === undefined ? [] : extensionNames(caller, critical);
  if (critical !== undefined && names.length === 0)
    throw new TypeError(`${caller}: critical must name a member of header`);
  const all = isEncoded ? names : ["b64", ...names];
  return all.length === 0 ? undefined : all;
}

function movedMembers(caller: string, key: SigningKey, names: readonly string[]): Readonly<Record<string, unknown>> {
  if (!Array.isArray(names) || !names.every((name) => name === "alg" || name === "kid")) {
    throw new TypeError(`${caller}: leaveUnprotected may list "alg" and "kid"`);
  }
  if (names.includes("kid") && key.kid === undefined) {
    throw new TypeError(`${caller}: the key has no kid that could be left unprotected`);
  }
  return { ...(names.includes("alg") && { alg: key.alg }), ...(names.includes("kid") && { kid: key.kid }) };
}

/** What JSON makes of the members: they are copied, and those without a value are gone. */
function asJson(caller: string, members: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const copy = jsonCopy(members);
  if (isJsonObject(copy)) return copy;
  throw new TypeError(`${caller}: a header has a value that is not JSON, or is nested too deeply`);
}

/** In a general JWS a header lies three levels deep, and verifiers read 32. */
function jsonCopy(members: object): unknown {
  try {
    return parseStrictJson(JSON.stringify(members), { maxDepth: 29 });
  } catch {
    return undefined;
  }
}

type Draft = { readonly protectedHeader: object; readonly unprotectedHeader: Readonly<Record<string, unknown>> };

/** The verifier's own reading of the headers: nothing is signed that it would refuse. */
function checked(
  caller: string,
  { protectedHeader, unprotectedHeader }: Draft,
  critical: readonly string[],
): Protected {
  const isEmpty = Object.keys(protectedHeader).length === 0;
  const protectedSegment = isEmpty ? "" : encodeBase64url(JSON.stringify(protectedHeader));
  const rules = { critical, acceptsUnencoded: true, types: undefined };
  const read = readHeaders({ protectedSegment, unprotectedHeader, signature: "" }, rules);
  if (typeof read !== "string") return { protectedSegment, unprotectedHeader };
  if (read === "unsupported_critical") {
    throw new TypeError(`${caller}: critical must name members of header, and no other`);
  }
  throw new TypeError(`${caller}: a member is in both headers; leave it out of one`);
}
