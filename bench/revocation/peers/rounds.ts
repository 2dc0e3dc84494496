import { progress } from "../../jwt/progress.ts";
import { shuffled } from "../../shuffled.ts";
import type { Peer } from "./peer.ts";

/** How it is measured. */
export type Plan = { readonly rounds: number; readonly turnMs: number; readonly warmUpMs: number };

/** How many questions are under way at once: what one costs by itself, and what it costs where many come. */
export const crowds = [1, 16] as const;
export type Crowd = (typeof crowds)[number];

/** Microseconds for each question, in each round. */
export type Timing = { readonly name: string; readonly crowd: Crowd; readonly micros: readonly number[] };

/** Every peer once per round and crowd, in an order that is drawn anew, so that a machine that gets slower for a while slows all. */
export async function timings(peers: readonly Peer[], { rounds, turnMs, warmUpMs }: Plan): Promise<readonly Timing[]> {
  const turns = peers.flatMap((peer) => crowds.map((crowd) => ({ peer, crowd, micros: [] as number[] })));
  for (const { peer, crowd } of turns) {
    progress(`warming up ${peer.name}`);
    await turn(peer, crowd, warmUpMs);
  }
  for (let round = 1; round <= rounds; round++) {
    progress(`round ${round} of ${rounds}`);
    for (const { peer, crowd, micros } of shuffled(turns)) micros.push(await turn(peer, crowd, turnMs));
  }
  return turns.map(({ peer, crowd, micros }) => ({ name: peer.name, crowd, micros }));
}

async function turn({ ask }: Peer, crowd: Crowd, ms: number): Promise<number> {
  const start = performance.now();
  const done = "here" in ask ? askHere(ask.here, ms) : await askAway(ask.away, crowd, ms);
  return ((performance.now() - start) * 1000) / done;
}

/** In short calls: the clock is read now and then, and not for each question. What is answered here knows no crowd. */
function askHere(ask: (from: number, to: number) => void, ms: number): number {
  const start = performance.now();
  let done = 0;
  while (performance.now() - start < ms) {
    ask(done, done + 256);
    done += 256;
  }
  return done;
}

async function askAway(ask: (at: number) => Promise<unknown>, crowd: Crowd, ms: number): Promise<number> {
  const start = performance.now();
  let done = 0;
  const client = async (): Promise<void> => {
    while (performance.now() - start < ms) await ask(done++);
  };
  await Promise.all(Array.from({ length: crowd }, client));
  return done;
}
