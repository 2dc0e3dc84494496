import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { createAuth, sqlite } from "cardea";
import { keepYoungGenerationSmall } from "../../packages/server/src/cli/youngGeneration.ts";
import { type CrowdMessage, type CrowdOrder, type CrowdServer, crowdOptions, type Seen } from "./crowd.ts";

const everyMs = 5;

/** An issuer, as it is installed and as `cardea serve` runs it, that answers a crowd and verifies a token every 5 ms meanwhile. */
async function serve({ mode, file, tokens }: CrowdServer): Promise<void> {
  keepYoungGenerationSmall();
  // Each client comes from a network of its own, so that of all limits only the queue's comes into it.
  const auth = await createAuth({ ...crowdOptions, mode, store: sqlite(file) });
  const verify = async (at: number): Promise<void> => {
    if (!(await auth.verify(tokens[at % tokens.length] ?? "")).ok) throw new Error("A token was refused.");
  };
  for (let at = 0; at < 2000; at++) await verify(at);

  let watch: { readonly end: () => Promise<Seen> } | undefined;
  process.on("message", async (order: CrowdOrder) => {
    if (order === "begin") {
      watch = watching(verify);
      tell("watching");
    } else if (watch) tell(await watch.end());
  });
  const server = createServer(auth.node);
  await new Promise<void>((resolve) => server.listen(0, "0.0.0.0", 4096, resolve));
  tell({ port: (server.address() as AddressInfo).port });
}

/** Verifies every 5 ms from now on, until it is ended. */
function watching(verify: (at: number) => Promise<void>): { readonly end: () => Promise<Seen> } {
  const took: number[] = [];
  const late: number[] = [];
  const before = process.memoryUsage.rss();
  let peak = before;
  let isOver = false;
  const run = async (): Promise<void> => {
    const start = performance.now();
    for (let at = 0; !isOver; at++) {
      // What came due while the process was busy is all done in one go, as requests that came meanwhile would be.
      const due = start + at * everyMs;
      const early = due - performance.now();
      if (early > 0) await delay(early);
      const began = performance.now();
      await verify(at);
      const done = performance.now();
      took.push(done - began);
      late.push(Math.max(0, done - due));
      peak = Math.max(peak, process.memoryUsage.rss());
    }
  };
  const running = run();
  return {
    end: async () => {
      isOver = true;
      await running;
      return { took: ascending(took), late: ascending(late), before, peak };
    },
  };
}

const ascending = (list: number[]): readonly number[] => list.sort((one, other) => one - other);

const tell = (message: CrowdMessage): void => void process.send?.(message);

await serve(JSON.parse(process.argv[2] ?? ""));
