import { peek } from "@cardea/jwt";
import { HttpProblem } from "../http/problem.ts";
import type { Sandbox } from "./sandbox.ts";

/** What the page may have done to a sandbox. */
export const acts = [
  "revoke_session",
  "revoke_user",
  "rotate_key",
  "kill_key",
  "cut_feed",
  "restore_feed",
  "expire",
] as const;

/** One of them, about a token where it needs one. */
export type Act = { readonly act: (typeof acts)[number]; readonly token: string | undefined };

/** Does it, and answers whether there was anything to do. Throws `HttpProblem` where the sandbox has had enough. */
export async function perform({ act, token = "" }: Act, sandbox: Sandbox): Promise<boolean> {
  switch (act) {
    case "revoke_session":
      return revoke("session", (await sandbox.claimsOf(token))?.sid, sandbox);
    case "revoke_user":
      return revoke("subject", (await sandbox.claimsOf(token))?.sub, sandbox);
    case "rotate_key":
      return rotate(sandbox);
    case "kill_key":
      return killKey(token, sandbox);
    case "cut_feed":
    case "restore_feed":
      await sandbox.setFeed(act === "cut_feed");
      return true;
    case "expire":
      return expire(token, sandbox);
  }
}

async function revoke(kind: "session" | "subject", key: string | undefined, { issuing }: Sandbox): Promise<boolean> {
  if (key === undefined) return false;
  const { ok } = await issuing.ends(() => issuing.auth.revocations.revoke({ kind, key, reason: "playground" }));
  return ok;
}

/** A next key waits until every verifier can know it; here the clock skips that wait. */
async function rotate(sandbox: Sandbox): Promise<boolean> {
  requireFewKeys(sandbox);
  const { signsFrom } = await sandbox.issuing.auth.keys.rotate();
  await sandbox.skip(Math.max(0, signsFrom - sandbox.now()) + 1);
  return true;
}

/** The key of the token, or the one that signs now. */
async function killKey(token: string, sandbox: Sandbox): Promise<boolean> {
  requireFewKeys(sandbox);
  const named = peek(token)?.unverifiedHeader.kid;
  const keys = sandbox.keys().filter(({ state }) => state === "signing" || state === "verifying");
  const key = keys.find(({ kid }) => kid === named) ?? keys.find(({ state }) => state === "signing");
  if (!key) return false;
  const { auth, ends } = sandbox.issuing;
  const killed = await ends(() => auth.keys.revoke(key.kid));
  return killed === "revoked";
}

/** Keys are published and kept for a while, so a button that is held down must not make any number. */
const mostKeys = 40;

function requireFewKeys(sandbox: Sandbox): void {
  if (sandbox.keys().length >= mostKeys)
    throw new HttpProblem("rate_limited", {
      detail: `This sandbox has made ${mostKeys} keys, and makes no more. It is emptied when nobody uses it for half an hour.`,
    });
}

/** How long before its end a token is watched. */
const shownMs = 4000;

/** Puts the clock to shortly before the token's end. */
async function expire(token: string, sandbox: Sandbox): Promise<boolean> {
  const claims = await sandbox.claimsOf(token);
  if (!claims) return false;
  await sandbox.skip(Math.max(0, claims.exp * 1000 - shownMs - sandbox.now()));
  return true;
}
