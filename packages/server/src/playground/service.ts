import { setTimeout as delay } from "node:timers/promises";
import { hmacKey, type KeySet, keySet, unchecked } from "@cardea/jwt";
import { createVerifier, problemFor, type Route, type Verdict, type Verifier, type WhenStale } from "@cardea/verifier";
import { problems } from "@cardea/verifier/wire";
import { realWorld } from "../world.ts";
import { createFeedSwitch, type FeedSwitch } from "./feedSwitch.ts";
import type { OpenOrder, Outcome, Question, ServiceVerdict, SharedSecret, Step, Watched } from "./messages.ts";
import { createSamples, type Samples } from "./samples.ts";
import { sharedNow } from "./sharedClock.ts";

/** How old the view of revocations may be: the default of the verifier, said aloud. */
const maxStaleness = "5s";

const policies = ["deny", "introspect", "allow"] as const satisfies readonly WhenStale[];

/** One sandbox as this service sees it. */
type Seen = {
  readonly order: OpenOrder;
  readonly verifier: Verifier;
  readonly routes: Readonly<Record<WhenStale, Route>>;
  readonly feed: FeedSwitch;
  readonly samples: Samples;
  readonly moving: Moving;
};

/** What the issuer changes after the order. */
type Moving = { aheadMs: number; keys: KeySet };

/** A service that receives tokens: it knows what an order tells it, and shares no memory with the issuer. */
export function createService(service: string): (question: Question) => Promise<unknown> {
  const sandboxes = new Map<string, Seen>();

  const seen = (sandbox: string): Seen => {
    const found = sandboxes.get(sandbox);
    if (!found) throw new Error(`${service} does not know the sandbox ${sandbox}`);
    return found;
  };

  return async (question) => {
    switch (question.ask) {
      case "open":
        return open(question.order, sandboxes);
      case "judge":
        return judge(service, seen(question.sandbox), question);
      case "watch":
        return watch(service, seen(question.sandbox), question);
      case "clock":
        seen(question.sandbox).moving.aheadMs = question.aheadMs;
        return undefined;
      case "feed":
        return seen(question.sandbox).feed.setCut(question.isCut);
      case "keys":
        seen(question.sandbox).moving.keys = secretKeys(question.secrets);
        return undefined;
      case "close":
        return close(question.sandbox, sandboxes);
    }
  };
}

async function open(order: OpenOrder, sandboxes: Map<string, Seen>): Promise<void> {
  const seen = see(order);
  sandboxes.set(order.sandbox, seen);
  // Who is not ready yet goes on trying, and refuses meanwhile.
  await seen.verifier.ready().catch(() => undefined);
}

async function close(sandbox: string, sandboxes: Map<string, Seen>): Promise<void> {
  const seen = sandboxes.get(sandbox);
  sandboxes.delete(sandbox);
  await seen?.verifier.close();
}

function see(order: OpenOrder): Seen {
  const feed = createFeedSwitch({ from: new URL(order.issuer).origin, to: order.reachedAt });
  const { mode, issuer, audience, credentials, secrets } = order;
  const moving: Moving = { aheadMs: order.aheadMs, keys: secretKeys(secrets ?? []) };
  const verifier = createVerifier({
    issuer,
    audience,
    credentials,
    revocation: mode === "hybrid" ? { maxStaleness, whenStale: "deny" } : unchecked,
    opaqueTokens: mode === "stateful" ? "introspect" : "refuse",
    // Clocks are one here, and a token that goes on after its end would teach the wrong thing.
    clockTolerance: "0s",
    ...(secrets && { keys: followed(() => moving.keys) }),
    world: { fetch: feed.fetch, now: () => realWorld.now() + moving.aheadMs },
  });
  return {
    order,
    verifier,
    routes: {
      deny: verifier.route({ whenStale: "deny" }),
      introspect: verifier.route({ whenStale: "introspect" }),
      allow: verifier.route({ whenStale: "allow" }),
    },
    feed,
    samples: createSamples(200),
    moving,
  };
}

const secretKeys = (secrets: readonly SharedSecret[]): KeySet =>
  keySet(secrets.map(({ kid, secret }) => hmacKey(Buffer.from(secret, "base64url"), { alg: "HS256", kid })));

/** A set of keys that is another one after each hand-over. */
const followed = (current: () => KeySet): KeySet => ({
  find: (kid, alg) => current().find(kid, alg),
  get keys() {
    return current().keys;
  },
  get size() {
    return current().size;
  },
});

type Asked = { readonly token: string; readonly policy: WhenStale };

async function judge(service: string, seen: Seen, { token, policy }: Asked): Promise<ServiceVerdict> {
  const startedAt = realWorld.monotonic();
  const { result: verdict, calls } = await seen.feed.counted(() => seen.routes[policy].authenticate(token));
  const micros = (realWorld.monotonic() - startedAt) * 1000;
  seen.samples.add(micros);
  const { state, stalenessMs, position } = seen.verifier.revocation;
  return {
    service,
    ...outcomeOf(verdict),
    ok: verdict.ok,
    message: verdict.ok ? "" : verdict.refusal.message,
    checked: verdict.ok ? verdict.checked : "",
    claims: verdict.ok ? { ...verdict.claims } : undefined,
    micros,
    calls,
    steps: stepsOf(seen.routes[policy].explain(token).steps, verdict, { calls, micros }),
    policies: await outcomes(seen, token, { policy, verdict }),
    view: {
      state,
      stalenessMs: Number.isFinite(stalenessMs) ? stalenessMs : -1,
      position,
      isCut: seen.feed.isCut(),
    },
    p50: seen.samples.quantile(0.5),
    p99: seen.samples.quantile(0.99),
  };
}

const outcomeOf = (verdict: Verdict): Outcome =>
  verdict.ok
    ? { status: 200, code: "accepted" }
    : { status: problems[problemFor(verdict.refusal)].status, code: verdict.refusal.code };

/** The checks of the explanation; where the issuer was asked, that comes last and decides. */
function stepsOf(
  explained: readonly Step[],
  verdict: Verdict,
  { calls, micros }: { readonly calls: number; readonly micros: number },
): readonly Step[] {
  if (calls === 0) return explained;
  const before = explained.map((step) => (step.ok ? step : { ...step, ok: true, why: beforeAsking(step) }));
  const why = verdict.ok ? "the issuer says that the token is active" : verdict.refusal.message;
  return [...before, { step: "introspection", ok: verdict.ok, why, lookedUp: "network", micros: rounded(micros) }];
}

const beforeAsking = ({ step, why }: Step): string =>
  step === "freshness" ? `${why}, so the issuer is asked` : "opaque: it says nothing by itself, so the issuer is asked";

const rounded = (micros: number): number => Math.round(micros * 10) / 10;

/** Policies differ only while the view is stale. */
async function outcomes(
  { order, routes, verifier }: Seen,
  token: string,
  { policy, verdict }: { readonly policy: WhenStale; readonly verdict: Verdict },
): Promise<ServiceVerdict["policies"]> {
  const { state } = verifier.revocation;
  const isStale = order.mode === "hybrid" && state !== "live" && state !== "resync";
  const each = await Promise.all(
    policies.map(async (other) =>
      outcomeOf(isStale && other !== policy ? await routes[other].authenticate(token) : verdict),
    ),
  );
  const [deny = outcomeOf(verdict), introspect = deny, allow = deny] = each;
  return { deny, introspect, allow };
}

/** Nobody watches longer than so: what has not ended by then does not end by news. */
const watchMs = 2000;

/** Checks the token as fast as is polite, until it is refused. */
async function watch(service: string, seen: Seen, { token, policy }: Asked): Promise<Watched> {
  const startedAt = sharedNow();
  const { position } = seen.verifier.revocation;
  const pauseMs = seen.order.mode === "stateful" ? 8 : 1;
  let knewAt: number | undefined;
  let lastAcceptedAt: number | undefined;
  while (sharedNow() - startedAt < watchMs) {
    const verdict = await seen.routes[policy].authenticate(token);
    const now = sharedNow();
    if (seen.verifier.revocation.position !== position) knewAt ??= now;
    if (!verdict.ok) return { service, knewAt, lastAcceptedAt, refusedAt: now };
    lastAcceptedAt = now;
    await delay(pauseMs);
  }
  return { service, knewAt, lastAcceptedAt, refusedAt: undefined };
}
