import type { IncomingMessage, ServerResponse } from "node:http";
import { getRequestListener } from "@hono/node-server";

/** A handler for node:http (`http.createServer(handler)`) and for Connect and Express (`app.use(handler)`, mounted or not). */
export type NodeHandler = (
  request: IncomingMessage,
  response: ServerResponse,
  next?: (error?: unknown) => void,
) => void;

/** What Express adds to a request: the URL before mounting, and a body that its parser has already read. */
type ExpressRequest = IncomingMessage & { originalUrl?: string; body?: unknown; rawBody?: Buffer };

/** Adapts the app. With a `next`, requests outside the issuer's paths are passed on instead of answered with 404. */
export function nodeHandler(fetch: (request: Request) => Promise<Response>, issuer: URL): NodeHandler {
  const listener = getRequestListener(fetch, { overrideGlobalObjects: false, hostname: issuer.host });
  return (request: ExpressRequest, response, next) => {
    const url = request.originalUrl ?? request.url ?? "/";
    if (next && !isOurs(url, issuer)) return next();
    request.url = url;
    if (request.readableEnded && request.body !== undefined) request.rawBody = reread(request);
    listener(request, response).catch((error: unknown) => (next ? next(error) : response.destroy()));
  };
}

function isOurs(url: string, { pathname }: URL): boolean {
  const path = url.split("?", 1)[0] ?? "/";
  const base = pathname === "/" ? "" : pathname;
  return path === base || path.startsWith(`${base}/`) || path === `/.well-known/oauth-authorization-server${base}`;
}

/** The body as it was sent, as far as a parser's result tells: forms again as a form, everything else as JSON. */
function reread({ body, headers }: ExpressRequest): Buffer {
  if (Buffer.isBuffer(body)) return body;
  if (typeof body === "string") return Buffer.from(body);
  const isForm = headers["content-type"]?.startsWith("application/x-www-form-urlencoded") ?? false;
  return Buffer.from(isForm ? formOf(Object(body)) : JSON.stringify(body));
}

function formOf(fields: Readonly<Record<string, unknown>>): string {
  const form = new URLSearchParams();
  for (const [name, value] of Object.entries(fields)) form.set(name, String(value));
  return form.toString();
}
