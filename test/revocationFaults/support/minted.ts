import { setTimeout as delay } from "node:timers/promises";
import { parsedClaims } from "@cardea/verifier/judge";
import type { Chance } from "./chance.ts";
import { mintPath } from "./issuerSetting.ts";
import { machineNow } from "./machineClock.ts";
import { patience } from "./patience.ts";
import type { Program } from "./program.ts";

/** An access token that an issuer made for a session of its own, by what it can be revoked. */
export type Minted = {
  readonly token: string;
  /** When the issuer was asked for it, and when it had answered, by the machine's clock. */
  readonly askedAt: number;
  readonly answeredAt: number;
  readonly kid: string;
  readonly jti: string;
  readonly sid: string;
  readonly sub: string;
  readonly tid: string;
  readonly clientId: string;
  /** NumericDate, by the issuer's clock. */
  readonly iat: number;
};

/** Somebody signs in. Rejects when the issuer does not answer in time or cannot. */
async function mint(issuer: Program, patienceMs: number): Promise<Minted> {
  const askedAt = machineNow();
  const url = `http://127.0.0.1:${issuer.port}${mintPath}`;
  const response = await fetch(url, { method: "POST", signal: AbortSignal.timeout(patienceMs) });
  const token = await response.text();
  if (response.status !== 200) throw new Error("Nobody could sign in.");
  const [header = "", payload = ""] = token.split(".").map((part) => Buffer.from(part, "base64url").toString());
  const { jti, sid = "", sub, tid = "", client_id: clientId = "", iat } = parsedClaims(payload);
  const kid = String(JSON.parse(header).kid);
  return { token, askedAt, answeredAt: machineNow(), kid, jti, sid, sub, tid, clientId, iat };
}

/** Asks one issuer after the other until somebody is in; undefined when it is not wanted any more. */
export async function mintSomewhere(
  issuers: readonly Program[],
  chance: Chance,
  isWanted: () => boolean,
): Promise<Minted | undefined> {
  for (let tries = 0; isWanted(); tries++) {
    const minted = await mint(chance.oneOf(issuers), patience(1000, tries)).catch(() => undefined);
    if (minted !== undefined) return minted;
    await delay(100);
  }
  return undefined;
}
