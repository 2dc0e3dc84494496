import { type AccessClaims, problemFor, type Verdict } from "@cardea/verifier/judge";
import { bearerChallenge, readBearer } from "@cardea/verifier/wire";
import type { EventSink } from "../event.ts";
import type { Services } from "../people/services.ts";
import type { Sessions } from "../session/session.ts";
import type { Service } from "../store/ports.ts";
import { HttpProblem } from "./problem.ts";

/** Who calls a bearer route: a person, by an access token that held. */
export type BearerCaller = { readonly accountId: string; readonly sessionId: string; readonly claims: AccessClaims };

type BearerParts = { readonly sessions: Sessions; readonly development: boolean; readonly onEvent: EventSink };

/** The person behind `Authorization: Bearer` (RFC 6750 2.1). Throws `HttpProblem`: one public code for every bad token, its cause only in development; what is wrong with us is a 503. */
export async function bearerCaller(
  request: Request,
  { sessions, development, onEvent }: BearerParts,
): Promise<BearerCaller> {
  const bearer = readBearer(request.headers.get("authorization") ?? undefined);
  if (bearer.token === undefined) {
    throw new HttpProblem(bearer.refusal, { headers: { "WWW-Authenticate": bearerChallenge(bearer.refusal) } });
  }
  const verdict = await sessions.check(bearer.token);
  if (!verdict.ok) {
    onEvent({ type: "token_refused", reason: verdict.refusal.code });
    throw refused(verdict, development);
  }
  const { sub, sid } = verdict.claims;
  if (sid === undefined) throw new HttpProblem("invalid_token");
  return { accountId: sub, sessionId: sid, claims: verdict.claims };
}

function refused({ refusal }: Extract<Verdict, { ok: false }>, development: boolean): HttpProblem {
  return new HttpProblem(problemFor(refusal), development ? { cause: refusal.code, detail: refusal.message } : {});
}

/** The service behind `Authorization: Basic` (RFC 7617; RFC 6749 2.3.1). Throws `HttpProblem`. */
export async function serviceCaller(
  request: Request,
  { services, onEvent }: { readonly services: Services; readonly onEvent: EventSink },
): Promise<Service> {
  const pair = basicPair(request.headers.get("authorization"));
  const service = pair && (await services.authenticate(pair.id, pair.secret));
  if (service) return service;
  onEvent({ type: "service_refused" });
  throw new HttpProblem("invalid_client", {
    detail: "Send service credentials by HTTP Basic. Make them with: cardea services create NAME",
  });
}

function basicPair(authorization: string | null): { id: string; secret: string } | undefined {
  const [, encoded] = /^basic +([A-Za-z0-9+/]+=*)$/i.exec(authorization ?? "") ?? [];
  if (encoded === undefined) return undefined;
  const decoded = Buffer.from(encoded, "base64").toString("utf8");
  const colon = decoded.indexOf(":");
  return colon < 0 ? undefined : { id: decoded.slice(0, colon), secret: decoded.slice(colon + 1) };
}
