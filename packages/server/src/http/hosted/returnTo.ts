import type { TrustedOrigins } from "../originCheck.ts";

/**
 * Where somebody may be sent after signing in: a path of the issuer's own origin, or a URL of a listed one. Undefined for
 * everything else, and nobody is sent elsewhere (CWE-601). The decision rests on what the URL parser of browsers makes of the
 * text, and what comes back is that parser's own writing, so that no browser reads another address in it.
 */
export function safeTarget(text: string | undefined, { own, listed }: TrustedOrigins): string | undefined {
  if (text === undefined || text.length > longest || unclear.test(text) || !URL.canParse(text, own)) return undefined;
  const url = new URL(text, own);
  const origin = originOf(url);
  if (text.startsWith("/")) return origin === own ? pathOf(url) : undefined;
  if (!text.startsWith(`${origin}/`) && text !== origin) return undefined;
  if (origin === own) return pathOf(url);
  return listed.has(origin) ? url.href : undefined;
}

/** A path that begins with two slashes would be another host. */
const pathOf = ({ pathname, search, hash }: URL): string | undefined =>
  pathname.startsWith("//") ? undefined : pathname + search + hash;

/** An application's own scheme has no origin by the standard; its list has it as `capacitor://localhost`. */
const originOf = ({ origin, protocol, host }: URL): string => (origin === "null" ? `${protocol}//${host}` : origin);

/** Parsers drop white space and controls, and take a backslash for a slash: whoever writes them means to deceive. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: controls are what is looked for
const unclear = /[\u0000-\u0020\u007f-\u00a0\\]/;

const longest = 2048;
