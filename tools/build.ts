import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const root = join(import.meta.dirname, "..");

/** What is published, each after what it depends on. */
export const published = ["jwt", "verifier", "client", "server"] as const;

/** Makes dist of every package from nothing, so that no deleted source lives on in it. Throws when a package does not compile. */
export async function build(): Promise<void> {
  for (const name of published) rmSync(join(root, "packages", name, "dist"), { recursive: true, force: true });
  for (const name of published) compile(name);
  for (const name of published) forget(name);
  await writeWebFiles();
}

/** The scripts of the issuer's pages, where `shipped.ts` looks for them. */
async function writeWebFiles(): Promise<void> {
  const web = join(root, "packages", "server", "dist", "web");
  const { webFile } = await import(pathToFileURL(join(web, "bundled.js")).href);
  mkdirSync(join(web, "files"));
  for (const name of webFiles) writeFileSync(join(web, "files", `${name}.js`), await webFile(name));
}

const webFiles = ["pages", "playground"];

function compile(name: string): void {
  const started = performance.now();
  const folder = join(root, "packages", name);
  const tsc = join(root, "node_modules", "typescript", "bin", "tsc");
  const { status } = spawnSync(process.execPath, [tsc, "-b", folder], { stdio: "inherit" });
  if (status !== 0) throw new Error(`packages/${name} does not compile`);
  copyAssets(join(folder, "src"), join(folder, "dist"));
  const files = readdirSync(join(folder, "dist"), { recursive: true }).length;
  console.log(`built packages/${name}: ${files} files in ${Math.round(performance.now() - started)} ms`);
}

/** The compiler's notes are for the next build here, not for who installs; it looks them up until the last package is done. */
const forget = (name: string): void => rmSync(join(root, "packages", name, "dist", ".tsbuildinfo"), { force: true });

/** Whatever is not TypeScript is read at run time, from beside the code that reads it. */
const copyAssets = (from: string, to: string): void =>
  cpSync(from, to, { recursive: true, filter: (path) => !/\.tsx?$/.test(path) });

if (import.meta.main) await build();
