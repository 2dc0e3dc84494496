import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build, published } from "./build.ts";
import { outcomeOf, run } from "./release/run.ts";
import { strangersEnvironment, withThisNode } from "./release/strangersEnvironment.ts";
import { createStrangersProject } from "./release/strangersProject.ts";
import { inspect, lint, pack, type Tarball } from "./release/tarballs.ts";

const root = join(import.meta.dirname, "..");
const checks = join(import.meta.dirname, "release");
const room = mkdtempSync(join(tmpdir(), "cardea-release-"));
const stranger = join(room, "stranger");
const env = strangersEnvironment();
const tarballs: Tarball[] = [];
let oldNode: string | undefined;

/** A release as a stranger meets it: packed, installed into an empty folder, and used from JavaScript and TypeScript. */
const steps: ReadonlyArray<readonly [string, () => Promise<string | undefined>]> = [
  ["build every package from nothing", async () => void (await build())],
  ["pack them", packAll],
  ["look into the tarballs", async () => void tarballs.forEach(inspect)],
  ["install publint and attw", async () => void (await run("npm", ["ci"], { cwd: checks, env }))],
  ["publint --strict, attw --profile esm-only", async () => void (await Promise.all(tarballs.map(lint)))],
  ["install the tarballs into an empty folder", async () => void (await createStrangersProject(stranger, tarballs))],
  ["TypeScript: strict, without skipLibCheck", async () => use(process.execPath, "node_modules/typescript/bin/tsc")],
  ["JavaScript: @cardea/jwt", async () => use(process.execPath, "useJwt.js")],
  ["JavaScript: @cardea/verifier", async () => use(process.execPath, "useVerifier.js")],
  [
    "JavaScript: cardea serve, sign up, sign in, verify, the playground",
    async () => use(process.execPath, "useServer.js"),
  ],
  ["find an older Node", findOldNode],
  ["older Node: @cardea/jwt", async () => useOld("useJwt.js")],
  ["older Node: @cardea/verifier", async () => useOld("useVerifier.js")],
  ["older Node: cardea says what it needs", checkOldNodeIsRefused],
];

await rehearse();

async function rehearse(): Promise<void> {
  for (const [index, [title, step]] of steps.entries()) {
    const started = performance.now();
    console.log(`[${index + 1}/${steps.length}] ${title}`);
    try {
      const note = await step();
      console.log(`      ok in ${((performance.now() - started) / 1000).toFixed(1)} s${note ? `: ${note}` : ""}`);
    } catch (error) {
      console.error(`\nThe release is not ready: ${title}\n${error instanceof Error ? error.message : error}`);
      console.error(`\nEverything is left as it was in ${room}`);
      process.exit(1);
    }
  }
  rmSync(room, { recursive: true });
  console.log(`\nReady to release: ${tarballs.map(({ file }) => file.split(/[\\/]/).at(-1)).join(", ")}`);
}

async function packAll(): Promise<string> {
  const destination = join(room, "tarballs");
  mkdirSync(destination);
  for (const name of published) tarballs.push(await pack(join(root, "packages", name), destination));
  return tarballs.map(({ name, files }) => `${name} (${files.length} files)`).join(", ");
}

async function use(node: string, script: string): Promise<string> {
  return (await run(node, [script], { cwd: stranger, env: withThisNode(env) })).trim().split("\n").at(-1) ?? "";
}

/** The machine's own `node`, when it is one that the libraries support and the server does not. */
async function findOldNode(): Promise<string> {
  const { output } = await outcomeOf("node", ["-p", "process.version"], { cwd: room, env }).catch(() => ({
    output: "",
  }));
  const major = Number(/^v(\d+)\./.exec(output)?.[1]);
  if (major >= 20 && major < 24) oldNode = "node";
  return oldNode
    ? output.trim()
    : `none on this machine (${output.trim() || "no node"}); the next steps have nothing to do`;
}

async function useOld(script: string): Promise<string | undefined> {
  if (oldNode === undefined) return undefined;
  return (await run(oldNode, [script], { cwd: stranger, env })).trim();
}

async function checkOldNodeIsRefused(): Promise<string | undefined> {
  if (oldNode === undefined) return undefined;
  const { code, output } = await outcomeOf(oldNode, ["node_modules/cardea/bin/cardea.js"], { cwd: stranger, env });
  if (code === 0) throw new Error("cardea starts on a Node that it does not support");
  if (!output.includes("24.16")) throw new Error(`the message does not name the version it needs:\n${output}`);
  if (!/npx|nvm|nodejs\.org|npm i/.test(output)) throw new Error(`the message does not say how to get it:\n${output}`);
  return output.trim().split("\n")[0];
}
