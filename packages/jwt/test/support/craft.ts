import assert from "node:assert/strict";
import {
  createExplainer,
  createVerifier,
  type Policy,
  type RefusalCode,
  type StandardSchemaV1,
  type VerificationKey,
  type VerifierOptions,
  type VerifyResult,
} from "@cardea/jwt";
import { type Actor, kid } from "./actors.ts";

/** The moment at which these tests live, in seconds. */
export const now = 1_800_000_000;

/** What `now` of a verifier is here. */
export const clock = (): number => now * 1000;

/** What the verifiers here expect. */
export const policy: Policy = { issuer: "https://issuer.test", audience: "api" };

/** Claims that satisfy the policy. */
export const goodClaims = {
  iss: "https://issuer.test",
  aud: "api",
  sub: "alice",
  jti: "7",
  iat: now,
  exp: now + 300,
} as const;

/** Base64url without padding, by Node. */
export const b64 = (data: string | Uint8Array): string => Buffer.from(data).toString("base64url");

/** A header that fits the actor, with members changed or added; `undefined` leaves one out. */
export const headerOf = ({ alg }: Pick<Actor, "alg">, members: object = {}): string =>
  JSON.stringify({ alg, typ: "JWT", kid, ...members });

type Parts = { readonly header?: string | Uint8Array; readonly payload?: string | Uint8Array };

/** A token of any header and payload, down to their bytes, with a true signature by the actor. */
export function craft(actor: Actor, { header = headerOf(actor), payload = JSON.stringify(goodClaims) }: Parts = {}) {
  const input = `${b64(header)}.${b64(payload)}`;
  return `${input}.${actor.seal(input)}`;
}

/** The same, for claims: `undefined` leaves one out. */
export const craftClaims = (actor: Actor, claims: object): string =>
  craft(actor, { payload: JSON.stringify({ ...goodClaims, ...claims }) });

/** The three segments of a token. */
export function segments(token: string): readonly [header: string, payload: string, signature: string] {
  const [header = "", payload = "", signature = ""] = token.split(".");
  return [header, payload, signature];
}

/** A verifier of the actor's tokens under the usual policy, or the usual policy with changes. */
export function verifierOf({ verificationKey }: { readonly verificationKey: VerificationKey }, changes: object = {}) {
  const options = { keys: verificationKey, policy: { ...policy, ...changes }, now: clock };
  return { verify: createVerifier(options).verify, explain: createExplainer(options) };
}

/** The verdict in one word. */
export const verdictOf = (result: VerifyResult<unknown>): RefusalCode | "accepted" =>
  result.ok ? "accepted" : result.refusal.code;

/** Asserts what a fresh verifier of the actor's tokens says to each token, and that it never throws. */
export function assertVerdict(
  actor: { readonly verificationKey: VerificationKey },
  tokens: readonly string[],
  expected: RefusalCode | "accepted",
  changes: object = {},
): void {
  assert.ok(tokens.length > 0, "no token to judge");
  const verifier = verifierOf(actor, changes);
  for (const token of tokens) {
    assert.equal(verdictOf(verifier.verify(token)), expected, `${token.length} characters: ${token.slice(0, 300)}`);
  }
}

/**
 * A verifier that remembers tokens, whose clock the test owns (`at`, in seconds), and the number of times that a token
 * went through every check: the schema runs last of them and never for a remembered token.
 */
export function rememberingVerifier(
  actor: { readonly verificationKey: VerificationKey },
  changes: Partial<Omit<VerifierOptions<unknown>, "policy">> & { readonly policy?: object } = {},
) {
  const seen = { at: now, fullChecks: 0 };
  const claims = countingSchema(() => {
    seen.fullChecks++;
  });
  const { verify } = createVerifier<unknown>({
    keys: actor.verificationKey,
    cacheSize: 100,
    now: () => seen.at * 1000,
    ...changes,
    policy: { ...policy, claims, ...changes.policy },
  });
  return { verify, seen };
}

/** A schema that takes everything as it is. */
export const countingSchema = (count: () => void): StandardSchemaV1 => ({
  "~standard": {
    version: 1,
    vendor: "test",
    validate: (value) => {
      count();
      return { value };
    },
  },
});
