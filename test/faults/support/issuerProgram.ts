import { writeSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type AuthOptions, createAuth, type ModeName, sqlite } from "cardea";
import { type DiskFault, diskFaults } from "./diskFaults.ts";
import { rowsOf } from "./sqliteRows.ts";

/** What the program is told on its command line, as JSON: an issuer for each mode, each with a file in the folder. */
export type Setting = {
  readonly folder: string;
  readonly modes: readonly ModeName[];
  readonly fault?: DiskFault;
  readonly options?: Omit<AuthOptions, "issuer" | "store" | "mode">;
};

/** What it can be asked. */
export type Question = "fill" | "free" | "rows" | "memory";

/** What it says: where it is, and its answers. */
export type Saying = { readonly url: string } | { readonly answer: unknown };

// The program of an issuer in a process of its own, so that its disk and its memory can be its own too.
const { folder, modes, fault = "fileLimit", options = {} }: Setting = JSON.parse(process.argv[2] ?? "");
const fileOf = (mode: ModeName): string => `${folder}/${mode}.db`;
const server = createServer();
server.listen(0, "localhost", async () => {
  const url = `http://localhost:${(server.address() as AddressInfo).port}`;
  for (const mode of modes) {
    const auth = await createAuth({ ...options, issuer: `${url}/${mode}`, store: sqlite(fileOf(mode)), mode });
    server.on("request", (request, response) => {
      if (request.url?.startsWith(`/${mode}/`)) auth.node(request, response);
    });
  }
  process.send?.({ url });
});

const answers: Readonly<Record<Question, () => unknown>> = {
  fill: () => diskFaults[fault].strike(folder),
  free: () => diskFaults[fault].heal(folder),
  rows: () => Object.fromEntries(modes.map((mode) => [mode, rowsOf(fileOf(mode))])),
  /** Kilobytes: what it holds now, and the most that it ever held. */
  memory: () => ({ now: process.memoryUsage.rss() / 1024, most: process.resourceUsage().maxRSS }),
};

process.on("message", (question: Question) => process.send?.({ answer: answers[question]() ?? "done" }));
process.once("disconnect", () => process.exit());
process.once("uncaughtException", (error) => {
  writeSync(2, `${error.stack}\n`);
  process.exit(1);
});
