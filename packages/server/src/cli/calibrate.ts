import { availableParallelism, totalmem } from "node:os";
import { type Duration, parseDuration } from "@cardea/verifier";
import type { HashCost } from "../people/passwordHasher/hashCost.ts";
import { createPasswordHasher, type PasswordHasher } from "../people/passwordHasher/passwordHasher.ts";
import { type AcceptablePassword, presentedPassword } from "../people/passwords/password.ts";
import { realWorld } from "../world.ts";
import { climb, type Measured, median, recommended, workersFor } from "./calibration.ts";
import { type Arguments, type Command, UsageError } from "./command.ts";
import { print, printError, table } from "./output.ts";

/** `calibrate`: what passwords may cost on this machine. It reads no configuration and changes nothing. */
export const calibrate: Command = {
  name: "calibrate",
  about: "Measures password hashing on this machine and recommends settings",
  words: [],
  flags: {
    target: { type: "string", about: "how long one hash may take (default 50ms)" },
    "memory-mib": { type: "string", about: "memory for all hashing threads (default a quarter of what there is)" },
  },
  run: async (given) => {
    const targetMs = targetOf(given);
    const memoryKiB = memoryOf(given);
    const measured = await climb({ targetMs, memoryKiB }, async (cost) => {
      const ms = await timeOfOne(cost);
      printError(`${described(cost)}: ${ms.toFixed(1)} ms`);
      return ms;
    });
    const { cost, ms } = recommended(measured, targetMs);
    const workers = workersFor(cost, { cores: availableParallelism(), memoryKiB });
    printError(`${described(cost)} on ${workers} threads at once`);
    const hashesPerSecond = await rateOf(cost, workers);
    const { memoryKiB: memory, passes } = cost;
    const report = {
      recommended: { memoryKiB: memory, passes, workers },
      ms_per_hash: rounded(ms),
      hashes_per_second: rounded(hashesPerSecond),
      memory_mib: Math.ceil((workers * memory) / 1024),
      target_ms: targetMs,
      measured: measured.map(({ cost: one, ms: took }) => ({
        memoryKiB: one.memoryKiB,
        passes: one.passes,
        ms: rounded(took),
      })),
    };
    print(given.is("json"), report, () => advice(measured, report));
    return 0;
  },
};

type Report = {
  readonly recommended: { readonly memoryKiB: number; readonly passes: number; readonly workers: number };
  readonly ms_per_hash: number;
  readonly hashes_per_second: number;
  readonly memory_mib: number;
  readonly target_ms: number;
};

function advice(measured: readonly Measured[], report: Report): string {
  const { memoryKiB, passes, workers } = report.recommended;
  const rows = measured.map(({ cost, ms }) => [String(cost.memoryKiB), String(cost.passes), ms.toFixed(1)]);
  const above = `\nEven the least that is safe takes longer than ${report.target_ms} ms here; nothing below it is allowed.`;
  return [
    table(["MEMORY KiB", "PASSES", "MS A HASH"], rows, ""),
    "",
    `passwords: { memoryKiB: ${memoryKiB}, passes: ${passes}, workers: ${workers} }`,
    "",
    `${report.ms_per_hash} ms a hash, ${report.hashes_per_second} hashes a second with ${workers} threads, ${report.memory_mib} MiB.${report.ms_per_hash > report.target_ms ? above : ""}`,
  ].join("\n");
}

const described = ({ memoryKiB, passes }: HashCost): string => `${memoryKiB} KiB, ${passes} passes`;

const rounded = (value: number): number => Math.round(value * 10) / 10;

function targetOf(given: Arguments): number {
  try {
    return parseDuration((given.text("target") ?? "50ms") as Duration);
  } catch {
    throw new UsageError('--target takes a span of time such as "50ms".');
  }
}

/** A container may have less than the machine. */
function memoryOf(given: Arguments): number {
  const text = given.text("memory-mib");
  if (text === undefined) return Math.floor(Math.min(totalmem(), process.constrainedMemory() || totalmem()) / 4 / 1024);
  if (/^[1-9]\d{0,6}$/.test(text)) return Number(text) * 1024;
  throw new UsageError("--memory-mib takes a whole number of MiB.");
}

/** Milliseconds of one hash with nothing else to do; the first one, which starts the thread, is left out. */
const timeOfOne = (cost: HashCost): Promise<number> =>
  withHasher(cost, 1, async (hasher) => {
    const times: number[] = [];
    for (let run = 0; run < 7; run += 1) {
      const from = realWorld.monotonic();
      await hasher.hash(sample);
      times.push(realWorld.monotonic() - from);
    }
    return median(times.slice(1));
  });

/** Hashes a second while all threads are busy. */
const rateOf = (cost: HashCost, workers: number): Promise<number> =>
  withHasher(cost, workers, async (hasher) => {
    const many = (count: number): Promise<unknown> =>
      Promise.all(Array.from({ length: count }, () => hasher.hash(sample)));
    await many(workers);
    const from = realWorld.monotonic();
    await many(workers * 8);
    return (workers * 8000) / (realWorld.monotonic() - from);
  });

async function withHasher<T>(
  cost: HashCost,
  workers: number,
  work: (hasher: PasswordHasher) => Promise<T>,
): Promise<T> {
  const hasher = createPasswordHasher({ world: realWorld, cost, workers, maxQueue: 1000 });
  try {
    return await work(hasher);
  } finally {
    await hasher.close();
  }
}

const sample = passwordOf("a phrase of several words");

function passwordOf(text: string): AcceptablePassword {
  const password = presentedPassword(text);
  if (password.ok) return password.value;
  throw new Error("The sample is no password.");
}
