import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** A server on a free port of this machine whose behaviour a test may change at any time. */
export type Loopback = {
  readonly url: string;
  answer: RequestListener;
  /** The requests so far, as `METHOD /path?query`. */
  readonly seen: string[];
  readonly close: () => Promise<void>;
};

/** Starts the server. */
export async function startLoopback(answer: RequestListener): Promise<Loopback> {
  const server = createServer((request, response) => {
    loopback.seen.push(`${request.method} ${request.url}`);
    loopback.answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const loopback: Loopback = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    answer,
    seen: [],
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return loopback;
}

/** Answers with JSON. */
export const sendJson =
  (value: unknown, headers: Readonly<Record<string, string>> = {}) =>
  (_: IncomingMessage, response: ServerResponse): void => {
    response.writeHead(200, { "content-type": "application/json", ...headers });
    response.end(JSON.stringify(value));
  };

/** A whole body, as text. */
export async function readBody(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of request.setEncoding("utf8")) text += chunk;
  return text;
}
