import { join } from "node:path";
import { memory, postgres, realWorld, type Store, type StoreFactory, sqlite } from "cardea";
import { progress } from "../jwt/progress.ts";
import { median } from "../jwt/statistics.ts";
import { serveScript } from "../script.ts";
import { shuffled } from "../shuffled.ts";
import { newSchema, type PartGiven } from "./part.ts";

/** How fast a store takes revocations in: acknowledged ones a second, by so many writers at once with so many entries each. */
export type AppendRow = {
  readonly store: string;
  readonly writers: number;
  readonly batch: number;
  readonly perSecond: number;
  /** Of one append, in milliseconds. */
  readonly medianMs: number;
};

type Plan = { readonly writers: number; readonly batch: number };

const plans: readonly Plan[] = [
  { writers: 1, batch: 1 },
  { writers: 16, batch: 1 },
  { writers: 16, batch: 64 },
];

async function measureAppends({ isQuick, servers }: PartGiven): Promise<readonly AppendRow[]> {
  const stores = await opened({
    memory: memory(),
    sqlite: sqlite(join(servers.folder, "log.db")),
    postgres: postgres(await newSchema(servers, "appends")),
  });
  const rounds = isQuick ? 1 : 7;
  const turns = stores.flatMap((store) =>
    plans.map((plan) => ({ ...store, ...plan, speeds: [] as number[], ms: [] as number[] })),
  );
  for (let round = 0; round <= rounds; round++) {
    progress(round === 0 ? "warming up" : `appends, round ${round} of ${rounds}`);
    for (const turn of shuffled(turns)) {
      const { perSecond, ms } = await append(turn.store, turn, isQuick ? 80 : 600);
      if (round === 0) continue;
      turn.speeds.push(perSecond);
      for (const each of ms) turn.ms.push(each);
    }
  }
  for (const { store } of stores) await store.close();
  return turns.map(({ name, writers, batch, speeds, ms }) => ({
    store: name,
    writers,
    batch,
    perSecond: Math.round(median(speeds)),
    medianMs: Number(median(ms).toPrecision(3)),
  }));
}

const opened = (factories: Readonly<Record<string, StoreFactory>>) =>
  Promise.all(
    Object.entries(factories).map(async ([name, factory]) => ({ name, store: await factory.open(realWorld) })),
  );

/** Writers that each append the next batch when the last one is acknowledged. */
async function append(
  { revocations }: Store,
  { writers, batch }: Plan,
  forMs: number,
): Promise<{ readonly perSecond: number; readonly ms: readonly number[] }> {
  const ms: number[] = [];
  const start = performance.now();
  const writer = async (): Promise<void> => {
    while (performance.now() - start < forMs) {
      const began = performance.now();
      await revocations.append(Array.from({ length: batch }, newEntry));
      ms.push(performance.now() - began);
    }
  };
  await Promise.all(Array.from({ length: writers }, writer));
  return { perSecond: (ms.length * batch * 1000) / (performance.now() - start), ms };
}

const newEntry = () =>
  ({
    kind: "session",
    key: Buffer.from(realWorld.random(16)).toString("base64url"),
    expiresAt: Date.now() + 3_600_000,
  }) as const;

await serveScript(measureAppends);
