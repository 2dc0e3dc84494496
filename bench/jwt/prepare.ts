import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const bench = join(import.meta.dirname, "..");
const root = join(bench, "..");

/**
 * Installs the peers in bench/ when they are missing, or are not those of the lock file. Not with `npm ci`: it insists
 * on entries for the native builds of every platform, of which one is needed.
 */
export function installPeers(): void {
  const wanted = readFileSync(join(bench, "package-lock.json"), "utf8");
  const stamp = join(bench, "node_modules", ".installed-lock.json");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return;
  console.error("installing the peers into bench/node_modules ...");
  run("npm", ["--prefix", bench, "install", "--no-save"], "the peers cannot be installed");
  writeFileSync(stamp, wanted);
}

/**
 * Compiles the package as a release does, into a folder of its own, and answers the address of its entry. `dist` may be
 * in use, and what lies there may be old.
 */
export function buildPackage(): string {
  console.error("compiling packages/jwt ...");
  const folder = mkdtempSync(join(tmpdir(), "cardea-bench-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  const tsc = join(root, "node_modules", "typescript", "bin", "tsc");
  const notes = join(folder, ".tsbuildinfo");
  const args = [tsc, "-p", join(root, "packages", "jwt"), "--outDir", folder, "--tsBuildInfoFile", notes];
  run(process.execPath, args, "packages/jwt does not compile");
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }\n');
  return pathToFileURL(join(folder, "index.js")).href;
}

/** The output goes to stderr: the last line of stdout is for whoever reads the result. */
function run(command: string, args: readonly string[], failure: string): void {
  const { status } = spawnSync(command, args, { stdio: ["ignore", 2, 2] });
  if (status !== 0) throw new Error(failure);
}
