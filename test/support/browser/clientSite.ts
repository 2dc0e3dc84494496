import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { join } from "node:path";
import type { Auth, SecurityEvent } from "cardea";
import { type TestClock, type TestOptions, testAuth } from "cardea/testing";
import { build } from "esbuild";
import { listen } from "../listen.ts";

/** A site with an issuer at `/auth`, and pages that run a script. */
export type ClientSite = {
  readonly origin: string;
  readonly auth: Auth;
  readonly clock: TestClock;
  readonly events: readonly SecurityEvent[];
  /** Method, path and status of every answer, the lost ones among them. */
  readonly answers: string[];
  /** `Authorization` of each request for a path that is nobody's. */
  readonly authorizations: (string | undefined)[];
  /** Whether the answer to this request is to be lost on its way. */
  readonly losing: { lose: (path: string) => boolean };
  readonly close: () => Promise<void>;
};

const emptyPage =
  '<!doctype html><html lang="en"><title>A page</title><div id="root"></div><script src="/tab.js"></script>';

/** Starts one on a free port; the script is a file beside this one. Other paths answer 200, or redirect to `?to=`, for every origin. */
export async function startClientSite(script: string, options: Omit<TestOptions, "issuer"> = {}): Promise<ClientSite> {
  const code = await bundled(script);
  const server = createServer();
  const origin = `http://localhost:${await listen(server)}`;
  const opened = await testAuth({ ...options, issuer: `${origin}/auth` });
  const answers: string[] = [];
  const authorizations: (string | undefined)[] = [];
  const losing: ClientSite["losing"] = { lose: () => false };
  server.on("request", (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? "/", origin);
    response.on("close", () => answers.push(`${request.method} ${pathname} ${response.statusCode}`));
    if (pathname === "/") return response.setHeader("content-type", "text/html; charset=utf-8").end(emptyPage);
    if (pathname === "/tab.js") return response.setHeader("content-type", "text/javascript").end(code);
    if (pathname.startsWith("/auth/")) {
      if (losing.lose(pathname)) loseAnswer(request, response);
      return opened.auth.node(request, response);
    }
    authorizations.push(request.headers.authorization);
    const to = searchParams.get("to");
    response.setHeaders(new Map(Object.entries({ ...forEveryOrigin, ...(to === null ? {} : { location: to }) })));
    response.statusCode = request.method === "OPTIONS" ? 204 : to === null ? 200 : 302;
    return response.end();
  });
  const { auth, clock, events } = opened;
  return {
    ...{ origin, auth, clock, events, answers, authorizations, losing },
    close: async () => {
      server.close();
      server.closeAllConnections();
      await opened.close();
    },
  };
}

const forEveryOrigin = { "access-control-allow-origin": "*", "access-control-allow-headers": "authorization" };

function loseAnswer({ socket }: IncomingMessage, response: ServerResponse): void {
  const status = (code: number): ServerResponse => {
    response.statusCode = code;
    return response;
  };
  const lose = (): ServerResponse => {
    socket.destroy();
    return response;
  };
  Object.assign(response, { writeHead: status, write: () => true, end: lose });
}

async function bundled(script: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [join(import.meta.dirname, script)],
    bundle: true,
    write: false,
    format: "iife",
    conditions: ["@cardea/source"],
    define: { "process.env.NODE_ENV": '"production"' },
  });
  return outputFiles[0]?.text ?? "";
}
