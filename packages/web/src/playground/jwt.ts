import { decode, decodeText, encode } from "./base64url.ts";

/** A token taken apart, unverified. */
export type Parts = {
  readonly header: string;
  readonly payload: string;
  readonly signature: string;
};

/** A JSON object out of a token, which anybody can have written. */
export type Json = Readonly<Record<string, unknown>>;

/** The three parts of a text; undefined where it has not exactly two dots. */
export function partsOf(token: string): Parts | undefined {
  const parts = token.split(".");
  const [header = "", payload = "", signature = ""] = parts;
  return parts.length === 3 ? { header, payload, signature } : undefined;
}

/** The token of three parts. */
export const joined = ({ header, payload, signature }: Parts): string => `${header}.${payload}.${signature}`;

/** The object in a part; undefined if there is none. */
export function objectIn(part: string): Json | undefined {
  try {
    const value: unknown = JSON.parse(decodeText(part) ?? "");
    return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Json) : undefined;
  } catch {
    return undefined;
  }
}

/** The text in a part, set for people to read; the raw text where it is no JSON. */
export function prettyText(part: string): string {
  const found = objectIn(part);
  return found ? jsonText(found) : (decodeText(part) ?? "");
}

/** JSON set for people: a member a line, short lists in one. */
export const jsonText = (value: unknown): string =>
  JSON.stringify(value, undefined, 2).replace(
    /\[\s+("[^"\\]*"(?:,\s+"[^"\\]*")*)\s+\]/g,
    (_, items: string) => `[${items.replace(/,\s+/g, ", ")}]`,
  );

/** A part out of an edited text: the JSON without its white space, or the very text where it is none. */
export function partOf(text: string): string {
  try {
    return encode(JSON.stringify(JSON.parse(text)));
  } catch {
    return encode(text);
  }
}

/** How many bytes a signature has; undefined where it is no base64url. */
export const byteCount = (part: string): number | undefined => decode(part)?.length;

/** The same token with other members in its payload. The signature stays, and fits no more. */
export function withClaims(token: string, claims: Json): string {
  const parts = partsOf(token);
  const payload = parts && objectIn(parts.payload);
  if (!parts || !payload) return token;
  return joined({ ...parts, payload: encode(JSON.stringify({ ...payload, ...claims })) });
}
