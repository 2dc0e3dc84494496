import type { Auth } from "../auth.ts";
import { createAuth } from "../createAuth.ts";
import { HttpProblem } from "../http/problem.ts";
import { respondProblem } from "../http/respond.ts";
import type { Connection, Serve } from "../http/serveRoutes.ts";
import { memory } from "../store/memory/memory.ts";
import { realWorld, type World } from "../world.ts";
import { countedStore } from "./countedStore.ts";
import { issuersPath, type SandboxName, wordOf } from "./sandboxName.ts";
import { sharedNow } from "./sharedClock.ts";

/** A sandbox issuer: the real thing over a store in memory, with keys of its own and a clock that can be put ahead. */
export type Issuing = {
  readonly issuer: string;
  readonly auth: Auth;
  readonly serve: Serve;
  /** How many times the store was read because somebody asked about a token. */
  readonly reads: () => number;
  /** How far its clock is ahead, in milliseconds. */
  readonly aheadMs: () => number;
  readonly setAhead: (aheadMs: number) => void;
  /** The latest ending of a session, by `sharedNow`: when it was asked for, and when it was done. */
  readonly ending: () => Ending | undefined;
  /** Runs what ends something, and notes when. */
  readonly ends: <T>(work: () => Promise<T>) => Promise<T>;
  readonly close: () => Promise<void>;
};

/** When an ending began, and when the issuer was done with it. */
export type Ending = { readonly startedAt: number; readonly doneAt: number };

/** For whom the tokens are: the two services. */
export const audiences = ["orders", "billing"] as const;

/** A sandbox has no more accounts than so, and none is made after that until it is closed. */
const mostAccounts = 200;

/** The limits of a server for strangers would lock out who plays with one address; these still bound what a script can do. */
const throttle = {
  signUp: { perAddress: 1000, perNetwork: 1000 },
  address: { failures: 1000 },
  network: { failures: 1000 },
} as const;

/** Opens the issuer of a sandbox at `origin`, with at most so many accounts. */
export async function openIssuing(name: SandboxName, origin: string, most = mostAccounts): Promise<Issuing> {
  const issuer = `${origin}${issuersPath}/${wordOf(name)}`;
  const store = countedStore(memory());
  let aheadMs = 0;
  let ending: Ending | undefined;
  const world: World = {
    now: () => realWorld.now() + aheadMs,
    monotonic: realWorld.monotonic,
    random: realWorld.random,
  };
  const auth = await createAuth({
    issuer,
    store: store.factory,
    mode: name.mode,
    keys: { alg: name.alg, publishAhead: "38s" },
    access: { ttl: "5m", audience: [...audiences] },
    accounts: { emailVerification: "off" },
    passwords: { workers: 1 },
    cookies: { name: cookieWord(name), clearSiteData: ["cache"] },
    throttle,
    development: true,
    world,
  });
  const ends = async <T>(work: () => Promise<T>): Promise<T> => {
    const startedAt = sharedNow();
    const result = await work();
    ending = { startedAt, doneAt: sharedNow() };
    return result;
  };
  const bounded = boundedServe(auth.fetch, most);
  const base = new URL(issuer).pathname;
  return {
    issuer,
    auth,
    serve: (request, connection) => {
      const path = new URL(request.url).pathname.slice(base.length);
      const answer = (): Promise<Response> => bounded(path, request, connection);
      if (isEnding(path, request.method)) return ends(answer);
      return path === "/introspect" ? store.counting(answer) : answer();
    },
    reads: store.reads,
    aheadMs: () => aheadMs,
    setAhead: (ms) => {
      aheadMs = ms;
    },
    ending: () => ending,
    ends,
    close: auth.close,
  };
}

/** The middle of the cookies' names: sandboxes share a host, so each has its own. */
export const cookieWord = (name: SandboxName): string => `playground-${wordOf(name)}`;

/** What a sandbox answers to: what the page and the services need, and nothing that sends mails. */
const open: readonly RegExp[] = [
  /^\/(?:sign-up|sign-in|sign-out|refresh|me|introspect|openapi\.json)$/,
  /^\/sessions(?:\/[\w-]+)?$/,
  /^\/\.well-known\/jwks\.json$/,
  /^\/revocation\/[\w-]+$/,
];

const isEnding = (path: string, method: string): boolean =>
  path === "/sign-out" || (path.startsWith("/sessions/") && method !== "GET");

function boundedServe(
  serve: Serve,
  most: number,
): (path: string, request: Request, connection: Connection | undefined) => Promise<Response> {
  let accounts = 0;
  return async (path, request, connection) => {
    if (!open.some((one) => one.test(path))) return respondProblem(new HttpProblem("not_found"));
    if (path !== "/sign-up") return serve(request, connection);
    if (accounts >= most) return respondProblem(full(most));
    const response = await serve(request, connection);
    if (response.ok) accounts += 1;
    return response;
  };
}

const full = (most: number): HttpProblem =>
  new HttpProblem("rate_limited", {
    detail: `This sandbox has ${most} accounts, and makes no more. It is emptied when nobody uses it for half an hour.`,
  });
