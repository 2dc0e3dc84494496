import { newMaterial } from "./material.ts";
import type { Options } from "./options.ts";
import { progress } from "./progress.ts";
import { type Contender, measure, warmUp } from "./rounds.ts";
import { type Row, rowsOf } from "./rows.ts";
import type { Library } from "./task.ts";

/** Proves, warms up and measures everything that the options ask for. */
export async function measureSpeed(libraries: readonly Library[], options: Options): Promise<readonly Row[]> {
  const contenders: Contender[] = [];
  for (const alg of options.algorithms) contenders.push(...(await contendersFor(alg, libraries, options)));
  const times = await measure(contenders, options.rounds, (round) => progress(`round ${round} of ${options.rounds}`));
  return rowsOf(times);
}

async function contendersFor(
  alg: Options["algorithms"][number],
  libraries: readonly Library[],
  { operations }: Options,
): Promise<readonly Contender[]> {
  const material = newMaterial(alg, Date.now());
  const contenders: Contender[] = [];
  for (const { name, kind, tasks } of libraries) {
    for (const task of await tasks(material)) {
      const isYardstick = kind === "yardstick" && task.operation === "verify" && operations.includes("repeat");
      if (!operations.includes(task.operation) && !isYardstick) continue;
      progress(`warming up ${alg} ${task.operation} ${name}`);
      await task.prove().catch((cause: Error) => {
        throw new Error(`${name} ${task.operation} ${alg}: ${cause.message}`, { cause });
      });
      contenders.push(await warmUp(name, alg, task));
    }
  }
  return contenders;
}
