import { spawnSync } from "node:child_process";
import { join } from "node:path";
import type { Memory } from "./memory.ts";

/** In a process of its own, whose garbage collector can be called. */
export function measureMemory(address: string, isQuick: boolean): Memory {
  const script = join(import.meta.dirname, "memory.ts");
  const args = ["--expose-gc", script, address, isQuick ? "quick" : "full"];
  const { status, stdout } = spawnSync(process.execPath, args, {
    stdio: ["ignore", "pipe", "inherit"],
    encoding: "utf8",
  });
  if (status !== 0) throw new Error("the memory part failed");
  return JSON.parse(stdout);
}

export const memoryLines = (memory: Memory): string =>
  [
    `memory: the heap grows by ${memory.bytesPerVerification} bytes a verification over ${memory.verifications} of them`,
    `a kept result weighs ${memory.bytesBesideClaims} bytes more than its claims`,
    `a cache of ${memory.cacheSize} tokens takes ${memory.cacheMegabytes} MB, ${memory.bytesPerToken} bytes a token; ` +
      `${memory.cacheMegabytesLater} MB after four times as many tokens`,
  ].join("\n");
