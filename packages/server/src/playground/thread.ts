import { parentPort, workerData } from "node:worker_threads";
import type { Question } from "./messages.ts";
import { createService } from "./service.ts";

// A service of the playground, in a thread of its own: it hears of tokens by messages, and of keys and revocations over HTTP.
const answer = createService(String(workerData));

parentPort?.on("message", async ({ id, question }: { readonly id: number; readonly question: Question }) => {
  try {
    parentPort?.postMessage({ id, answer: await answer(question) });
  } catch (error) {
    parentPort?.postMessage({ id, fault: error instanceof Error ? error.message : "the service failed" });
  }
});
