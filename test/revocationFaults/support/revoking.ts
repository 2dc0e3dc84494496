import { setTimeout as delay } from "node:timers/promises";
import { endpoints } from "@cardea/verifier/wire";
import { basic } from "../../support/client.ts";
import type { Chance } from "./chance.ts";
import type { Cluster } from "./cluster.ts";
import type { Ledger, Phase, Revoked } from "./ledger.ts";
import type { Program } from "./program.ts";
import type { Revocable } from "./tokens.ts";

/** What those who revoke share. */
export type Revoking = {
  readonly cluster: Pick<Cluster, "issuers" | "tokens" | "credentials">;
  readonly ledger: Ledger;
  readonly chance: Chance;
  /** The highest position that an answer told; tokens vouch for it. */
  readonly head: { pos: number };
};

/** What the answer to a revocation waits for. */
export type Wait = "durable" | "effective";

/** Revokes one token after the other, through either issuer, until it is not wanted any more. Each is asked for until it is acknowledged. */
export async function keepRevoking(
  revoking: Revoking,
  { wait, phase, isWanted }: { wait: Wait; phase: Phase; isWanted: () => boolean },
): Promise<void> {
  const { cluster, ledger, chance, head } = revoking;
  let issuer = chance.oneOf(cluster.issuers);
  while (isWanted()) {
    if (chance.between(1, 10) === 1) issuer = chance.oneOf(cluster.issuers);
    const revocable = cluster.tokens.mint(head.pos, chance);
    const item = ledger.begin(revocable.token, phase);
    // Verifiers have some time in which they accept it: a token that nobody ever accepted proves little.
    await delay(chance.between(5, 30));
    while (item.acknowledgedAt === undefined && isWanted()) {
      await post(revoking, { issuer, revocable, item, wait }).catch(() => delay(20));
      if (item.acknowledgedAt === undefined) issuer = chance.oneOf(cluster.issuers);
    }
  }
}

type Answer = { readonly position: string; readonly pending?: readonly unknown[] };

/** After which another issuer is asked, who may well be the same. */
const patienceMs: Readonly<Record<Wait, number>> = { durable: 1000, effective: 15_000 };

async function post(
  { cluster, head }: Revoking,
  { issuer, revocable, item, wait }: { issuer: Program; revocable: Revocable; item: Revoked; wait: Wait },
): Promise<void> {
  const response = await fetch(`http://127.0.0.1:${issuer.port}/auth${endpoints.revocation}`, {
    method: "POST",
    headers: { authorization: basic(cluster.credentials), "content-type": "application/json" },
    body: JSON.stringify({ ...revocable.revocation, wait }),
    signal: AbortSignal.timeout(patienceMs[wait]),
  });
  if (response.status !== 200) throw new Error(`A revocation was answered with ${response.status}.`);
  const { position, pending } = (await response.json()) as Answer;
  const answeredAt = performance.now();
  item.acknowledgedAt = answeredAt;
  if (wait === "effective" && pending?.length === 0) item.effectiveAt = answeredAt;
  head.pos = Math.max(head.pos, Number(position.split(":").at(-1)));
}
