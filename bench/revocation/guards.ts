import { createClient } from "redis";
import { progress } from "../jwt/progress.ts";
import { median, quantile } from "../jwt/statistics.ts";
import { serveScript } from "../script.ts";
import { shuffled } from "../shuffled.ts";
import { openClient } from "./guards/client.ts";
import { contenders, type Framework } from "./guards/contender.ts";
import { assertGuarded } from "./guards/genuine.ts";
import { type Given, headersFor, newMaterial } from "./guards/material.ts";
import { type Contender, type GuardedServer, startGuarded } from "./guards/server.ts";
import type { PartGiven } from "./part.ts";
import { startIssuer } from "./programs/issuer.ts";

/** A server with something before its route, or nothing. */
export type GuardRow = {
  readonly framework: Framework;
  readonly name: string;
  readonly perSecond: number;
  /** Of the requests that it takes with no auth: the median of the ratios of all rounds. */
  readonly ofNoAuth: number;
  /** Lower and upper quartile of `ofNoAuth`. */
  readonly spread: readonly [number, number];
  /** CPU of the server's process for one request, in microseconds. */
  readonly cpuMicros: number;
};

type Turn = {
  readonly server: GuardedServer;
  readonly headers: readonly string[];
  readonly perSecond: number[];
  readonly cpuMicros: number[];
};

const connections = 32;

async function measureGuards({ isQuick, servers }: PartGiven): Promise<readonly GuardRow[]> {
  const issuer = await startIssuer({ place: "memory" });
  const given = await newMaterial(issuer, servers.redis, isQuick ? 20 : 500);
  await keepSessions(given);
  const guarded = (
    await Promise.all(processes(isQuick).map((some) => startGuarded({ contenders: some, material: given.material })))
  ).flat();
  await assertGuarded(guarded, { issuer, given });
  const turns = guarded.map((server) => newTurn(server, given));
  const plan = isQuick ? { rounds: 1, turnMs: 40, warmUpMs: 20 } : { rounds: 15, turnMs: 400, warmUpMs: 2000 };
  for (const turn of turns) {
    progress(`warming up ${turn.server.of.framework}, ${turn.server.of.name}`);
    await take(turn, plan.warmUpMs);
  }
  for (let round = 1; round <= plan.rounds; round++) {
    progress(`round ${round} of ${plan.rounds}`);
    for (const turn of shuffled(turns)) {
      const { perSecond, cpuMicros } = await take(turn, plan.turnMs);
      turn.perSecond.push(perSecond);
      turn.cpuMicros.push(cpuMicros);
    }
  }
  for (const { stop } of [...guarded, issuer]) await stop();
  return turns.map((turn) => rowOf(turn, turns));
}

/** Each in a process of its own, so that none runs in code that was compiled for another; in short those of a framework together. */
function processes(isQuick: boolean): readonly (readonly Contender[])[] {
  const groups = Object.entries(contenders).map(([framework, names]) =>
    names.map((name) => ({ framework, name }) as Contender),
  );
  return isQuick ? groups : groups.flat().map((one) => [one]);
}

/** Without the last of the headers, whose token is revoked before the start. */
const newTurn = (server: GuardedServer, given: Given): Turn => ({
  server,
  headers: headersFor(server.of.name, given).slice(0, -1),
  perSecond: [],
  cpuMicros: [],
});

/** As express-session keeps them. */
async function keepSessions({ material, shown }: Given): Promise<void> {
  const client = await createClient({ url: material.redis }).connect();
  const kept = JSON.stringify({ cookie: { originalMaxAge: null, path: "/" }, userId: "a user" });
  for (const id of shown.sessionIds) await client.set(`sess:${id}`, kept);
  await client.close();
}

/** Over new connections each time: between its turns a server would close them. */
async function take({ server, headers }: Turn, ms: number): Promise<{ perSecond: number; cpuMicros: number }> {
  const client = await openClient(server.port, headers, connections);
  const before = await server.cpuMicros();
  const start = performance.now();
  const count = await client.askFor(ms);
  const perSecond = (count * 1000) / (performance.now() - start);
  const cpuMicros = ((await server.cpuMicros()) - before) / count;
  client.close();
  return { perSecond, cpuMicros };
}

function rowOf({ server: { of }, perSecond, cpuMicros }: Turn, turns: readonly Turn[]): GuardRow {
  const isBase = ({ server }: Turn): boolean => server.of.framework === of.framework && server.of.name === "no auth";
  const base = turns.find(isBase)?.perSecond ?? [];
  const ratios = perSecond.map((value, round) => value / (base[round] ?? Number.NaN));
  return {
    ...of,
    perSecond: Math.round(median(perSecond)),
    ofNoAuth: rounded(median(ratios)),
    spread: [rounded(quantile(ratios, 0.25)), rounded(quantile(ratios, 0.75))],
    cpuMicros: rounded(median(cpuMicros)),
  };
}

const rounded = (value: number): number => Number(value.toPrecision(3));

await serveScript(measureGuards);
