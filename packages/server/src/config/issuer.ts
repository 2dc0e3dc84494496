import { z } from "zod";
import { isLoopback } from "./loopbackHost.ts";

/**
 * An issuer URL: https, or http on a loopback host; no query, fragment, credentials or trailing slash (RFC 8414 2). Its path is
 * part of every route, so it holds nothing that a router reads as a pattern or that has two spellings.
 */
export const issuerUrl: z.ZodType<URL, string> = z.string("Give the issuer's URL.").transform((text, context) => {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const fault = url ? faultOf(url, text) : "This is not a URL. Example: https://app.example.com/auth";
  if (url && fault === undefined) return url;
  context.addIssue({ code: "custom", message: fault ?? "This is not a URL." });
  return z.NEVER;
});

function faultOf(url: URL, text: string): string | undefined {
  if (url.protocol !== "https:" && !(url.protocol === "http:" && isLoopback(url.hostname))) {
    return "Use https: over http anybody on the way can read passwords and tokens. (http is allowed on localhost.)";
  }
  if (url.search || url.hash || url.username || url.password) return "Leave out query, fragment and credentials.";
  if (text.endsWith("/")) return "Leave out the slash at the end: tokens are compared with this text exactly.";
  if (!plainPath.test(url.pathname)) return "In the path use only A-Z a-z 0-9 . _ ~ - in parts between single slashes.";
  const canonical = url.pathname === "/" ? url.origin : url.href;
  return canonical === text ? undefined : `Write it in its canonical form: ${canonical}`;
}

const plainPath = /^(?:\/|(?:\/[A-Za-z0-9._~-]+)+)$/;
