import { parentPort } from "node:worker_threads";
import { hashSync, verifySync } from "@node-rs/argon2";
import type { HashAnswer, HashJob } from "./job.ts";

/** A thread of the hashing pool: synchronous hashing here blocks neither the event loop nor libuv's pool. */
parentPort?.on("message", (job: HashJob) => parentPort?.postMessage(answer(job)));

function answer(job: HashJob): HashAnswer {
  try {
    return job.do === "hash" ? { phc: hash(job) } : { matches: verifySync(job.phc, job.password) };
  } catch (error) {
    return { failed: error instanceof Error ? error.message : "argon2 failed" };
  }
}

/** argon2id, which is the library's default and what its PHC string says. */
const hash = ({ password, cost, salt }: Extract<HashJob, { do: "hash" }>): string =>
  hashSync(password, {
    memoryCost: cost.memoryKiB,
    timeCost: cost.passes,
    parallelism: cost.parallelism,
    salt,
  });
