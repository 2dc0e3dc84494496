import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { execute } from "./execute.ts";

const here = import.meta.dirname;

/** Installs the runtimes that package-lock.json of this folder names, unless they are there already. */
export async function installRuntimes(): Promise<void> {
  const done = join(here, "node_modules", ".package-lock.json");
  if (existsSync(done) && statSync(done).mtimeMs > statSync(join(here, "package-lock.json")).mtimeMs) return;
  const { code, output } = await execute("npm", ["ci"], here);
  if (code !== 0) throw new Error(`npm ci in tools/runtimes ended with ${code}\n${output}`);
}
