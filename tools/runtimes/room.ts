import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { stripTypeScriptTypes } from "node:module";
import { basename, dirname, join, relative } from "node:path";
import { execute } from "./execute.ts";

const root = join(import.meta.dirname, "..", "..");
const jwt = join("packages", "jwt");

/**
 * A copy of what it takes to test @cardea/jwt, in plain JavaScript and at the same paths: the package as it is published
 * (package.json and what the compiler makes of src), its tests, its corpus, and the programs in `verdicts`.
 */
export async function createRoom(room: string): Promise<void> {
  mkdirSync(join(room, jwt), { recursive: true });
  writeFileSync(join(room, "package.json"), JSON.stringify({ private: true, type: "module" }));
  await compilePackage(join(room, jwt));
  linkDependencies(room);
  for (const folder of [join(jwt, "test"), join("tools", "runtimes", "verdicts")]) translate(room, folder);
  copyIfThere(join(jwt, "corpus"), room);
}

/** What is not about the runtime: whether something compiles, and whether a page's TypeScript example runs. */
const leftOut = ["types.test.js", "corpusReadme.test.js"];

/** The test files in a room, relative to it. */
export const testFiles = (room: string): readonly string[] =>
  filesIn(join(room, jwt, "test"))
    .map((file) => relative(room, file))
    .filter((file) => file.endsWith(".test.js") && !leftOut.includes(basename(file)));

async function compilePackage(destination: string): Promise<void> {
  const tsc = join(root, "node_modules", "typescript", "bin", "tsc");
  const outputs = ["--outDir", join(destination, "dist"), "--tsBuildInfoFile", join(destination, ".tsbuildinfo")];
  const { code, output } = await execute(process.execPath, [tsc, "-p", join(root, jwt), ...outputs], root);
  if (code !== 0) throw new Error(`packages/jwt does not compile\n${output}`);
  for (const file of ["package.json", "README.md"]) cpSync(join(root, jwt, file), join(destination, file));
}

/** Every package that the workspace has installed; of its own packages, the one just built. */
function linkDependencies(room: string): void {
  const modules = join(room, "node_modules");
  mkdirSync(join(modules, "@cardea"), { recursive: true });
  symlinkSync(join(room, jwt), join(modules, "@cardea", "jwt"));
  for (const name of readdirSync(join(root, "node_modules"))) {
    if (/^(?:\.|@cardea$|cardea$|node$)/.test(name)) continue;
    symlinkSync(join(root, "node_modules", name), join(modules, name));
  }
}

function translate(room: string, folder: string): void {
  for (const file of filesIn(join(root, folder))) {
    const target = join(room, relative(root, file)).replace(/\.ts$/, ".js");
    mkdirSync(dirname(target), { recursive: true });
    if (file.endsWith(".ts")) writeFileSync(target, toJavaScript(readFileSync(file, "utf8")));
    else cpSync(file, target);
  }
}

/** Types become spaces, so lines and columns stay; our own imports end in .js, and those of src lead to what it became. */
const toJavaScript = (source: string): string =>
  stripTypeScriptTypes(source).replace(
    /(\b(?:from|import)[\s(]+")(\.[^"]+)\.ts"/g,
    (_, before: string, path: string) => `${before}${path.replace(/^((?:\.\.\/)+)src\//, "$1dist/")}.js"`,
  );

const filesIn = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));

function copyIfThere(folder: string, room: string): void {
  if (existsSync(join(root, folder))) cpSync(join(root, folder), join(room, folder), { recursive: true });
}
