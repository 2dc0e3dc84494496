import type { WhenStale } from "@cardea/verifier";
import { z } from "zod";
import { type Body, jsonBody } from "../http/body.ts";
import { cookieNames, readCookie } from "../http/cookies.ts";
import { HttpProblem } from "../http/problem.ts";
import { respondJson } from "../http/respond.ts";
import { type Route, type RoutedRequest, route } from "../http/route.ts";
import { type Act, acts, perform } from "./acts.ts";
import type { Inspect } from "./inspect.ts";
import { cookieWord } from "./issuing.ts";
import type { Sandbox } from "./sandbox.ts";
import type { Sandboxes } from "./sandboxes.ts";
import { type SandboxName, sandboxAlgorithms, sandboxModes } from "./sandboxName.ts";
import { createTravels, type Travels } from "./travels.ts";

/** What the API of the page leads to. */
export type ApiParts = {
  readonly sandboxes: Pick<Sandboxes, "sandbox">;
  readonly inspect: Inspect;
  /** Whether there is room for one more request. */
  readonly budget: () => boolean;
};

/** What the page of the playground asks for; each call is a POST of JSON from the page's own origin. */
export function apiRoutes(parts: ApiParts): readonly Route[] {
  const travels = createTravels();
  return [
    checkRoute(parts),
    actRoute(parts),
    watchRoute(parts, travels),
    travelRoute(parts, travels),
    inspectRoute(parts),
  ];
}

/** Longer texts are no tokens: verifiers refuse them unread at 8 kB, and a page may show that. */
const longestToken = 12_000;

const sandboxFields = { mode: z.enum(sandboxModes), alg: z.enum(sandboxAlgorithms) };
const tokenField = z.string().max(longestToken);
const policyField = z.enum(["deny", "introspect", "allow"]);
/** Without a token it is the one in the sandbox's cookie, which the page cannot read. */
const aboutToken = { ...sandboxFields, token: tokenField.optional() };

const exampleName = { mode: "hybrid", alg: "ES256" } as const;

const checkRoute = (parts: ApiParts): Route =>
  apiRoute(
    parts,
    { path: "/playground/api/check", operationId: "playgroundCheck", summary: "What both services say of a token." },
    jsonBody(z.strictObject({ ...aboutToken, policy: policyField }), { ...exampleName, policy: "deny" }),
    async ({ body, request }) => {
      const sandbox = await parts.sandboxes.sandbox(nameOf(body));
      const token = tokenOf(body, request);
      const services = await sandbox.judge(token ?? "", body.policy);
      return { ...stateOf(sandbox), services };
    },
  );

const actRoute = (parts: ApiParts): Route =>
  apiRoute(
    parts,
    { path: "/playground/api/act", operationId: "playgroundAct", summary: "Ends, rotates, cuts or skips something." },
    jsonBody(z.strictObject({ ...aboutToken, act: z.enum(acts) }), { ...exampleName, act: "rotate_key" }),
    async ({ body, request }) => {
      const sandbox = await parts.sandboxes.sandbox(nameOf(body));
      const act: Act = { act: body.act, token: tokenOf(body, request) };
      const done = await perform(act, sandbox);
      return { done, ...stateOf(sandbox) };
    },
  );

const watchRoute = (parts: ApiParts, travels: Travels): Route =>
  apiRoute(
    parts,
    { path: "/playground/api/watch", operationId: "playgroundWatch", summary: "Begins to watch how a token ends." },
    jsonBody(z.strictObject({ ...aboutToken, policy: policyField }), { ...exampleName, policy: "deny" }),
    async ({ body, request }) => {
      const sandbox = await parts.sandboxes.sandbox(nameOf(body));
      const policy: WhenStale = body.policy;
      return { id: travels.begin(sandbox, { token: tokenOf(body, request) ?? "", policy }) };
    },
  );

const travelRoute = (parts: ApiParts, travels: Travels): Route =>
  apiRoute(
    parts,
    { path: "/playground/api/travel", operationId: "playgroundTravel", summary: "How it ended, once that is known." },
    jsonBody(z.strictObject({ id: z.int() }), { id: 1 }),
    async ({ body: { id } }) => {
      const travel = await travels.end(id);
      if (!travel) throw new HttpProblem("not_found");
      return travel;
    },
  );

const inspectRoute = (parts: ApiParts): Route =>
  apiRoute(
    parts,
    {
      path: "/playground/api/inspect",
      operationId: "playgroundInspect",
      summary: "Whether this server would accept a token, and why not.",
    },
    jsonBody(z.strictObject({ token: tokenField }), { token: "header.payload.signature" }),
    async ({ body: { token } }) => parts.inspect(token),
  );

function apiRoute<T>(
  { budget }: ApiParts,
  shape: Pick<Route, "path" | "operationId" | "summary">,
  body: Body<T>,
  answer: (input: RoutedRequest & { readonly body: T }) => Promise<object>,
): Route {
  return route(
    { ...shape, method: "POST", guard: "public", csrf: "same-origin", body, answers: [], refusals: ["rate_limited"] },
    async (input) => {
      // Only a page may ask: its browser says so by itself.
      if (input.provenance !== "trusted") throw new HttpProblem("csrf_refused");
      if (!budget()) throw new HttpProblem("rate_limited", { headers: { "Retry-After": "1" } });
      return respondJson(200, await answer(input));
    },
  );
}

const nameOf = ({ mode, alg }: SandboxName): SandboxName => ({ mode, alg });

const tokenOf = (body: SandboxName & { readonly token?: string | undefined }, request: Request): string | undefined =>
  body.token ?? readCookie(request, cookieNames(cookieWord(body)).access);

/** What is true of a sandbox beside any token. */
const stateOf = ({ now, keys, issuing }: Sandbox) => ({
  now: now(),
  reads: issuing.reads(),
  keys: keys().map(({ kid, alg, state, signsFrom }) => ({ kid, alg, state, signsFrom: signsFrom ?? null })),
});
