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
  /** Throws as `run` would. */
  readonly requireRoom: (lane: Lane) => void;
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
  readonly lane: Lane;
  readonly resolve: (answer: HashAnswer) => void;
  readonly reject: (error: Error) => void;
};

/** A thread makes next to no garbage, and left alone it would hold on to room for much. */
const resourceLimits = { maxYoungGenerationSizeMb: 4 };

/** A thread has the job that it does and the next one, which it begins without waiting until the event loop has heard of the first. */
const jobsEach = 2;

/** Starts workers on first use, and lets the process end while they idle. */
export function createPool({ world, cost, workers, maxQueue, maxWaitMs }: PoolOptions): Pool {
  const jobsOf = new Map<Worker, Waiting[]>();
  const lanes = createLanes<Waiting>();
  const pace = createPace(world, cost);
  let closed = false;

  const run: Pool["run"] = async (job, lane) => {
    if (closed) throw new Error("The password hasher is closed.");
    requireRoom(lane);
    return new Promise((resolve, reject) => {
      lanes.add(lane, { job, lane, resolve, reject });
      dispatch();
    });
  };

  const requireRoom: Pool["requireRoom"] = (lane) => {
    if (waiting(lane) >= bound(lane) && !hasIdle()) throw new OverloadedError(retryAfterSeconds());
  };

  const hasIdle = (): boolean => jobsOf.size < workers || [...jobsOf.values()].some(({ length }) => length === 0);

  /** All whose work has not begun. */
  const waiting = (lane: Lane): number =>
    [...jobsOf.values()].reduce(
      (sum, [, ...next]) => sum + next.filter((job) => job.lane === lane).length,
      lanes.waiting(lane),
    );

  /** The lanes take turns, so a quarter of the bound waits no longer in the lane for step-up, however full the other one is. */
  function bound(lane: Lane): number {
    const signIn = maxQueue ?? Math.max(workers, Math.floor((workers * maxWaitMs) / pace.hashMs()));
    return lane === "sign-in" ? signIn : Math.max(4, Math.floor(signIn / 4));
  }

  /** When the queue will be through, and a second more, so that not all come back to a full one. */
  const retryAfterSeconds = (): number =>
    1 + Math.ceil(((waiting("sign-in") + waiting("step-up")) * pace.hashMs()) / workers / 1000);

  function dispatch(): void {
    for (let worker = free(); worker; worker = free()) {
      const next = lanes.next();
      if (!next) return;
      const jobs = jobsOf.get(worker) ?? [];
      jobs.push(next);
      if (jobs.length === 1) begin(worker);
      worker.postMessage(next.job);
    }
  }

  /** Who does the next job soonest; undefined when all have theirs. A thread is only started when somebody waits. */
  function free(): Worker | undefined {
    const [least] = [...jobsOf].toSorted(([, a], [, b]) => a.length - b.length);
    if (least?.[1].length === 0) return least[0];
    if (jobsOf.size < workers) return isAnyoneWaiting() ? start() : undefined;
    return least && least[1].length < jobsEach ? least[0] : undefined;
  }

  const isAnyoneWaiting = (): boolean => lanes.waiting("sign-in") + lanes.waiting("step-up") > 0;

  function begin(worker: Worker): void {
    worker.ref();
    pace.begins(worker);
  }

  function start(): Worker {
    const file = new URL(`./worker${extname(import.meta.url)}`, import.meta.url);
    const worker = new Worker(file, { execArgv: [], workerData: cost, resourceLimits });
    worker.on("message", (answer: HashAnswer) => finish(worker, answer));
    worker.on("error", (error) =>
      retire(worker, error instanceof Error ? error : new Error("The hashing worker failed.")),
    );
    worker.on("exit", () => retire(worker, new Error("The hashing worker ended.")));
    jobsOf.set(worker, []);
    return worker;
  }

  function finish(worker: Worker, answer: HashAnswer): void {
    const jobs = jobsOf.get(worker) ?? [];
    const done = jobs.shift();
    pace.ends(worker);
    if (jobs.length > 0) pace.begins(worker);
    else worker.unref();
    if ("failed" in answer) done?.reject(new Error(`Password hashing failed: ${answer.failed}`));
    else done?.resolve(answer);
    dispatch();
  }

  /** A dead worker fails the job that it did, gives back the next one and makes room for a new worker. Idempotent: `error` and `exit` both come here. */
  function retire(worker: Worker, error: Error): void {
    const [done, ...next] = jobsOf.get(worker) ?? [];
    jobsOf.delete(worker);
    done?.reject(error);
    for (const waiting of next) {
      if (closed) waiting.reject(error);
      else lanes.add(waiting.lane, waiting);
    }
    if (!closed) dispatch();
  }

  const close: Pool["close"] = async () => {
    closed = true;
    for (const { reject } of lanes.clear()) reject(new Error("The password hasher is closed."));
    await Promise.all([...jobsOf.keys()].map((worker) => worker.terminate()));
  };

  return { run, requireRoom, close };
}
