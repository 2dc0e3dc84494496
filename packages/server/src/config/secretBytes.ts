import { z } from "zod";

/** A secret as bytes: given as such, or as base64url text of at least 32 bytes; not a few bytes over and over. The text itself is never part of an error. */
export const secretBytes: z.ZodType<Uint8Array, string | Uint8Array> = z
  .union([z.string(), z.instanceof(Uint8Array)], "Give the secret as base64url text or as bytes.")
  .transform((given, context) => {
    const bytes = typeof given === "string" ? decode(given) : given;
    if (bytes && bytes.length >= 32 && new Set(bytes).size >= 8 && !repeats(bytes)) return bytes;
    context.addIssue({ code: "custom", message: `Use at least 32 random bytes as base64url text. ${howToMakeOne}` });
    return z.NEVER;
  });

const howToMakeOne = "Make one with: node -p \"crypto.randomBytes(32).toString('base64url')\"";

const decode = (text: string): Uint8Array | undefined =>
  /^[A-Za-z0-9_-]+$/.test(text.trim()) ? Buffer.from(text.trim(), "base64url") : undefined;

/** A word written again and again is as strong as the word (RFC 8725 3.5). */
function repeats(bytes: Uint8Array): boolean {
  const longest = Math.floor(bytes.length / 2);
  for (let period = 1; period <= longest; period++) {
    if (bytes.every((byte, at) => at < period || byte === bytes[at - period])) return true;
  }
  return false;
}
