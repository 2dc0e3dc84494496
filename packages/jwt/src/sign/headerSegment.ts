import { encodeBase64url } from "../encoding/base64url.ts";
import { extensionNames } from "../extensionNames.ts";
import { isJsonObject } from "../json/isJsonObject.ts";
import { objectInText } from "../json/objectInSegment.ts";
import type { SigningKey } from "../keys/key.ts";
import { mediaType } from "../mediaType.ts";

/** The encoded protected header (RFC 7515 §4): `alg`, `typ`, the key's `kid`, the caller's own members, then `crit`. */
export function headerSegment(parts: {
  readonly key: SigningKey;
  readonly typ: string;
  readonly header: Readonly<Record<string, unknown>>;
  readonly critical: readonly string[] | undefined;
}): string {
  const { key, typ, header, critical } = parts;
  if (typeof typ !== "string" || mediaType(typ) === undefined) {
    throw new TypeError("sign: typ must be a media type such as `at+jwt`");
  }
  if (!isJsonObject(header)) throw new TypeError("sign: header must be an object");
  const taken = reservedMembers.find((name) => Object.hasOwn(header, name));
  if (taken !== undefined) throw new TypeError(`sign: the header's "${taken}" cannot be given by hand`);
  const { alg, kid } = key;
  const text = JSON.stringify({ alg, typ, kid, ...header, crit: checkedCritical(critical, header) });
  if (objectInText(text) === undefined) throw new TypeError("sign: the header must be JSON, nested 32 levels at most");
  return encodeBase64url(text);
}

/** The list is about members that are there, and never empty (RFC 7515 §4.1.11). */
function checkedCritical(critical: readonly string[] | undefined, header: object): readonly string[] | undefined {
  if (critical === undefined) return undefined;
  const names = extensionNames("sign", critical);
  const written: object = JSON.parse(JSON.stringify(header));
  if (names.length > 0 && names.every((name) => Object.hasOwn(written, name))) return names;
  throw new TypeError("sign: critical must name at least one member of header, and no other");
}

/** Members of a header that the key and the other options decide, or that are not supported. */
export const reservedMembers: readonly string[] = [
  "alg",
  "kid",
  "typ",
  "crit",
  "b64",
  "zip",
  "enc",
  "__proto__",
  "toJSON",
];
