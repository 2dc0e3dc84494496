import { join } from "node:path";
import { betterAuthChecks } from "../auth/peers/betterAuth.ts";
import type { Servers } from "../auth/servers.ts";
import { progress } from "../jwt/progress.ts";
import { median, quantile } from "../jwt/statistics.ts";
import { serveScript } from "../script.ts";
import { newSchema, type PartGiven } from "./part.ts";
import { followingVerifier, ours, verifying, viewAlone } from "./peers/cardea.ts";
import { denySet } from "./peers/denySet.ts";
import { introspection } from "./peers/introspection.ts";
import type { Peer } from "./peers/peer.ts";
import { redisDenyList } from "./peers/redisDenyList.ts";
import { type Crowd, crowds, type Timing, timings } from "./peers/rounds.ts";
import { postgresSessions, sqliteSessions } from "./peers/sessionTables.ts";
import { startIssuer } from "./programs/issuer.ts";

/** What it takes to find out that a token is not revoked. */
export type PeerRow = { readonly name: string; readonly entries: number; readonly costs: readonly Cost[] };

/** With so many questions under way at once: the median of the rounds, and how often our whole `verify` fits into it, in the same round. */
export type Cost = {
  readonly crowd: Crowd;
  readonly micros: number;
  readonly times: number;
  /** Lower and upper quartile of `times`. */
  readonly spread: readonly [number, number];
};

type Size = { readonly entries: number; readonly tokens: number; readonly people: number };

async function measurePeers({ isQuick, servers }: PartGiven): Promise<readonly PeerRow[]> {
  const size: Size = isQuick
    ? { entries: 2000, tokens: 20, people: 2 }
    : { entries: 100_000, tokens: 1000, people: 50 };
  const plan = isQuick ? { rounds: 1, turnMs: 20, warmUpMs: 20 } : { rounds: 21, turnMs: 150, warmUpMs: 1000 };
  const peers = await allPeers(servers, size);
  const measured = await timings(peers, plan);
  return peers.map(({ name }) => ({
    name,
    entries: size.entries,
    costs: crowds.map((crowd) => costOf(measured, name, crowd)),
  }));
}

async function allPeers(servers: Servers, { entries, tokens: count, people }: Size): Promise<readonly Peer[]> {
  progress("preparing the peers");
  const issuer = await startIssuer({ place: join(servers.folder, "issuer.db"), revocations: entries });
  const tokens = (await issuer.newSessions(count)).map(({ accessToken }) => accessToken);
  const cookieCache = await betterAuthChecks("better-auth, cookie cache", servers, { people, cookieCache: true });
  return [
    verifying(await followingVerifier(issuer), tokens),
    viewAlone(entries),
    denySet(entries),
    sqliteSessions(servers.folder, entries),
    await redisDenyList(servers.redis, entries),
    await postgresSessions(await newSchema(servers, "peers"), entries),
    { name: cookieCache.name, ask: { away: cookieCache.run } },
    await introspection(issuer, tokens),
  ];
}

function costOf(measured: readonly Timing[], name: string, crowd: Crowd): Cost {
  const micros = (of: string): readonly number[] =>
    measured.find((each) => each.name === of && each.crowd === crowd)?.micros ?? [];
  const base = micros(ours);
  const ratios = micros(name).map((value, round) => value / (base[round] ?? Number.NaN));
  return {
    crowd,
    micros: rounded(median(micros(name))),
    times: rounded(median(ratios)),
    spread: [rounded(quantile(ratios, 0.25)), rounded(quantile(ratios, 0.75))],
  };
}

const rounded = (value: number): number => Number(value.toPrecision(3));

await serveScript(measurePeers);
