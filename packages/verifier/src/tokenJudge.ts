import { type KeySet, peek } from "@cardea/jwt";
import { explainDemands, meetDemands } from "./demands.ts";
import type { Explanation } from "./explanation.ts";
import type { Introspection } from "./introspection.ts";
import type { Judge } from "./judge.ts";
import type { WhenStale } from "./options.ts";
import type { RemoteKeys } from "./remoteKeys.ts";
import type { Freshness } from "./revocation/freshness.ts";
import type { Route, RouteRules } from "./route.ts";
import { type Refusal, type Refused, refused, type Verdict } from "./verdict.ts";
import type { Watch } from "./watch.ts";
import type { World } from "./world.ts";

/** Keys that are kept in step with a JWKS, or fixed ones. */
export type Keys =
  | { readonly remote: RemoteKeys; readonly fixed?: undefined }
  | { readonly fixed: KeySet; readonly remote?: undefined };

/** What tokens are judged with. */
export type TokenJudgeParts = {
  readonly judge: Judge;
  readonly keys: Keys;
  readonly freshness: Freshness;
  readonly introspection: Introspection | undefined;
  /** Whether opaque tokens are the issuer's to judge. */
  readonly introspects: boolean;
  /** What a route without a `whenStale` of its own does. */
  readonly whenStale: WhenStale;
  readonly watch: Pick<Watch, "remember">;
  readonly world: Pick<World, "now" | "monotonic">;
};

/** Judges tokens by the rules of one route. */
export function createTokenJudge(parts: TokenJudgeParts, rules: RouteRules): Omit<Route, "challenge"> {
  const { judge, keys, freshness, introspection, introspects, watch, world } = parts;
  const { fresh, whenStale = parts.whenStale } = rules;
  const asksWhenStale = introspection !== undefined && (fresh || whenStale === "introspect");

  const demand = (verdict: Verdict): Verdict => (verdict.ok ? meetDemands(verdict, rules, world.now()) : verdict);

  /** Counts what was decided, and only then asks for more than a good token. */
  const settle = (verdict: Verdict): Verdict => {
    freshness.count(verdict, whenStale);
    return demand(verdict);
  };

  /** The verdict from memory, before what the route demands. */
  const remember = (token: string): Judged => {
    const unread = refusedUnread(token);
    if (unread !== undefined) return { verdict: unread };
    const signed = judge.verify(token);
    if (!signed.ok) return { verdict: { ok: false, refusal: blame(signed.refusal, keys) } };
    return { verdict: freshness.judge(signed, whenStale === "allow" ? "allow" : "deny"), kid: judge.kidOf(signed) };
  };

  const verify = (token: string): Verdict => {
    if (fresh) throw new TypeError("verifier: a fresh route asks the issuer, so its tokens go to authenticate()");
    const { verdict } = remember(token);
    if (mayHaveNewKey(token, verdict, keys)) void keys.remote?.refetch();
    return settle(verdict);
  };

  /** The verdict from memory, once what it lacks has come: a key, or news of which the caller has heard. */
  const rememberAll = async (token: string, position: string | undefined): Promise<Judged> => {
    const first = remember(token);
    const judged =
      mayHaveNewKey(token, first.verdict, keys) && (await keys.remote?.refetch()) ? remember(token) : first;
    // Who has no good token waits for nothing, and what the issuer is asked about is as new as it gets.
    const waits = judged.verdict.ok && position !== undefined && !fresh;
    return waits && (await freshness.reach(position)) ? remember(token) : judged;
  };

  /** The verdict, the issuer's if it is to be asked. */
  const judgeAll = async (token: string, position: string | undefined): Promise<Judged> => {
    if (introspects && isOpaque(token)) {
      return { verdict: demand((await introspection?.introspect(token, { fresh })) ?? opaque) };
    }
    const { verdict, kid } = await rememberAll(token, position);
    const asks = verdict.ok ? fresh : asksWhenStale && verdict.refusal.code === "stale_view";
    return { verdict: settle((asks && (await introspection?.introspect(token, { fresh: true }))) || verdict), kid };
  };

  const authenticate: Route["authenticate"] = async (token, { position } = {}) => {
    const { verdict, kid } = await judgeAll(token, position);
    if (verdict.ok) watch.remember(verdict, { kid, whenStale: whenStale !== "allow" });
    return verdict;
  };

  const explain = (token: string): Explanation => {
    const unread = refusedUnread(token);
    if (unread !== undefined) return explainUnread(unread);
    const { ok, steps, refusal } = judge.explain(token);
    if (!ok) return { ok, steps, ...(refusal && { refusal: blame(refusal, keys) }) };
    const explanation = freshness.explain({ ok, steps }, whenStale);
    const verdict = judge.verify(token);
    if (!explanation.ok || !verdict.ok) return explanation;
    const demanded = [...explanation.steps, ...explainDemands(verdict.claims, rules, world)];
    const met = meetDemands(verdict, rules, world.now());
    return met.ok ? { ok: true, steps: demanded } : { ok: false, steps: demanded, refusal: met.refusal };
  };

  return { verify, authenticate, explain };
}

/** A verdict, and the name of the key by which the token's signature was found good. */
type Judged = { readonly verdict: Verdict; readonly kid?: string | undefined };

/** A JWT has dots, whatever else is wrong with it. */
const isOpaque = (token: unknown): boolean => typeof token === "string" && token !== "" && !token.includes(".");

const opaque = refused("opaque_token");

/** What no judge needs to look at. */
function refusedUnread(token: unknown): Refused | undefined {
  if (typeof token !== "string" || token === "") return refused("missing_token");
  return isOpaque(token) ? opaque : undefined;
}

function explainUnread({ refusal }: Refused): Explanation {
  const step = { step: "token", ok: false, why: refusal.message, lookedUp: "nothing", micros: 0 } as const;
  return { ok: false, steps: [step], refusal };
}

/** While there are no keys at all, an unknown key is our fault and not the token's. */
const blame = (refusal: Refusal, { remote }: Keys): Refusal =>
  remote?.usable === false && refusal.code === "unknown_key" ? refused("keys_unavailable").refusal : refusal;

/**
 * Whether the issuer may have a key that is not here yet: none fits, or the token names one that nobody has, so that only
 * keys without a name were tried.
 */
function mayHaveNewKey(token: string, verdict: Verdict, { remote }: Keys): boolean {
  if (verdict.ok) return false;
  const { code } = verdict.refusal;
  if (code === "unknown_key" || code === "keys_unavailable") return true;
  if (code !== "bad_signature" || remote === undefined) return false;
  const kid = peek(token)?.unverifiedHeader.kid;
  return typeof kid === "string" && !remote.keys.some((key) => key.kid === kid);
}
