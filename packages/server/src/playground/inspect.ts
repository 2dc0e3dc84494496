import { peek, unchecked } from "@cardea/jwt";
import { createJudge } from "@cardea/verifier/judge";
import type { Auth } from "../auth.ts";
import { realWorld } from "../world.ts";
import { audiences } from "./issuing.ts";
import type { Step } from "./messages.ts";
import type { Sandboxes } from "./sandboxes.ts";
import { sandboxOf } from "./sandboxName.ts";

/** Whether an issuer would accept a token, and the checks that say so. */
export type Inspection = {
  /** Who was asked: the issuer's URL. */
  readonly issuer: string;
  readonly isSandbox: boolean;
  readonly ok: boolean;
  readonly code: string;
  readonly message: string;
  readonly steps: readonly Step[];
};

/** Judges a token as the server itself would. Nothing is kept of it. */
export type Inspect = (token: string) => Promise<Inspection>;

/** An issuer that can be asked. */
type Asked = {
  readonly issuer: string;
  readonly audience: readonly string[];
  readonly auth: Pick<Auth, "verify" | "keys">;
  readonly isSandbox: boolean;
  readonly now: () => number;
};

/** The server's own issuer; a token that names a sandbox of this playground is judged by that. */
export function createInspect({
  issuer,
  audience,
  auth,
  sandboxes,
}: {
  readonly issuer: string;
  readonly audience: readonly string[];
  readonly auth: Pick<Auth, "verify" | "keys">;
  readonly sandboxes: Pick<Sandboxes, "sandbox">;
}): Inspect {
  const own: Asked = { issuer, audience, auth, isSandbox: false, now: realWorld.now };
  return async (token) => inspect(token, (await sandboxFor(token, issuer, sandboxes)) ?? own);
}

async function sandboxFor(
  token: string,
  ownIssuer: string,
  { sandbox }: Pick<Sandboxes, "sandbox">,
): Promise<Asked | undefined> {
  const iss = peek(token)?.unverifiedClaims.iss;
  if (typeof iss !== "string" || !URL.canParse(iss)) return undefined;
  const { origin, pathname } = new URL(iss);
  const name = origin === new URL(ownIssuer).origin ? sandboxOf(pathname) : undefined;
  if (!name) return undefined;
  const { issuing, now } = await sandbox(name);
  return { issuer: issuing.issuer, audience: [...audiences], auth: issuing.auth, isSandbox: true, now };
}

async function inspect(token: string, { issuer, audience, auth, isSandbox, now }: Asked): Promise<Inspection> {
  const judge = createJudge({ keys: auth.keys.verifying, issuer, audience, revocation: unchecked, now });
  const { steps } = judge.explain(token);
  const startedAt = realWorld.monotonic();
  const verdict = await auth.verify(token, { fresh: true });
  const micros = Math.round((realWorld.monotonic() - startedAt) * 10_000) / 10;
  const code = verdict.ok ? "accepted" : verdict.refusal.code;
  const message = verdict.ok ? "" : verdict.refusal.message;
  const form = isJwt(token) ? withoutLast(steps) : [];
  const last: Step = {
    step: "session",
    ok: verdict.ok,
    why: verdict.ok ? "the session and its account are there now" : message,
    lookedUp: "memory",
    micros,
  };
  const decided = form.every(({ ok }) => ok) ? [...form, last] : form;
  return { issuer, isSandbox, ok: verdict.ok, code, message, steps: decided };
}

const isJwt = (token: string): boolean => token.includes(".");

/** The explanation says that revocation is unchecked, which the issuer's own answer makes good. */
const withoutLast = (steps: readonly Step[]): readonly Step[] => steps.filter(({ step }) => step !== "revocation");
