import { unchecked } from "@cardea/jwt";
import { parseStrictJson } from "@cardea/jwt/strict-json";
import { type AccessClaims, readAccessClaims } from "./accessClaims.ts";
import { fetchText } from "./fetchText.ts";
import { createIntrospectionCache, hasEnded } from "./introspectionCache.ts";
import { isRecord } from "./isRecord.ts";
import { refused, type Verdict } from "./verdict.ts";
import { endpoints, endpointUrl } from "./wire/endpoints.ts";
import type { World } from "./world.ts";

/** What the issuer is asked with, and what its answer must fit. */
export type IntrospectionConfig = {
  readonly issuer: string;
  readonly audience: string | readonly string[] | typeof unchecked;
  readonly authorization: string;
  readonly clockToleranceMs: number;
  /** How long an answer may be used again; 0: never. */
  readonly cacheMs: number;
  /** Whether an acceptance may still be used again, by what is known of revocations. */
  readonly stillHolds: (claims: AccessClaims) => boolean;
  readonly world: World;
};

/** Asks the issuer about tokens (RFC 7662). */
export type Introspection = {
  /**
   * The issuer's verdict; no answer in time, or too many questions at once, is a refusal and never an acceptance. `fresh`
   * takes no answer that was given to somebody else.
   */
  readonly introspect: (token: string, options?: { readonly fresh?: boolean }) => Promise<Verdict>;
  readonly close: () => void;
};

/** Without `cacheMs` nothing is kept: each answer serves the one question that asked for it. */
export function createIntrospection(config: IntrospectionConfig): Introspection {
  const closing = new AbortController();
  const slots = createSlots();
  const cache = createIntrospectionCache(config);

  const askOnce = async (token: string): Promise<Verdict> => {
    if (!(await slots.enter())) return refused("introspection_unavailable");
    const askedAt = config.world.monotonic();
    try {
      const verdict = judgeAnswer(await ask(token, config, closing.signal), config);
      cache.keep(token, { verdict, askedAt });
      return verdict;
    } catch {
      return refused("introspection_unavailable");
    } finally {
      slots.leave();
    }
  };

  const introspect = async (token: string, { fresh = false } = {}): Promise<Verdict> => {
    if (token.length > (token.includes(".") ? longestJwt : longestOpaque)) return refused("token_too_long");
    const known = fresh ? undefined : cache.find(token);
    return known ?? askOnce(token);
  };
  return { introspect, close: () => closing.abort(new Error("closed")) };
}

const longestOpaque = 1024;
const longestJwt = 8192;
const atOnce = 8;
const inLine = 64;

async function ask(token: string, { issuer, authorization, world }: IntrospectionConfig, signal: AbortSignal) {
  const init = {
    method: "POST",
    headers: { authorization, accept: "application/json", "content-type": "application/x-www-form-urlencoded" },
    body: new URLSearchParams({ token, token_type_hint: "access_token" }).toString(),
  };
  const limits = { world, timeoutMs: 2000, maxBytes: 64 * 1024, signal };
  const { text } = await fetchText(endpointUrl(issuer, endpoints.introspect), init, limits);
  return parseStrictJson(text);
}

/** The issuer may leave out `iss`, since we know whom we asked (RFC 7662 section 2.2); it may not leave out for whom the token is. */
function judgeAnswer(answer: unknown, { issuer, audience, clockToleranceMs, world }: IntrospectionConfig): Verdict {
  if (!isRecord(answer) || typeof answer.active !== "boolean") return refused("introspection_unavailable");
  const { active, ...rest } = answer;
  if (!active) return refused("inactive_token");
  if (!isBearer(answer.token_type)) return refused("wrong_type");
  const claims = readAccessClaims({ iss: issuer, ...rest });
  if (claims === undefined) return refused("malformed_claim");
  if (claims.iss !== issuer) return refused("wrong_issuer");
  if (!isFor(audience, claims.aud)) return refused("wrong_audience");
  if (hasEnded(claims.exp, world.now() - clockToleranceMs)) return refused("expired");
  return { ok: true, claims, checked: "introspection", stalenessMs: 0 };
}

/** An issuer may know refresh tokens and tokens bound to a key, too; neither is good as a bearer token (RFC 6749 section 5.1). */
const isBearer = (type: unknown): boolean =>
  type === undefined || (typeof type === "string" && type.toLowerCase() === "bearer");

function isFor(expected: IntrospectionConfig["audience"], audience: string | readonly string[]): boolean {
  if (expected === unchecked) return true;
  const ours = typeof expected === "string" ? [expected] : expected;
  const theirs = typeof audience === "string" ? [audience] : audience;
  return theirs.some((name) => ours.includes(name));
}

/** So many questions at once, so many in line; the rest is turned away at the door. */
function createSlots() {
  let busy = 0;
  const line: (() => void)[] = [];
  return {
    enter: (): Promise<boolean> => {
      if (busy < atOnce) {
        busy += 1;
        return Promise.resolve(true);
      }
      if (line.length >= inLine) return Promise.resolve(false);
      return new Promise((resolve) => line.push(() => resolve(true)));
    },
    leave: (): void => {
      const next = line.shift();
      if (next === undefined) busy -= 1;
      else next();
    },
  };
}
