import { freemem } from "node:os";
import { setTimeout } from "node:timers/promises";
import { progress } from "../jwt/progress.ts";
import { median, quantile } from "../jwt/statistics.ts";
import { serveScript } from "../script.ts";
import { shuffled } from "../shuffled.ts";
import { type Contender, type ContenderName, newContenders } from "./contenders.ts";
import { filledSets, filledView } from "./entries.ts";
import type { WireResult } from "./wire.ts";

/** What a process is to measure. */
export type Given = { readonly size: number; readonly isQuick: boolean };

/** What so many live entries cost; their way is measured up to a million. */
export type SizeResult = CheckResult & { readonly wire: WireResult | undefined };

/** What a check costs with so many live entries. */
export type CheckResult = {
  readonly size: number;
  readonly rows: readonly Row[];
  /** Memory for each entry: the view's is beside the heap, but for some objects by the thousand entries; that of sets is on it. */
  readonly bytesPerEntry: number;
  readonly setBytesPerEntry: number | undefined;
  /** How much the heap grows for each check by handle, after news. */
  readonly heapBytesPerCheck: number;
  /** What each entry cost to join, with all growth. */
  readonly joinNanos: number;
};

/** One contender: the median of the rounds, its quartiles, and how many checks EdDSA takes the time of, in the same round. */
export type Row = {
  readonly name: ContenderName;
  readonly nanos: number;
  readonly spread: readonly [number, number];
  readonly perEdDsa: number;
};

async function measureSize({ size, isQuick }: Given): Promise<CheckResult> {
  progress(`${size} entries`);
  // What is compiled and loaded at the first use is nobody's memory.
  filledView(5000);
  filledSets(5000);
  const before = await memory();
  const started = cpuMicros();
  const view = filledView(size);
  const joinNanos = ((cpuMicros() - started) * 1000) / size;
  const between = await memory();
  const sets = isRoomFor(size) ? filledSets(size) : undefined;
  const after = await memory();
  const contenders = newContenders(view, sets);
  const rows = rowsOf(measured(contenders, isQuick ? 3 : 41));
  return {
    size,
    rows,
    bytesPerEntry: rounded((between.arrayBuffers - before.arrayBuffers) / size),
    setBytesPerEntry: sets && rounded((after.heapUsed - between.heapUsed) / size),
    heapBytesPerCheck: heapPerCheck(contenders),
    joinNanos: rounded(joinNanos),
  };
}

/** Strings take about 150 bytes while a set grows, and there is a most that a set can hold. */
const isRoomFor = (size: number): boolean => size <= 10e6 && size * 300 < freemem();

/** Nanoseconds of CPU for a question, of every contender in each round, in an order that is drawn anew. */
function measured(contenders: readonly Contender[], rounds: number): ReadonlyMap<ContenderName, readonly number[]> {
  const nanos = new Map<ContenderName, number[]>(contenders.map(({ name }) => [name, []]));
  for (const contender of contenders) warmUp(contender);
  for (let round = 1; round <= rounds; round++) {
    progress(`round ${round} of ${rounds}`);
    for (const contender of shuffled(contenders)) nanos.get(contender.name)?.push(turn(contender));
  }
  return nanos;
}

/** Until it is compiled, for which the compiler has to get its share of the processor too. */
function warmUp(contender: Contender): void {
  const until = performance.now() + 1000;
  while (performance.now() < until) turn(contender);
}

function turn({ questions, prepare, run }: Contender): number {
  prepare?.();
  const started = cpuMicros();
  askAll(questions, run);
  return ((cpuMicros() - started) * 1000) / questions;
}

/** In many short calls, since a loop that is entered once is not compiled as well as one that is entered often. */
function askAll(questions: number, run: Contender["run"]): void {
  for (let from = 0; from < questions; from += 512) run(from, Math.min(from + 512, questions));
}

function cpuMicros(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}

function rowsOf(nanos: ReadonlyMap<ContenderName, readonly number[]>): readonly Row[] {
  const base = nanos.get("verify EdDSA") ?? [];
  return [...nanos].map(([name, list]) => ({
    name,
    nanos: rounded(median(list)),
    spread: [rounded(quantile(list, 0.25)), rounded(quantile(list, 0.75))],
    perEdDsa: rounded(median(list.map((value, round) => (base[round] ?? Number.NaN) / value))),
  }));
}

function heapPerCheck(contenders: readonly Contender[]): number {
  const contender = contenders.find(({ name }) => name === "handle, after news");
  if (contender === undefined) return Number.NaN;
  const grown = Array.from({ length: 9 }, () => {
    contender.prepare?.();
    const before = process.memoryUsage().heapUsed;
    askAll(contender.questions, contender.run);
    return (process.memoryUsage().heapUsed - before) / contender.questions;
  });
  return Number(median(grown).toFixed(3));
}

/** What is in use. What is beside the heap is given back by another thread, some time after the collector ran. */
async function memory(): Promise<NodeJS.MemoryUsage> {
  if (gc === undefined) throw new Error("start with --expose-gc");
  for (let times = 0; times < 4; times++) {
    gc();
    await setTimeout(50);
  }
  return process.memoryUsage();
}

const rounded = (value: number): number => Number(value.toPrecision(4));

await serveScript(measureSize);
