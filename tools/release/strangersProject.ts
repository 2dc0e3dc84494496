import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { run } from "./run.ts";
import { strangersEnvironment } from "./strangersEnvironment.ts";
import type { Tarball } from "./tarballs.ts";

const manifest = { name: "stranger", private: true, type: "module" };

const compilerOptions = { module: "nodenext", target: "es2024", strict: true, noEmit: true, types: ["node"] };

/** An empty folder with our tarballs installed, our example programs in it, and a compiler of the version we use. */
export async function createStrangersProject(folder: string, tarballs: readonly Tarball[]): Promise<void> {
  mkdirSync(folder);
  writeJson(join(folder, "package.json"), manifest);
  writeJson(join(folder, "tsconfig.json"), { compilerOptions: { ...compilerOptions, skipLibCheck: false } });
  cpSync(join(import.meta.dirname, "consumer"), folder, { recursive: true });
  const packages = [...tarballs.map(({ file }) => file), ...(await compiler())];
  const quietly = ["--no-fund", "--no-audit", "--loglevel=error"];
  await run("npm", ["install", ...quietly, ...packages], { cwd: folder, env: strangersEnvironment() });
}

async function compiler(): Promise<readonly string[]> {
  const { devDependencies } = JSON.parse(readFileSync(join(import.meta.dirname, "..", "..", "package.json"), "utf8"));
  return ["typescript", "@types/node"].map((name) => `${name}@${devDependencies[name]}`);
}

const writeJson = (file: string, value: object): void =>
  writeFileSync(file, `${JSON.stringify(value, undefined, 2)}\n`);
