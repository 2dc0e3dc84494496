import { parentPort, workerData } from "node:worker_threads";
import { realWorld } from "../../world.ts";
import { argon2, checkPassword } from "./checkPassword.ts";
import { createEvenWork } from "./evenWork.ts";
import type { HashCost } from "./hashCost.ts";
import type { HashAnswer, HashJob } from "./job.ts";

/** A thread of the hashing pool: synchronous hashing here blocks neither the event loop nor libuv's pool. `workerData` is the cost of new hashes. */
parentPort?.on("message", (job: HashJob) => parentPort?.postMessage(answer(job)));

const cost: HashCost = workerData;

const evenWork = createEvenWork({
  now: realWorld.monotonic,
  pause: (ms) => void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms),
  usualWork: () => hash("", new Uint8Array(16), undefined),
});

function answer(job: HashJob): HashAnswer {
  const { password, key } = job;
  try {
    if (job.do === "hash") return { digest: evenWork.usual(() => hash(password, job.salt, key)) };
    const work = job.usual ? evenWork.usual : evenWork.other;
    return { matches: work(() => checkPassword(password, job.stored, key)) };
  } catch (error) {
    return { failed: error instanceof Error ? error.message : "unknown cause" };
  }
}

const hash = (password: string, salt: Uint8Array, key: HashJob["key"]): Uint8Array =>
  argon2(password, { variant: "id", version: 19, ...cost, salt, hash: new Uint8Array(32) }, key);
