import { decodeText } from "./base64url.ts";
import { isJsonObject } from "./isJsonObject.ts";
import { parseStrictJson, StrictJsonError } from "./strictJson.ts";

/** The JSON object in a canonical segment; undefined when it is not UTF-8, not strict JSON or not an object. */
export function objectInSegment(segment: string): Readonly<Record<string, unknown>> | undefined {
  const text = decodeText(segment);
  if (text === undefined) return undefined;
  try {
    const value = parseStrictJson(text);
    return isJsonObject(value) ? value : undefined;
  } catch (error) {
    if (error instanceof StrictJsonError) return undefined;
    throw error;
  }
}
