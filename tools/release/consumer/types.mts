// What must compile for a stranger, and what must not. Nothing here runs.
import type { IncomingMessage } from "node:http";
import { createClient } from "@cardea/client";
import { createVerifier as createJwtVerifier, generateKey, publicKeyOf, type Refusal, sign } from "@cardea/jwt";
import { type AccessClaims, createVerifier, unchecked, type Verdict } from "@cardea/verifier";
import { type ExpressGuard, expressGuard } from "@cardea/verifier/express";
import { fastifyGuard } from "@cardea/verifier/fastify";
import { fetchGuard } from "@cardea/verifier/fetch";
import { honoGuard } from "@cardea/verifier/hono";
import { koaGuard } from "@cardea/verifier/koa";
import { nestGuard } from "@cardea/verifier/nest";
import { nodeGuard } from "@cardea/verifier/node";
import { upgradeGuard } from "@cardea/verifier/websocket";
import { createAuth, memory } from "cardea";

const policy = { issuer: "https://issuer.example", audience: "app" };

/** The subject of a token, or why there is none: `ok` decides which of the two the compiler lets us read. */
export function subjectOf(token: string): string | Refusal {
  const key = generateKey("ES256");
  const result = createJwtVerifier({ keys: publicKeyOf(key), policy }).verify(token || sign({ sub: "u1" }, key));
  return result.ok ? String(result.claims.sub) : result.refusal;
}

const verifier = createVerifier({ ...policy, revocation: unchecked });
const verdict: Verdict = verifier.verify("");

// @ts-expect-error only the public half verifies
createJwtVerifier({ keys: generateKey("ES256"), policy });

// @ts-expect-error whether revocation is checked has to be said
createVerifier(policy);

// @ts-expect-error claims may be read only once the verdict is known to be good
export const early: AccessClaims = verdict.claims;

/** The guards of frameworks, none of which is installed here. */
export const guards: readonly unknown[] = [fastifyGuard, honoGuard, koaGuard, nestGuard, nodeGuard, upgradeGuard];
export const guard: ExpressGuard = expressGuard(verifier, { scopes: ["pay"], maxAge: "10m" });

/** A guard's import brings the type of what it sets. */
export const subjectIn = (request: IncomingMessage): string | undefined => request.auth?.claims.sub;

/** A caller is either refused by a complete answer, or somebody. */
export async function callerOf(request: Request): Promise<Response | AccessClaims> {
  const caller = await fetchGuard(verifier)(request);
  return caller instanceof Response ? caller : caller.claims;
}

// @ts-expect-error a misspelt demand would be no demand at all
expressGuard(verifier, { scope: "pay" });

/** The embedded server, with its own types. */
export const auth = createAuth({ issuer: policy.issuer, store: memory(), claims: () => ({ plan: "free" as const }) });

/** A page's client knows the claims of that server. */
export const client = createClient<Awaited<typeof auth>>({ baseUrl: "/auth" });
export const plan: "free" | undefined = client.unverifiedClaims?.plan;

// @ts-expect-error no such claim
client.unverifiedClaims?.plane;
