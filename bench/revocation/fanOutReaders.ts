import { request } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import { nowMicros } from "./nowMicros.ts";

/** What the subscribers' process is told at its start. */
export type ReadersOrder = {
  readonly port: number;
  readonly id: string;
  readonly secret: string;
  readonly subscribers: number;
};

/** What it is asked: what it saw, once the sample has come as far, or nothing has come for a while. */
export type ReadersQuestion = { readonly until: number };

/** What it tells at the end: for each subscriber of the sample, the frames that it got, and when, in microseconds of the monotonic clock. */
export type ReadersSaw = { readonly arrivals: readonly (readonly Arrival[])[] };
export type Arrival = readonly [from: number, to: number, at: number];

/** So many read what they are sent; the others only take it, so that this process does not become what is measured. */
const mostSampled = 20;

async function subscribe({ port, id, secret, subscribers }: ReadersOrder): Promise<void> {
  const arrivals: Arrival[][] = [];
  const sampled = Math.min(subscribers, mostSampled);
  const step = Math.max(1, Math.floor(subscribers / sampled));
  const authorization = `Basic ${Buffer.from(`${id}:${secret}`).toString("base64")}`;
  const open = (isSampled: boolean): Promise<void> =>
    new Promise((resolve, reject) => {
      const seen: Arrival[] = [];
      if (isSampled) arrivals.push(seen);
      const sent = request({
        port,
        host: "127.0.0.1",
        path: "/auth/revocation/feed?format=prints",
        headers: { authorization },
        agent: false,
      });
      sent.on("error", reject);
      sent.on("response", (answer) => {
        if (answer.statusCode !== 200) return reject(new Error(`The feed answered ${answer.statusCode}.`));
        answer.once("data", () => resolve());
        let rest = "";
        answer.on("data", (bytes: Buffer) => {
          if (!isSampled) return;
          // A frame is there when its event is at its end.
          const text = rest + bytes.toString("latin1");
          const end = text.lastIndexOf("\n\n");
          rest = text.slice(end < 0 ? 0 : end + 2);
          const at = nowMicros();
          for (const [, from, to] of text.slice(0, Math.max(0, end)).matchAll(/"from":(\d+),"to":(\d+)/g)) {
            seen.push([Number(from), Number(to), at]);
          }
        });
      });
      sent.end();
    });
  for (let from = 0; from < subscribers; from += 100) {
    const batch = Array.from({ length: Math.min(100, subscribers - from) }, (_, at) => from + at);
    await Promise.all(batch.map((at) => open(at % step === 0 && at / step < sampled)));
  }
  process.on("message", async ({ until }: ReadersQuestion) => {
    await settled(arrivals, until);
    process.send?.({ arrivals } satisfies ReadersSaw);
  });
  process.send?.("ready");
}

/** What has not come five seconds after everything else will not come. */
async function settled(arrivals: readonly (readonly Arrival[])[], until: number): Promise<void> {
  let frames = -1;
  for (let quietMs = 0; quietMs < 5000; quietMs += 100) {
    if (arrivals.every((seen) => (seen.at(-1)?.[1] ?? 0) >= until)) return;
    const now = arrivals.reduce((sum, { length }) => sum + length, 0);
    if (now > frames) quietMs = 0;
    frames = now;
    await delay(100);
  }
}

await subscribe(JSON.parse(process.argv[2] ?? ""));
