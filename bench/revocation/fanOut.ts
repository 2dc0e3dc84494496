import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { type Auth, createAuth, memory } from "cardea";
import { progress } from "../jwt/progress.ts";
import { median, quantile } from "../jwt/statistics.ts";
import { serveScript } from "../script.ts";
import type { Arrival, ReadersOrder, ReadersQuestion, ReadersSaw } from "./fanOutReaders.ts";
import { newIdentifier } from "./identifiers.ts";
import { nowMicros } from "./nowMicros.ts";
import type { PartGiven } from "./part.ts";

/** How soon so many subscribers of one issuer have a revocation, while there are a thousand a second. */
export type FanOutRow = {
  readonly subscribers: number;
  readonly revocations: number;
  /** Milliseconds from when a revocation was asked for until a subscriber has it, over a sample of subscribers. */
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
  /** Of the sample, revocations that did not arrive. */
  readonly missing: number;
};

const everyMs = 5;
const perTurn = 5;

async function measureFanOut({ isQuick }: PartGiven): Promise<readonly FanOutRow[]> {
  const rows: FanOutRow[] = [];
  for (const subscribers of isQuick ? [20] : [200, 1000, 5000]) {
    progress(`${subscribers} subscribers`);
    rows.push(await fanOutTo(subscribers, isQuick ? 300 : 5000));
  }
  return rows;
}

/** The issuer is this process; its subscribers are another one, over loopback. */
async function fanOutTo(subscribers: number, forMs: number): Promise<FanOutRow> {
  const auth = await createAuth({ issuer: "https://issuer.test/auth", store: memory(), mode: "hybrid", trustProxy: 0 });
  const server = createServer(auth.node);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", 4096, resolve));
  const { service, secret } = await auth.services.create("bench");
  const order: ReadersOrder = { port: (server.address() as AddressInfo).port, id: service.id, secret, subscribers };
  const readers = fork(join(import.meta.dirname, "fanOutReaders.ts"), [JSON.stringify(order)]);
  await heard(readers);
  const asked = await revokeFor(auth, forMs);
  readers.send({ until: asked.from + asked.moments.length } satisfies ReadersQuestion);
  const { arrivals } = (await heard(readers)) as ReadersSaw;
  readers.kill();
  server.close();
  await auth.close();
  server.closeAllConnections();
  const latencies = arrivals.flatMap((seen) => latenciesOf(seen, asked));
  return {
    subscribers,
    revocations: asked.moments.length,
    p50: rounded(median(latencies)),
    p99: rounded(quantile(latencies, 0.99)),
    max: rounded(latencies.reduce((most, ms) => Math.max(most, ms), 0)),
    missing: asked.moments.length * arrivals.length - latencies.length,
  };
}

/** When each was asked for, in microseconds of the monotonic clock. The first has the position after `from`. */
type Asked = { readonly from: number; readonly moments: readonly number[] };

/** A thousand a second, by the clock and not by how soon they are done. */
async function revokeFor(auth: Auth, forMs: number): Promise<Asked> {
  const from = await revokeOne(auth);
  const start = performance.now();
  const moments: number[] = [];
  const running: Promise<number>[] = [];
  for (let turn = 0; turn * everyMs < forMs; turn++) {
    const early = start + turn * everyMs - performance.now();
    if (early > 0) await delay(early);
    for (let at = 0; at < perTurn; at++) {
      moments.push(nowMicros());
      running.push(revokeOne(auth));
    }
  }
  const positions = await Promise.all(running);
  // They are appended in the order in which they were asked for, and nobody else writes: so each has the next position.
  if (Math.max(...positions) !== from + moments.length) throw new Error("Positions do not follow each other.");
  return { from, moments };
}

async function revokeOne({ revocations }: Auth): Promise<number> {
  const revoked = await revocations.revoke({ kind: "token", key: newIdentifier() });
  if (!revoked.ok) throw new Error("A revocation was refused.");
  return revoked.value.pos;
}

/** Milliseconds of each revocation that a frame covers; what was left out between two frames has none. */
function latenciesOf(seen: readonly Arrival[], { from: start, moments }: Asked): readonly number[] {
  const latencies: number[] = [];
  let reached = start;
  for (const [from, to, at] of seen) {
    for (let position = Math.max(from, reached) + 1; position <= to; position++) {
      latencies.push((at - (moments[position - start - 1] ?? Number.NaN)) / 1000);
    }
    reached = Math.max(reached, to);
  }
  return latencies;
}

const heard = async (child: ChildProcess): Promise<unknown> => (await once(child, "message"))[0];

const rounded = (value: number): number => Number(value.toPrecision(3));

await serveScript(measureFanOut);
