import { request } from "node:http";

/** What the subscribers' process is told at its start. */
export type ReadersOrder = {
  readonly port: number;
  readonly id: string;
  readonly secret: string;
  readonly subscribers: number;
};

/** What it tells at the end: milliseconds, of each revocation at each subscriber of the sample. */
export type ReadersSaw = { readonly latencies: readonly number[]; readonly sampled: number };

/** So many read what they are sent; the others only take it, so that this process does not become what is measured. */
const mostSampled = 20;

async function subscribe({ port, id, secret, subscribers }: ReadersOrder): Promise<void> {
  const latencies: number[] = [];
  const sampled = Math.min(subscribers, mostSampled);
  const step = Math.max(1, Math.floor(subscribers / sampled));
  const authorization = `Basic ${Buffer.from(`${id}:${secret}`).toString("base64")}`;
  const open = (isSampled: boolean): Promise<void> =>
    new Promise((resolve, reject) => {
      const sent = request({
        port,
        host: "127.0.0.1",
        path: "/auth/revocation/feed",
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
          const text = rest + bytes.toString("latin1");
          const end = text.lastIndexOf("}");
          rest = text.slice(end + 1);
          const now = process.hrtime.bigint();
          for (const [, moment] of text.slice(0, end + 1).matchAll(/"key":"(\d+)"/g)) {
            latencies.push(Number(now - BigInt(moment ?? 0)) / 1e6);
          }
        });
      });
      sent.end();
    });
  for (let from = 0; from < subscribers; from += 100) {
    const batch = Array.from({ length: Math.min(100, subscribers - from) }, (_, at) => from + at);
    await Promise.all(batch.map((at) => open(at % step === 0 && at / step < sampled)));
  }
  process.on("message", () => process.send?.({ latencies, sampled } satisfies ReadersSaw));
  process.send?.("ready");
}

await subscribe(JSON.parse(process.argv[2] ?? ""));
