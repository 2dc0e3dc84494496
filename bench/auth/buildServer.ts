import { spawnSync } from "node:child_process";
import { join } from "node:path";

/**
 * Brings `dist` of the packages up to date, for what weighs memory: from its sources each hashing thread would carry a compiler.
 * The output goes to stderr: the last line of stdout is for whoever reads the result.
 */
export function buildServer(): void {
  console.error("compiling packages/server ...");
  const root = join(import.meta.dirname, "..", "..");
  const tsc = join(root, "node_modules", "typescript", "bin", "tsc");
  const { status } = spawnSync(process.execPath, [tsc, "-b", join(root, "packages", "server")], {
    stdio: ["ignore", 2, 2],
  });
  if (status !== 0) throw new Error("packages/server does not compile");
}
