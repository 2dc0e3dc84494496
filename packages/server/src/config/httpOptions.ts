import { z } from "zod";
import { isLoopback } from "./loopbackHost.ts";

/**
 * An origin as browsers write it: https, http on a loopback host, or an application's own scheme. Nothing else can be kept
 * from being spoken for by somebody in between, and `null` is every sandboxed page there is.
 */
const origin = z.string("Give an origin as text.").superRefine((text, context) => {
  const fault = faultOf(text);
  if (fault !== undefined) context.addIssue({ code: "custom", message: fault });
});

function faultOf(text: string): string | undefined {
  if (appScheme.test(text)) return undefined;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || (url.protocol !== "https:" && url.protocol !== "http:")) {
    return 'Write an origin such as "https://app.example.com"; patterns and "null" are not taken.';
  }
  if (url.origin !== text) return `Write it as browsers do: ${url.origin}`;
  if (url.protocol === "http:" && !isLoopback(url.hostname))
    return "Use https: over http anybody on the way can be this page.";
  return undefined;
}

const appScheme = /^(?:app|capacitor|ionic|tauri|chrome-extension|moz-extension):\/\/[a-z0-9.-]+$/;

/** The options of the HTTP face, to be spread into those of `createAuth`. */
export const httpFields = {
  origins: z.array(origin, "Give a list of origins.").readonly().default([]),
  cookies: z
    .strictObject({
      name: z
        .string()
        .regex(/^[A-Za-z0-9_-]{1,32}$/, "Use 1 to 32 of A-Z a-z 0-9 _ -.")
        .default("cardea"),
      clearSiteData: z
        .array(z.enum(["cache", "cookies", "storage"], 'List "cache", "cookies" or "storage".'))
        .readonly()
        .default(["cache"]),
    })
    .prefault({}),
};

/** The same as they are written down. */
export type HttpOptions = {
  /** Origins of further pages that may call from a browser, with credentials; default: only pages of the issuer's own origin. */
  readonly origins?: readonly string[];
  /** Cookies for clients that choose them: the middle of their names (default `cardea`, so `__Host-cardea-access`), and what browsers forget at sign-out beside them (default `["cache"]`). */
  readonly cookies?: {
    readonly name?: string;
    readonly clearSiteData?: readonly ("cache" | "cookies" | "storage")[];
  };
};
