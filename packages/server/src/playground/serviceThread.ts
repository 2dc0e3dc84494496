import { extname } from "node:path";
import { Worker } from "node:worker_threads";
import type { Answers, Question } from "./messages.ts";

/** A service in a thread of its own. */
export type ServiceThread = {
  readonly service: string;
  /** Rejects when the service fails, or is closed meanwhile. */
  readonly ask: <Q extends Question>(question: Q) => Promise<Answers[Q["ask"]]>;
  readonly close: () => Promise<void>;
};

type Waiting = { readonly resolve: (answer: never) => void; readonly reject: (error: Error) => void };
type Message = { readonly id: number; readonly answer?: never; readonly fault?: string };

/** Starts the thread. It does not keep the process alive. */
export function startServiceThread(service: string): ServiceThread {
  const file = new URL(`./thread${extname(import.meta.url)}`, import.meta.url);
  const worker = new Worker(file, { workerData: service, resourceLimits: { maxOldGenerationSizeMb: 128 } });
  worker.unref();
  const waiting = new Map<number, Waiting>();
  let last = 0;
  let ended: Error | undefined;

  const end = (error: Error): void => {
    ended ??= error;
    for (const { reject } of waiting.values()) reject(ended);
    waiting.clear();
  };
  worker.on("message", ({ id, answer, fault }: Message) => {
    const one = waiting.get(id);
    waiting.delete(id);
    if (fault === undefined) one?.resolve(answer as never);
    else one?.reject(new Error(fault));
  });
  worker.on("error", (error) => end(error instanceof Error ? error : new Error("the service failed")));
  worker.on("exit", () => end(new Error("the service has ended")));

  return {
    service,
    ask: (question) =>
      new Promise((resolve, reject) => {
        if (ended) return reject(ended);
        last += 1;
        waiting.set(last, { resolve, reject });
        worker.postMessage({ id: last, question });
      }),
    close: async () => {
      await worker.terminate();
    },
  };
}
