import { request as httpRequest, type IncomingMessage, type ServerResponse } from "node:http";
import type { Accepted } from "@cardea/verifier";
import { expressGuard } from "@cardea/verifier/express";
import { fetchGuard } from "@cardea/verifier/fetch";
import { type Guardian, type GuardOptions, nodeGuard } from "@cardea/verifier/node";
import { readBody, startLoopback } from "./loopback.ts";

/** The guards that need no framework. */
export const guardKinds = ["node", "express", "fetch"] as const;

/** A service with one guarded route. */
export type GuardedService = {
  /** Guards the route anew. */
  readonly protect: (kind: (typeof guardKinds)[number], verifier: Guardian, options?: GuardOptions) => void;
  /** Headers as a list of names and values, so that one name may come twice. */
  readonly call: (headers: readonly string[], path?: string) => Promise<Answer>;
  /** Who reached the route: a subject, or undefined for somebody anonymous. */
  readonly passed: (string | undefined)[];
  /** `request.auth` once the request was answered, where there is one. */
  readonly authAfter: unknown[];
  /** What Express's error handler was given. */
  readonly faults: unknown[];
  readonly close: () => Promise<void>;
};

/** What came back. */
export type Answer = { readonly status: number; readonly headers: IncomingMessage["headers"]; readonly text: string };

/** Starts it on a free port. Somebody before the guard has set `auth`, which must not help. */
export async function startGuardedService(): Promise<GuardedService> {
  const loopback = await startLoopback(() => {});
  const [passed, authAfter, faults]: [(string | undefined)[], unknown[], unknown[]] = [[], [], []];
  const pass = (response: ServerResponse, auth: Accepted | "anonymous" | undefined): void => {
    passed.push(typeof auth === "object" ? auth.claims.sub : undefined);
    response.end("welcome");
  };

  const guards: Readonly<Record<string, (verifier: Guardian, options: GuardOptions) => Serve>> = {
    node: (verifier, options) => {
      const guard = nodeGuard(verifier, options as { readonly optional: true });
      return async (request, response) => {
        const caller = await guard(request, response);
        if (caller !== undefined) pass(response, caller);
        authAfter.push(request.auth);
      };
    },
    express: (verifier, options) => {
      const guard = expressGuard(verifier, options);
      return async (request, response) => {
        response.on("finish", () => authAfter.push(request.auth));
        guard(request, response, (...said) => {
          faults.push(...said);
          if (said.length === 0) pass(response, request.auth);
          else response.writeHead(500).end("error handler");
        });
      };
    },
    fetch: (verifier, options) => {
      const guard = fetchGuard(verifier, options as { readonly optional: true });
      return async (request, response) => {
        const caller = await guard(new Request("http://localhost/", { headers: pairs(request.rawHeaders) }));
        authAfter.push(undefined);
        if (!(caller instanceof Response)) return pass(response, caller);
        response.writeHead(caller.status, Object.fromEntries(caller.headers)).end(await caller.text());
      };
    },
  };

  return {
    protect: (kind, verifier, options = {}) => {
      const serve = guards[kind]?.(verifier, options);
      loopback.answer = (request, response) => {
        Object.assign(request, { auth: { ok: true, claims: { sub: "forged" } } });
        void serve?.(request, response);
      };
    },
    call: (headers, path = "/") => call(loopback.url + path, headers),
    passed,
    authAfter,
    faults,
    close: loopback.close,
  };
}

type Serve = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

const pairs = (raw: readonly string[]): [string, string][] =>
  raw.flatMap((name, at): [string, string][] => (at % 2 === 0 ? [[name, raw[at + 1] ?? ""]] : []));

function call(url: string, headers: readonly string[]): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = httpRequest(url, { headers: ["Host", "localhost", ...headers], agent: false });
    sent.on("error", reject);
    sent.on("response", (response) => {
      const answer = { status: response.statusCode ?? 0, headers: response.headers };
      readBody(response).then((text) => resolve({ ...answer, text }), reject);
    });
    sent.end();
  });
}
