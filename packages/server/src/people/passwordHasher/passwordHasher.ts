import { availableParallelism } from "node:os";
import { extname } from "node:path";
import { Worker } from "node:worker_threads";
import { OverloadedError } from "../../refusal.ts";
import type { World } from "../../world.ts";
import type { AcceptablePassword } from "../password.ts";
import type { HashAnswer, HashCost, HashJob } from "./job.ts";

/** Hashes and checks passwords off the event loop, never more at once than there are workers. */
export type PasswordHasher = {
  /** A PHC string (argon2id) with a fresh 16-byte salt. Throws `OverloadedError` before any work when the queue is full. */
  readonly hash: (password: AcceptablePassword) => Promise<string>;
  /** Whether the password is the one behind `phc`. Without `phc` it does the same work on a dummy and says no, so that an unknown account costs what a known one does. */
  readonly verify: (password: AcceptablePassword, phc: string | undefined) => Promise<boolean>;
  readonly close: () => Promise<void>;
};

/** OWASP's floor for argon2id: 19 MiB, two passes, one lane. */
export const defaultHashCost: HashCost = { memoryKiB: 19_456, passes: 2, parallelism: 1 };

/** The pool's settings. `maxQueue` bounds what waits: past it, callers are told to come back (one hash takes about 15 ms). */
export type PasswordHasherOptions = {
  readonly world: World;
  readonly cost?: HashCost;
  readonly workers?: number;
  readonly maxQueue?: number;
};

/** Starts workers on first use and lets the process end while they idle. */
export function createPasswordHasher({
  world,
  cost = defaultHashCost,
  workers = Math.max(1, Math.min(4, availableParallelism())),
  maxQueue = 128,
}: PasswordHasherOptions): PasswordHasher {
  const pool = createPool(workers, maxQueue);
  const dummy = dummyHash(world, cost);
  return {
    hash: async (password) => {
      const done = await pool.run({ do: "hash", password, cost, salt: world.random(16) });
      if (!("phc" in done)) throw new Error("The hashing worker gave no hash.");
      return done.phc;
    },
    verify: async (password, phc) => {
      const done = await pool.run({ do: "verify", password, phc: phc ?? dummy });
      return phc !== undefined && "matches" in done && done.matches;
    },
    close: pool.close,
  };
}

/** A hash of no password, written down instead of computed: even the first unknown account costs one verification, like any other. */
function dummyHash(world: World, { memoryKiB, passes, parallelism }: HashCost): string {
  const part = (bytes: number): string => Buffer.from(world.random(bytes)).toString("base64").replaceAll("=", "");
  return `$argon2id$v=19$m=${memoryKiB},t=${passes},p=${parallelism}$${part(16)}$${part(32)}`;
}

type Waiting = {
  readonly job: HashJob;
  readonly resolve: (answer: HashAnswer) => void;
  readonly reject: (error: Error) => void;
};

type Pool = {
  readonly run: (job: HashJob) => Promise<HashAnswer>;
  readonly close: () => Promise<void>;
};

function createPool(size: number, maxQueue: number): Pool {
  const idle: Worker[] = [];
  const busy = new Map<Worker, Waiting>();
  const queue: Waiting[] = [];
  let started = 0;
  let closed = false;

  const run: Pool["run"] = (job) =>
    new Promise((resolve, reject) => {
      if (closed) return reject(new Error("The password hasher is closed."));
      if (queue.length >= maxQueue) return reject(new OverloadedError(2));
      queue.push({ job, resolve, reject });
      dispatch();
    });

  function dispatch(): void {
    if (queue.length === 0) return;
    const worker = idle.pop() ?? (started < size ? start() : undefined);
    if (!worker) return;
    const next = queue.shift();
    if (!next) return;
    busy.set(worker, next);
    worker.ref();
    worker.postMessage(next.job);
  }

  function start(): Worker {
    started += 1;
    const worker = new Worker(new URL(`./worker${extname(import.meta.url)}`, import.meta.url), { execArgv: [] });
    worker.on("message", (answer: HashAnswer) => finish(worker, answer));
    worker.on("error", (error) =>
      retire(worker, error instanceof Error ? error : new Error("The hashing worker failed.")),
    );
    worker.on("exit", () => retire(worker, new Error("The hashing worker ended.")));
    return worker;
  }

  function finish(worker: Worker, answer: HashAnswer): void {
    const waiting = busy.get(worker);
    busy.delete(worker);
    worker.unref();
    idle.push(worker);
    if ("failed" in answer) waiting?.reject(new Error(`Password hashing failed: ${answer.failed}`));
    else waiting?.resolve(answer);
    dispatch();
  }

  /** A dead worker fails its one job and makes room for a new worker. Idempotent: `error` and `exit` both come here. */
  const retired = new WeakSet<Worker>();
  function retire(worker: Worker, error: Error): void {
    if (retired.has(worker)) return;
    retired.add(worker);
    started -= 1;
    busy.get(worker)?.reject(error);
    busy.delete(worker);
    const index = idle.indexOf(worker);
    if (index >= 0) idle.splice(index, 1);
    if (!closed) dispatch();
  }

  const close: Pool["close"] = async () => {
    closed = true;
    for (const { reject } of queue.splice(0)) reject(new Error("The password hasher is closed."));
    await Promise.all([...idle, ...busy.keys()].map((worker) => worker.terminate()));
  };

  return { run, close };
}
