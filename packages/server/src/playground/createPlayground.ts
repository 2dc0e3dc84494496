import type { Auth } from "../auth.ts";
import { createClientAddress } from "../http/clientAddress.ts";
import { cookieNames } from "../http/cookies.ts";
import { type NodeHandler, nodeHandler } from "../http/node.ts";
import { HttpProblem } from "../http/problem.ts";
import { respondProblem } from "../http/respond.ts";
import { type Serve, serveRoutes } from "../http/serveRoutes.ts";
import type { WebFile } from "../web/webFile.ts";
import { randomToken, realWorld } from "../world.ts";
import { movedAnswer } from "./answers.ts";
import { apiRoutes } from "./apiRoutes.ts";
import { createBudget } from "./budget.ts";
import { createInspect } from "./inspect.ts";
import { pagePaths, pageRoutes } from "./pageRoutes.ts";
import { createSandboxes, type Sandboxes } from "./sandboxes.ts";
import { sandboxOf } from "./sandboxName.ts";

/** The playground of a development server. */
export type Playground = {
  readonly fetch: Serve;
  readonly node: NodeHandler;
  /** Whether a path is the playground's, and not the issuer's. */
  readonly holds: (path: string) => boolean;
  readonly close: () => Promise<void>;
};

/** What it is made of. `reachedAt` is the origin under which this machine reaches the server, as `http://localhost:4000`. */
export type PlaygroundOptions = {
  readonly issuer: string;
  readonly reachedAt: string;
  /** For whom the server's own tokens are. */
  readonly audience: readonly string[];
  readonly auth: Pick<Auth, "verify" | "keys">;
  readonly webFile: WebFile;
};

/**
 * Opens the playground: a page, sandbox issuers with keys of their own, and two services that verify their tokens. Nothing of it
 * is reached under another name than the server's own, or a website could point its name at this machine (DNS rebinding). For
 * development alone.
 */
export function createPlayground({ issuer, reachedAt, audience, auth, webFile }: PlaygroundOptions): Playground {
  const { origin, host } = new URL(issuer);
  const sandboxes = createSandboxes({ origin, reachedAt, world: realWorld });
  const budget = createBudget({ most: 240, perSecond: 60, monotonic: realWorld.monotonic });
  const inspect = createInspect({ issuer, audience, auth, sandboxes });
  const routes = [...pageRoutes({ issuer, webFile }), ...apiRoutes({ sandboxes, inspect, budget })];
  const serveTable = serveRoutes(routes, {
    base: "",
    callers: { public: async () => undefined, bearer: refuseAll, service: refuseAll },
    cookies: cookieNames("playground"),
    origins: { own: origin, listed: new Set() },
    isSecure: origin.startsWith("https:"),
    clientAddress: createClientAddress({ trustProxy: undefined, world: realWorld, tell: () => undefined }),
    newRequestId: () => randomToken(realWorld, 12),
    refused: () => undefined,
  });
  const ownHosts = new Set([host, new URL(reachedAt).host]);

  const serve: Serve = async (request, connection) => {
    const { host: asked, pathname } = new URL(request.url);
    const sandbox = sandboxOf(pathname);
    if (sandbox && ownHosts.has(asked)) return serveSandbox(sandboxes, sandbox, request, connection);
    if (asked === host) return serveTable(request, connection);
    return isPage(request, pathname) ? movedAnswer(origin + pathname) : notFound();
  };

  return {
    fetch: serve,
    node: nodeHandler(serve, new URL(origin)),
    holds: (path) => path === "/" || path === "/playground" || path.startsWith("/playground/"),
    close: sandboxes.close,
  };
}

async function serveSandbox(
  { issuing }: Pick<Sandboxes, "issuing">,
  name: Parameters<Sandboxes["issuing"]>[0],
  ...asked: Parameters<Serve>
): Promise<Response> {
  try {
    const { serve } = await issuing(name);
    return await serve(...asked);
  } catch {
    return respondProblem(new HttpProblem("temporarily_unavailable"));
  }
}

const refuseAll = async (): Promise<never> => {
  throw new HttpProblem("missing_token");
};

const isPage = ({ method }: Request, path: string): boolean =>
  (method === "GET" || method === "HEAD") && pagePaths.some((one) => one === path);

const notFound = (): Response => respondProblem(new HttpProblem("not_found"));
