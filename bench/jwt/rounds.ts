import { shuffled } from "../shuffled.ts";
import type { Algorithm } from "./reference.ts";
import type { Operation, Task } from "./task.ts";

/** A task, whose it is, and how many inputs it takes to fill one turn. */
export type Contender = {
  readonly library: string;
  readonly alg: Algorithm;
  readonly task: Task;
  readonly batch: number;
};

/** What one contender spent in each round: microseconds of CPU per operation. */
export type Times = {
  readonly library: string;
  readonly alg: Algorithm;
  readonly operation: Operation;
  readonly micros: readonly number[];
};

const turnMicros = 8_000;
const warmUpMicros = 120_000;

/** Runs a task until it is compiled, and finds out how many operations make a turn. */
export async function warmUp(library: string, alg: Algorithm, task: Task): Promise<Contender> {
  let batch = 1;
  let spent = 0;
  for (let micros = 0; spent < warmUpMicros; spent += micros) {
    micros = (await turn(task, batch)) * batch;
    batch = Math.max(1, Math.min(batch * 8, Math.round((batch * turnMicros) / Math.max(micros, 1))));
  }
  return { library, alg, task, batch };
}

/** Every contender once per round. Those of one algorithm follow each other, and every order is drawn anew. */
export async function measure(
  contenders: readonly Contender[],
  rounds: number,
  progress: (round: number) => void,
): Promise<readonly Times[]> {
  const micros = new Map<Contender, number[]>(contenders.map((contender) => [contender, []]));
  const groups = [...Map.groupBy(contenders, ({ alg }) => alg).values()];
  for (let round = 1; round <= rounds; round++) {
    for (const contender of shuffled(groups).flatMap(shuffled)) {
      micros.get(contender)?.push(await turn(contender.task, contender.batch));
    }
    progress(round);
  }
  return [...micros].map(([{ library, alg, task }, list]) => ({
    library,
    alg,
    operation: task.operation,
    micros: list,
  }));
}

/** Microseconds of CPU per operation, of all threads: what a thread pool or the garbage collector does counts as well. */
async function turn({ inputs, run }: Task, batch: number): Promise<number> {
  const list = inputs();
  const first = run(list[0]);
  const isAsync = first instanceof Promise;
  await first;
  const before = process.cpuUsage();
  if (isAsync) for (let at = 0; at < batch; at++) await run(list[at % list.length]);
  else for (let at = 0; at < batch; at++) sink = run(list[at % list.length]);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / batch;
}

/** Keeps results alive past the loop, so that no compiler can leave the work out. */
export let sink: unknown;
