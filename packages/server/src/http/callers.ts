import { type Accepted, type AccessClaims, problemFor, type Verdict } from "@cardea/verifier/judge";
import { bearerChallenge } from "@cardea/verifier/wire";
import type { Journal } from "../audit/journal.ts";
import type { Service, ServiceScope } from "../store/ports.ts";
import { isFromAhead } from "../world.ts";
import type { CookieNames } from "./cookies.ts";
import { accessCredential, type Credential } from "./credentials.ts";
import { HttpProblem } from "./problem.ts";
import { basicChallenge } from "./respond.ts";
import type { RoutedRequest } from "./routedRequest.ts";

/** Who calls a route for people: an account and its session, by an access token that held. */
export type PersonCaller = {
  readonly accountId: string;
  readonly sessionId: string;
  readonly claims: AccessClaims;
  readonly via: Credential["via"];
} & Pick<Accepted, "checked" | "stalenessMs">;

/** What a sensitive route demands: that the store is asked, and that the person proved no longer ago who they are. */
export type Freshness = { readonly fresh?: boolean | undefined; readonly maxAgeSeconds?: number | undefined };

/** What it takes to know a person. `check` judges an access token; `fresh` asks the store, whatever the mode. */
export type PersonParts = {
  readonly check: (token: string, options?: { readonly fresh?: boolean }) => Promise<Verdict>;
  readonly cookies: CookieNames;
  readonly development: boolean;
  readonly now: () => number;
  readonly refused: Journal["refused"];
};

/**
 * The person behind a request. Throws `HttpProblem`: one public code for every bad token, its cause only in development; what
 * is wrong with us is a 503.
 */
export async function personCaller(
  { request, context }: Pick<RoutedRequest, "request" | "context">,
  { maxAgeSeconds, fresh = maxAgeSeconds !== undefined }: Freshness,
  { check, cookies, development, now, refused }: PersonParts,
): Promise<PersonCaller> {
  const { token, via } = accessCredential(request, cookies);
  const verdict = await check(token, { fresh });
  if (!verdict.ok) {
    refused({ type: "token_refused", reason: verdict.refusal.code }, context);
    throw problemOfVerdict(verdict, development);
  }
  const { sub: accountId, sid: sessionId, auth_time: provenAt } = verdict.claims;
  if (sessionId === undefined) throw new HttpProblem("invalid_token");
  if (maxAgeSeconds !== undefined && !isFresh(provenAt, maxAgeSeconds, now())) {
    refused({ type: "access_refused", reason: "reauthentication_required", accountId, sessionId }, context, accountId);
    throw reauthenticationProblem(maxAgeSeconds);
  }
  const { claims, checked, stalenessMs } = verdict;
  return { accountId, sessionId, claims, via, checked, stalenessMs };
}

/** `auth_time` is in whole seconds, rounded down; so is the present here. */
function isFresh(provenAt: number | undefined, maxAgeSeconds: number, nowMs: number): boolean {
  if (provenAt === undefined) return false;
  return Math.floor(nowMs / 1000) - provenAt <= maxAgeSeconds && !isFromAhead(provenAt * 1000, nowMs);
}

/** RFC 9470 3: the person must authenticate again, and how long ago that may be. */
const reauthenticationProblem = (maxAgeSeconds: number): HttpProblem =>
  new HttpProblem("reauthentication_required", {
    max_age: maxAgeSeconds,
    headers: { "WWW-Authenticate": bearerChallenge("reauthentication_required", { maxAgeSeconds }) },
  });

function problemOfVerdict({ refusal }: Extract<Verdict, { ok: false }>, development: boolean): HttpProblem {
  return new HttpProblem(problemFor(refusal), development ? { cause: refusal.code, detail: refusal.message } : {});
}

/** Which service calls a route for services, and what it may do. */
export type ServiceCaller = Pick<Service, "id" | "scopes">;

/** Who knows services by an HTTP Basic pair: the issuer its own, a relay those of its issuer. */
export type KnowsServices = {
  readonly authenticate: (id: string, secret: string) => Promise<ServiceCaller | undefined>;
};

/** The service behind `Authorization: Basic` (RFC 7617; RFC 6749 2.3.1), if it may do this; cookies are not looked at. Throws `HttpProblem`. */
export async function serviceCaller(
  { request, context }: Pick<RoutedRequest, "request" | "context">,
  scope: ServiceScope | undefined,
  { services, refused }: { readonly services: KnowsServices; readonly refused: Journal["refused"] },
): Promise<ServiceCaller> {
  const pair = basicPair(request.headers.get("authorization"));
  const service = pair && (await services.authenticate(pair.id, pair.secret));
  if (!service) {
    refused({ type: "service_refused" }, context);
    throw new HttpProblem("invalid_client", {
      detail: "Send service credentials by HTTP Basic. Make them with: cardea services create NAME",
    });
  }
  if (scope === undefined || service.scopes.includes(scope)) return service;
  refused({ type: "access_refused", reason: "insufficient_scope" }, context, service.id);
  throw new HttpProblem("insufficient_scope", {
    detail: `The service may not do this. Make another with: cardea services create NAME --scope ${scope}`,
    headers: { "WWW-Authenticate": basicChallenge },
  });
}

function basicPair(authorization: string | null): { id: string; secret: string } | undefined {
  const [, encoded] = /^basic +([A-Za-z0-9+/]+=*)$/i.exec(authorization ?? "") ?? [];
  if (encoded === undefined) return undefined;
  const decoded = Buffer.from(encoded, "base64").toString("utf8");
  const colon = decoded.indexOf(":");
  return colon < 0 ? undefined : { id: decoded.slice(0, colon), secret: decoded.slice(colon + 1) };
}
