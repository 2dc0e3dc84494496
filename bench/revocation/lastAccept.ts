import { randomInt } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { progress } from "../jwt/progress.ts";
import { median, quantile } from "../jwt/statistics.ts";
import { serveScript } from "../script.ts";
import { nowMicros } from "./nowMicros.ts";
import { newSchema, type PartGiven } from "./part.ts";
import { basic, type Credentials, type Issuer, startIssuer } from "./programs/issuer.ts";
import type { JudgeQuestion, JudgeSetting } from "./programs/judge.ts";
import { type Program, startProgram } from "./programs/program.ts";

/** How long a revoked token goes on being accepted, by the slowest of the verifiers that a row is about. */
export type LastAcceptRow = {
  readonly verifiers: VerifiersName;
  readonly count: number;
  readonly revocations: number;
  /** Milliseconds from the issuer's answer to the last accept; 0 where the last accept was before. */
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
  /** The same from when the revocation was asked for. */
  readonly fromCallP50: number;
  readonly fromCallP99: number;
};

/** Those who follow the issuer that took the revocation, those who follow another one over the same store, and all. */
const verifiersNames = ["of the same issuer", "of another issuer", "all"] as const;
type VerifiersName = (typeof verifiersNames)[number];

/** One revocation: when it was asked for and answered, and when the slowest of each kind accepted last. In microseconds. */
type Trial = {
  readonly called: number;
  readonly answered: number;
  readonly last: Readonly<Record<VerifiersName, number>>;
};

async function measureLastAccept({ isQuick, servers }: PartGiven): Promise<readonly LastAcceptRow[]> {
  const place = await newSchema(servers, "last_accept");
  const first = await startIssuer({ place });
  const second = await startIssuer({ place, issuer: first.issuer });
  const credentials = await first.newCredentials();
  const count = isQuick ? 1 : 3;
  const sites = [await siteOf(first, credentials, count), await siteOf(second, credentials, count)];
  const trials: Trial[] = [];
  const sessions = await first.newSessions(isQuick ? 6 : 300);
  for (const [at, { accessToken }] of sessions.entries()) {
    progress(`revocation ${at + 1} of ${sessions.length}`);
    // Not in step with anything that happens at intervals.
    await delay(randomInt(300));
    const [near, far] = at % 2 === 0 ? sites : sites.toReversed();
    if (near && far) trials.push(await revokeOnce(accessToken, credentials, { near, far }));
  }
  for (const { issuer, judges } of sites) for (const { stop } of [...judges, issuer]) await stop();
  return verifiersNames.map((verifiers) => rowOf(verifiers, trials, verifiers === "all" ? 2 * count : count));
}

/** An issuer and the verifiers that follow it, each in a process of its own. */
type Site = { readonly issuer: Issuer; readonly judges: readonly Program<string>[] };

async function siteOf(issuer: Issuer, credentials: Credentials, count: number): Promise<Site> {
  const setting: JudgeSetting = { issuer: issuer.issuer, feed: issuer.url, credentials };
  const judges = Array.from({ length: count }, () => startProgram<string>("programs/judgeProgram.ts", setting));
  return { issuer, judges: await Promise.all(judges) };
}

async function revokeOnce(
  token: string,
  credentials: Credentials,
  { near, far }: { readonly near: Site; readonly far: Site },
): Promise<Trial> {
  const watched = await askAll<boolean>([...near.judges, ...far.judges], { watch: token });
  if (watched.includes(false)) throw new Error("A token was refused before it was revoked.");
  // All of them have begun to judge it, in phases of their own.
  await delay(randomInt(5, 10));
  const called = nowMicros();
  await revoke(near.issuer, token, credentials);
  const answered = nowMicros();
  const [nearLast, farLast] = await Promise.all([near, far].map(({ judges }) => askAll<number>(judges, "last accept")));
  const [same, other] = [Math.max(...(nearLast ?? [])), Math.max(...(farLast ?? []))];
  const last = { "of the same issuer": same, "of another issuer": other, all: Math.max(same, other) };
  return { called, answered, last };
}

const askAll = <Answer>(judges: readonly Program<string>[], question: JudgeQuestion): Promise<Answer[]> =>
  Promise.all(judges.map(({ ask }) => ask<Answer>(question)));

async function revoke({ url }: Issuer, token: string, credentials: Credentials): Promise<void> {
  const { sid } = JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString());
  const response = await fetch(`${url}/revocation`, {
    method: "POST",
    headers: { authorization: basic(credentials), "content-type": "application/json" },
    body: JSON.stringify({ kind: "session", key: sid }),
  });
  await response.arrayBuffer();
  if (response.status !== 200) throw new Error(`The issuer answered ${response.status}.`);
}

function rowOf(verifiers: VerifiersName, trials: readonly Trial[], count: number): LastAcceptRow {
  const after = (moment: "called" | "answered"): readonly number[] =>
    trials.map((trial) => Math.max(0, trial.last[verifiers] - trial[moment]) / 1000);
  const [fromAnswer, fromCall] = [after("answered"), after("called")];
  return {
    verifiers,
    count,
    revocations: trials.length,
    p50: rounded(median(fromAnswer)),
    p99: rounded(quantile(fromAnswer, 0.99)),
    max: rounded(Math.max(...fromAnswer)),
    fromCallP50: rounded(median(fromCall)),
    fromCallP99: rounded(quantile(fromCall, 0.99)),
  };
}

const rounded = (value: number): number => Number(value.toPrecision(3));

await serveScript(measureLastAccept);
