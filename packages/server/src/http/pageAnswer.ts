import { z } from "zod";
import type { Answer } from "./answer.ts";

/** An answer that is a text for a browser, and how to give it. */
export type PageAnswer = Answer & { readonly with: (text: string) => Response };

/** A page without script: styles come from the same origin, nothing from elsewhere, nothing is sent from it, and nobody frames it. */
export const pageAnswer = (status: number, description: string): PageAnswer =>
  textAnswer({ status, description, type: "text/html", example: "<!doctype html>" });

/** The stylesheet of such pages. */
export const styleAnswer: PageAnswer = textAnswer({
  status: 200,
  description: "A stylesheet.",
  type: "text/css",
  example: "main { margin: 0 auto }",
});

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
      new Response(text, { status, headers: { ...pageHeaders, "Content-Type": `${type}; charset=utf-8` } }),
  };
}

const pageHeaders: Readonly<Record<string, string>> = {
  "Cache-Control": "no-store",
  "Content-Security-Policy":
    "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Resource-Policy": "same-origin",
  "Referrer-Policy": "no-referrer",
  "X-Content-Type-Options": "nosniff",
};
