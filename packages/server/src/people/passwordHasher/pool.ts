import { extname } from "node:path";
import { Worker } from "node:worker_threads";
import { OverloadedError } from "../../refusal.ts";
import type { World } from "../../world.ts";
import type { HashCost } from "./hashCost.ts";
import type { HashAnswer, HashJob } from "./job.ts";
import { createLanes, type Lane } from "./lanes.ts";
import { createPace } from "./pace.ts";

/** Worker threads, and who waits for one. */
export type Pool = {
  /** Throws `OverloadedError` at once when too many wait in the lane; nothing was done then. */
  readonly run: (job: HashJob, lane: Lane) => Promise<HashAnswer>;
  readonly close: () => Promise<void>;
};

/** `maxQueue` bounds what waits to sign in; without it as many may wait as are served within `maxWaitMs`. */
export type PoolOptions = {
  readonly world: World;
  readonly cost: HashCost;
  readonly workers: number;
  readonly maxQueue: number | undefined;
  readonly maxWaitMs: number;
};

type Waiting = {
  readonly job: HashJob;
  readonly resolve: (answer: HashAnswer) => void;
  readonly reject: (error: Error) => void;
};

/** A thread makes next to no garbage, and left alone it would hold on to room for much. */
const resourceLimits = { maxYoungGenerationSizeMb: 4 };

/** Starts workers on first use, and lets the process end while they idle. */
export function createPool({ world, cost, workers, maxQueue, maxWaitMs }: PoolOptions): Pool {
  const idle: Worker[] = [];
  const busy = new Map<Worker, Waiting>();
  const lanes = createLanes<Waiting>();
  const pace = createPace(world, cost);
  let started = 0;
  let closed = false;

  const run: Pool["run"] = (job, lane) =>
    new Promise((resolve, reject) => {
      if (closed) return reject(new Error("The password hasher is closed."));
      if (lanes.waiting(lane) >= bound(lane)) return reject(new OverloadedError(retryAfterSeconds()));
      lanes.add(lane, { job, resolve, reject });
      dispatch();
    });

  /** The lanes take turns, so a quarter of the bound waits no longer in the lane for step-up, however full the other one is. */
  function bound(lane: Lane): number {
    const signIn = maxQueue ?? Math.max(workers, Math.floor((workers * maxWaitMs) / pace.hashMs()));
    return lane === "sign-in" ? signIn : Math.max(4, Math.floor(signIn / 4));
  }

  /** When the queue will be through, and a second more, so that not all come back to a full one. */
  const retryAfterSeconds = (): number =>
    1 + Math.ceil(((lanes.waiting("sign-in") + lanes.waiting("step-up")) * pace.hashMs()) / workers / 1000);

  function dispatch(): void {
    if (idle.length === 0 && started >= workers) return;
    const next = lanes.next();
    if (!next) return;
    const worker = idle.pop() ?? start();
    busy.set(worker, next);
    worker.ref();
    pace.begins(worker);
    worker.postMessage(next.job);
  }

  function start(): Worker {
    started += 1;
    const file = new URL(`./worker${extname(import.meta.url)}`, import.meta.url);
    const worker = new Worker(file, { execArgv: [], workerData: cost, resourceLimits });
    worker.on("message", (answer: HashAnswer) => finish(worker, answer));
    worker.on("error", (error) =>
      retire(worker, error instanceof Error ? error : new Error("The hashing worker failed.")),
    );
    worker.on("exit", () => retire(worker, new Error("The hashing worker ended.")));
    return worker;
  }

  function finish(worker: Worker, answer: HashAnswer): void {
    const waiting = busy.get(worker);
    pace.ends(worker);
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
    for (const { reject } of lanes.clear()) reject(new Error("The password hasher is closed."));
    await Promise.all([...idle, ...busy.keys()].map((worker) => worker.terminate()));
  };

  return { run, close };
}
