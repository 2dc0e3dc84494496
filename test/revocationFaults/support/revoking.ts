import { setTimeout as delay } from "node:timers/promises";
import { endpoints } from "@cardea/verifier/wire";
import { basic } from "../../support/client.ts";
import type { Chance } from "./chance.ts";
import type { Cluster } from "./cluster.ts";
import type { Ledger } from "./ledger.ts";
import { mintSomewhere } from "./minted.ts";
import { type Naming, namingOf } from "./naming.ts";
import { patience } from "./patience.ts";
import type { Program } from "./program.ts";
import type { Phase, Target, Watched } from "./watched.ts";

/** What those who revoke share. */
export type Revoking = {
  readonly cluster: Pick<Cluster, "issuers" | "credentials" | "publish">;
  readonly ledger: Ledger;
  readonly chance: Chance;
};

/** What the answer to a revocation waits for. */
export type Wait = "durable" | "effective";

/** Why and how long something is done. */
export type Turn = { readonly phase: Phase; readonly wait: Wait; readonly isWanted: () => boolean };

/** Signs somebody in and revokes what they got, one after the other, until it is not wanted any more. */
export async function keepRevoking(revoking: Revoking, turn: Turn): Promise<void> {
  while (turn.isWanted()) {
    const [token] = await watchNew(revoking, 1, turn.isWanted);
    if (token === undefined) return;
    // Verifiers have some time in which they accept it: a token that nobody ever accepted proves little.
    await delay(revoking.chance.between(5, 30));
    await revokeOne(revoking, token, turn);
  }
}

/** Signs so many in, each at either issuer, and has verifiers asked about them; fewer when it is not wanted any more. */
export async function watchNew(
  { cluster, ledger, chance }: Revoking,
  count: number,
  isWanted: () => boolean,
  isOther = false,
): Promise<readonly Watched[]> {
  const watched: Watched[] = [];
  while (watched.length < count) {
    const minted = await mintSomewhere(cluster.issuers, chance, isWanted);
    if (minted === undefined) return watched;
    cluster.publish(minted.token);
    watched.push(ledger.watch(minted, isOther));
  }
  return watched;
}

/** Revokes one token, by its owner's sign-out or by name. */
export function revokeOne(revoking: Revoking, token: Watched, turn: Turn): Promise<void> {
  const { chance } = revoking;
  const { minted } = token;
  const isSignOut = turn.wait === "durable" && chance.between(1, 6) === 1;
  const naming = isSignOut ? ({ kind: "session", key: minted.sid } as const) : namingOf(minted, chance);
  return revoke(revoking, { target: { only: token }, naming, turn, signOut: isSignOut ? minted.token : undefined });
}

/** What is revoked, and how. `signOut`: first by the person themselves, with this token; if that is not answered, by name. */
export type Order = {
  readonly target: Target;
  readonly naming: Naming;
  readonly turn: Turn;
  readonly signOut?: string | undefined;
};

/** Asks for it, at either issuer, until it is acknowledged or not wanted any more. */
export async function revoke(
  { cluster, ledger, chance }: Revoking,
  { target, naming, turn, signOut }: Order,
): Promise<void> {
  const { phase, wait, isWanted } = turn;
  const call = ledger.call(target, phase);
  let token = signOut;
  for (let tries = 0; isWanted(); tries++) {
    const issuer = chance.oneOf(cluster.issuers);
    const signal = AbortSignal.timeout(patience(patienceMs[wait], tries));
    const asked =
      token === undefined ? byName(cluster, { issuer, naming, wait, signal }) : bySignOut(issuer, token, signal);
    token = undefined;
    const answer = await asked.catch(() => undefined);
    if (answer !== undefined) return ledger.answered(call, wait === "effective" && answer.pending?.length === 0);
    await delay(20);
  }
}

type Answer = { readonly pending?: readonly unknown[] };

/** After which another issuer is asked at first, who may well be the same. */
const patienceMs: Readonly<Record<Wait, number>> = { durable: 1000, effective: 10_000 };

const byName = (
  { credentials }: Pick<Cluster, "credentials">,
  {
    issuer,
    naming,
    wait,
    signal,
  }: { readonly issuer: Program; readonly naming: Naming; readonly wait: Wait; readonly signal: AbortSignal },
): Promise<Answer> =>
  post(`http://127.0.0.1:${issuer.port}/auth${endpoints.revocation}`, {
    headers: { authorization: basic(credentials), "content-type": "application/json" },
    body: JSON.stringify({ ...naming, wait }),
    signal,
  });

const bySignOut = ({ port }: Program, token: string, signal: AbortSignal): Promise<Answer> =>
  post(`http://127.0.0.1:${port}/auth/sign-out`, { headers: { authorization: `Bearer ${token}` }, signal });

async function post(url: string, init: RequestInit): Promise<Answer> {
  const response = await fetch(url, { ...init, method: "POST" });
  const body = await response.text();
  if (!response.ok) throw new Error(`A revocation was answered with ${response.status}.`);
  return body === "" ? {} : JSON.parse(body);
}
