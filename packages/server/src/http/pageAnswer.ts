import { z } from "zod";
import type { Answer } from "./answer.ts";

/** An answer that is a text for a browser, and how to give it. */
export type PageAnswer = Answer & { readonly with: (text: string) => Response };

/** A page without script and form: styles come from the same origin, nothing from elsewhere, nothing is sent from it, and nobody frames it. */
export const pageAnswer = (status: number, description: string): PageAnswer =>
  textAnswer({ status, description, type: "text/html", example: "<!doctype html>" });

/** The stylesheet of such pages. */
export const styleAnswer: PageAnswer = textAnswer({
  status: 200,
  description: "A stylesheet.",
  type: "text/css",
  example: "main { margin: 0 auto }",
});

/** The script of such pages. */
export const scriptAnswer: PageAnswer = textAnswer({
  status: 200,
  description: "A script: an ES module.",
  type: "text/javascript",
  example: "export {};",
});

/** 303: the browser goes on by a GET, whatever it sent, and sends no body a second time (RFC 9110 15.4.4). */
export const redirectAnswer = (description: string): Answer & { readonly to: (address: string) => Response } => ({
  status: 303,
  description,
  headers: { Location: "Where to." },
  content: undefined,
  to: (address) =>
    new Response(null, { status: 303, headers: { ...pageHeaders("default-src 'none'"), Location: address } }),
});

/** The headers of everything that a browser shows or follows, with a policy of its own (CSP); `frame-ancestors 'none'` is always part of it. */
export const pageHeaders = (policy: string): Readonly<Record<string, string>> => ({
  "Cache-Control": "no-store",
  "Content-Security-Policy": policy.includes("frame-ancestors") ? policy : `${policy}; frame-ancestors 'none'`,
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Resource-Policy": "same-origin",
  "Permissions-Policy": noPermissions,
  "Referrer-Policy": "no-referrer",
  "X-Content-Type-Options": "nosniff",
});

/** Nothing here has a use for a camera. */
const noPermissions = ["camera", "geolocation", "microphone", "payment", "usb", "display-capture", "browsing-topics"]
  .map((name) => `${name}=()`)
  .join(", ");

function textAnswer({
  status,
  description,
  type,
  example,
}: {
  readonly status: number;
  readonly description: string;
  readonly type: string;
  readonly example: string;
}): PageAnswer {
  return {
    status,
    description,
    headers: {},
    content: { type, schema: z.string(), example },
    with: (text) =>
      new Response(text, {
        status,
        headers: { ...pageHeaders(stillPolicy), "Content-Type": `${type}; charset=utf-8` },
      }),
  };
}

const stillPolicy = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
