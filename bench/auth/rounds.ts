import { progress } from "../jwt/progress.ts";
import { shuffled } from "../shuffled.ts";

/** Something that is done over and over. `run` gets a running number, to take another token or account each time. */
export type Contender = { readonly name: string; readonly run: (at: number) => Promise<unknown> };

/** How it is measured: `inFlight` are started at once, and each does the next when one is done. */
export type Plan = {
  readonly rounds: number;
  readonly turnMs: number;
  readonly warmUpMs: number;
  readonly inFlight: number;
};

/** What a contender did in each round, per second of wall time. */
export type Speed = { readonly name: string; readonly perSecond: readonly number[] };

/** Every contender once per round, in an order that is drawn anew, so that a machine that gets slower for a while slows all. */
export async function measure(contenders: readonly Contender[], plan: Plan): Promise<readonly Speed[]> {
  for (const contender of contenders) {
    progress(`warming up ${contender.name}`);
    await turn(contender, plan.warmUpMs, plan.inFlight);
  }
  const speeds = new Map<Contender, number[]>(contenders.map((contender) => [contender, []]));
  for (let round = 1; round <= plan.rounds; round++) {
    progress(`round ${round} of ${plan.rounds}`);
    for (const contender of shuffled(contenders)) {
      speeds.get(contender)?.push(await turn(contender, plan.turnMs, plan.inFlight));
    }
  }
  return [...speeds].map(([{ name }, perSecond]) => ({ name, perSecond }));
}

async function turn({ run }: Contender, ms: number, inFlight: number): Promise<number> {
  let done = 0;
  const start = performance.now();
  const client = async (): Promise<void> => {
    while (performance.now() - start < ms) await run(done++);
  };
  await Promise.all(Array.from({ length: inFlight }, client));
  return (done * 1000) / (performance.now() - start);
}
