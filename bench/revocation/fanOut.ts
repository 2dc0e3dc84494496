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
import type { ReadersOrder, ReadersSaw } from "./fanOutReaders.ts";

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

async function measureFanOut({ isQuick }: { readonly isQuick: boolean }): Promise<readonly FanOutRow[]> {
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
  const revocations = await revokeFor(auth, forMs);
  await delay(1500);
  readers.send("tell");
  const { latencies, sampled } = (await heard(readers)) as ReadersSaw;
  readers.kill();
  server.close();
  await auth.close();
  server.closeAllConnections();
  return {
    subscribers,
    revocations,
    p50: rounded(median(latencies)),
    p99: rounded(
      quantile(
        latencies.toSorted((a, b) => a - b),
        0.99,
      ),
    ),
    max: rounded(Math.max(...latencies)),
    missing: revocations * sampled - latencies.length,
  };
}

/** A thousand a second, by the clock and not by how soon they are done. Each is named by the moment at which it was due. */
async function revokeFor(auth: Auth, forMs: number): Promise<number> {
  const start = performance.now();
  const running: Promise<unknown>[] = [];
  for (let turn = 0; turn * everyMs < forMs; turn++) {
    const early = start + turn * everyMs - performance.now();
    if (early > 0) await delay(early);
    for (let at = 0; at < perTurn; at++) {
      running.push(auth.revocations.revoke({ kind: "token", key: `${process.hrtime.bigint()}` }));
    }
  }
  await Promise.all(running);
  return running.length;
}

const heard = async (child: ChildProcess): Promise<unknown> => (await once(child, "message"))[0];

const rounded = (value: number): number => Number(value.toPrecision(3));

await serveScript(measureFanOut);
