import { randomInt } from "node:crypto";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { Servers } from "../auth/servers.ts";
import { progress } from "../jwt/progress.ts";
import { median, quantile } from "../jwt/statistics.ts";
import { serveScript } from "../script.ts";
import { newIdentifier } from "./identifiers.ts";
import { newSchema, type PartGiven } from "./part.ts";
import type { CrowdSetting } from "./programs/crowd.ts";
import { basic, type Credentials, type Issuer, startIssuer } from "./programs/issuer.ts";
import { startProgram } from "./programs/program.ts";

/** How long `POST /revocation` with `wait: effective` takes while so many verifiers follow. */
export type EffectRow = {
  readonly store: string;
  /** How they come: `one a second`, or each when the last is answered. */
  readonly pace: PaceName;
  readonly verifiers: number;
  readonly revocations: number;
  /** Milliseconds from the call to the answer. */
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
  /** Answers in which not every verifier had confirmed. */
  readonly incomplete: number;
};

/** A verifier tells at once how far it is, but no oftener than once a second on average, so what comes faster waits for its turn. */
const paces = { "one a second": 1200, "one after the other": 0 } as const;
type PaceName = keyof typeof paces;

type Size = {
  readonly verifiers: number;
  readonly processes: number;
  readonly revocations: Readonly<Record<PaceName, number>>;
};

async function measureEffect({ isQuick, servers }: PartGiven): Promise<readonly EffectRow[]> {
  const size: Size = isQuick
    ? { verifiers: 20, processes: 1, revocations: { "one a second": 1, "one after the other": 2 } }
    : { verifiers: 200, processes: 2, revocations: { "one a second": 100, "one after the other": 40 } };
  const rows: EffectRow[] = [];
  for (const [store, place] of await placesOf(servers)) {
    progress(`wait: effective, ${store}`);
    for (const row of await effectOver(place, size)) rows.push({ store, ...row });
  }
  return rows;
}

const placesOf = async (servers: Servers) =>
  [
    ["sqlite", join(servers.folder, "effect.db")],
    ["postgres", await newSchema(servers, "effect")],
  ] as const;

async function effectOver(place: string, size: Size): Promise<readonly Omit<EffectRow, "store">[]> {
  const { verifiers, processes } = size;
  const issuer = await startIssuer({ place });
  const credentials = await issuer.newCredentials();
  const setting: CrowdSetting = { issuer: issuer.url, credentials, verifiers: verifiers / processes };
  const crowds = await Promise.all(
    Array.from({ length: processes }, () => startProgram("programs/crowdProgram.ts", setting)),
  );
  await revokeAndWait(issuer, credentials);
  const rows: Omit<EffectRow, "store">[] = [];
  for (const pace of ["one a second", "one after the other"] as const) {
    const revocations = size.revocations[pace];
    rows.push({
      pace,
      verifiers,
      revocations,
      ...(await times(issuer, credentials, { pace, verifiers, revocations })),
    });
  }
  for (const { stop } of [...crowds, issuer]) await stop();
  return rows;
}

async function times(
  issuer: Issuer,
  credentials: Credentials,
  { pace, verifiers, revocations }: Pick<EffectRow, "pace" | "verifiers" | "revocations">,
): Promise<Pick<EffectRow, "p50" | "p99" | "max" | "incomplete">> {
  const ms: number[] = [];
  let incomplete = 0;
  for (let at = 0; at < revocations; at++) {
    // Not in step with anything that happens at intervals.
    await delay((paces[pace] * randomInt(85, 116)) / 100);
    const { took, confirmed } = await revokeAndWait(issuer, credentials);
    ms.push(took);
    if (confirmed < verifiers) incomplete += 1;
  }
  return {
    p50: rounded(median(ms)),
    p99: rounded(quantile(ms, 0.99)),
    max: rounded(Math.max(...ms)),
    incomplete,
  };
}

async function revokeAndWait({ url }: Issuer, credentials: Credentials) {
  const body = JSON.stringify({ kind: "session", key: newIdentifier(), wait: "effective" });
  const headers = { authorization: basic(credentials), "content-type": "application/json" };
  const began = performance.now();
  const response = await fetch(`${url}/revocation`, { method: "POST", headers, body });
  const answer = (await response.json()) as { readonly confirmed?: readonly unknown[] };
  const took = performance.now() - began;
  if (response.status !== 200) throw new Error(`The issuer answered ${response.status}.`);
  return { took, confirmed: answer.confirmed?.length ?? 0 };
}

const rounded = (value: number): number => Number(value.toPrecision(3));

await serveScript(measureEffect);
