import { type IncomingMessage, ServerResponse } from "node:http";
import { getRequestListener, RequestError } from "@hono/node-server";
import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";
import { FeedStream } from "./feedStream.ts";
import { fewPerTurn } from "./fewPerTurn.ts";
import { strictTransport } from "./policyHeaders.ts";
import { HttpProblem } from "./problem.ts";
import { respondProblem } from "./respond.ts";
import type { Serve } from "./serveRoutes.ts";

/** A handler for node:http (`http.createServer(handler)`) and for Connect and Express (`app.use(handler)`, mounted or not). */
export type NodeHandler = (
  request: IncomingMessage,
  response: ServerResponse,
  next?: (error?: unknown) => void,
) => void;

/** What Express adds to a request: the URL before mounting, and a body that its parser has already read. */
type ExpressRequest = IncomingMessage & { originalUrl?: string; body?: unknown; rawBody?: Buffer };

/** Adapts the app, which also hears the address at the other end of the connection. With a `next`, requests outside the issuer's paths are passed on instead of answered with 404. */
export function nodeHandler(serve: Serve, issuer: URL): NodeHandler {
  const listener = getRequestListener(
    async (request, { incoming, outgoing }) => {
      const response = await serve(request, { address: incoming.socket.remoteAddress });
      const isFeed = response.body instanceof FeedStream && outgoing instanceof ServerResponse;
      return isFeed ? flowing(response, response.body, outgoing) : response;
    },
    {
      overrideGlobalObjects: false,
      hostname: issuer.host,
      errorHandler: (error) => strictTransport(unreadable(error), issuer.protocol === "https:"),
    },
  );
  const begin = fewPerTurn();
  return (request: ExpressRequest, response, next) => {
    const url = request.originalUrl ?? request.url ?? "/";
    if (next && !isOurs(url, issuer)) return next();
    request.url = url;
    if (request.readableEnded && request.body !== undefined) request.rawBody = reread(request);
    begin(() => {
      // Whoever gave up while the request waited costs nothing more.
      if (response.destroyed) return;
      listener(request, response).catch((error: unknown) => (next ? next(error) : response.destroy()));
    });
  };
}

/** There may be thousands of feeds, each of which hears everything: what comes is written to the connection itself. */
function flowing({ status, headers }: Response, feed: FeedStream, outgoing: ServerResponse): Response {
  // Whatever is around us may have answered meanwhile.
  if (outgoing.headersSent || outgoing.destroyed) {
    void feed.cancel();
    return RESPONSE_ALREADY_SENT;
  }
  outgoing.writeHead(status, Object.fromEntries(headers));
  // A connection that breaks is closed, and then the request is aborted: nothing more is to be done.
  outgoing.on("error", () => undefined);
  void feed.flowTo({
    write: (bytes) => void (outgoing.destroyed || outgoing.write(bytes)),
    waiting: () => outgoing.writableLength,
    room: () => roomIn(outgoing),
    end: () => void outgoing.end(),
    cut: () => void outgoing.destroy(),
  });
  return RESPONSE_ALREADY_SENT;
}

function roomIn(outgoing: ServerResponse): Promise<void> {
  if (outgoing.destroyed || !outgoing.writableNeedDrain) return Promise.resolve();
  return new Promise((resolve) => {
    const go = (): void => {
      outgoing.off("drain", go).off("close", go);
      resolve();
    };
    outgoing.on("drain", go).on("close", go);
  });
}

/** A request line or `Host` that makes no URL never reaches the app. */
const unreadable = (error: unknown): Response =>
  respondProblem(
    error instanceof RequestError
      ? new HttpProblem("invalid_request", { detail: "Path and Host make no URL." })
      : new HttpProblem("internal_error"),
  );

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

/** A parameter that was given twice is given twice again, so that it is refused like everywhere. */
function formOf(fields: Readonly<Record<string, unknown>>): string {
  const form = new URLSearchParams();
  for (const [name, value] of Object.entries(fields)) {
    for (const one of [value].flat()) form.append(name, typeof one === "string" ? one : JSON.stringify(one));
  }
  return form.toString();
}
