import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import type { CommandEnd, CommandLine } from "./commandLines.ts";
import type { Json } from "./issuer.ts";

const packageFolder = join(import.meta.dirname, "..", "..");
const commandLines = join(import.meta.dirname, "commandLines.ts");
const bin = join(packageFolder, "bin", "cardea.js");

/** Children share what was compiled, which halves the time that each takes to start. */
export const quickStart: Readonly<Record<string, string>> = {
  NODE_COMPILE_CACHE: join(tmpdir(), "cardea-tests-compiled"),
};

/** How a command ended. */
export type Ended = {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
  readonly json: () => Json;
};

/** What a command runs with. Nothing of this process's own environment is passed on but `PATH`. */
export type RunOptions = { readonly env?: Readonly<Record<string, string>>; readonly input?: string };

type StartOptions = RunOptions & { readonly program?: string };

/** A folder to run commands in. */
export type Folder = {
  readonly path: string;
  readonly run: (words: readonly string[], options?: RunOptions) => Promise<Ended>;
  /** Command lines one after another in one process, through the same `main`. */
  readonly runAll: (lines: readonly CommandLine[]) => Promise<readonly CommandEnd[]>;
  /** `cardea serve` on a free port, once it has said where it is. */
  readonly serve: (words?: readonly string[], options?: RunOptions) => Promise<Serving>;
  /** Ends what still runs in it, and removes it. */
  readonly remove: () => void;
};

/** A running `cardea serve`. */
export type Serving = {
  readonly issuer: string;
  readonly said: string;
  readonly child: ChildProcess;
  /** All that it wrote to standard error, once it has ended. */
  readonly log: Promise<string>;
  /** Sends SIGTERM; the exit code. */
  readonly stop: () => Promise<number | null>;
};

/** A fresh folder, in which the package `cardea` can be imported as if it were installed. */
export function newFolder(): Folder {
  const path = mkdtempSync(join(tmpdir(), "cardea-cli-"));
  symlinkSync(join(packageFolder, "..", "..", "node_modules"), join(path, "node_modules"));
  const children: ChildProcess[] = [];
  const start = (words: readonly string[], { env = {}, input, program = bin }: StartOptions = {}): ChildProcess => {
    const child = spawn(process.execPath, ["--conditions=@cardea/source", program, ...words], {
      cwd: path,
      env: { PATH: process.env.PATH ?? "", NO_COLOR: "1", ...quickStart, ...env },
    });
    children.push(child);
    // A command that needs no input may have ended before all of it is written.
    child.stdin.on("error", () => undefined);
    child.stdin.end(input ?? "");
    return child;
  };
  return {
    path,
    run: async (words, options) => ended(start(words, options)),
    runAll: async (lines) => {
      const { out, err } = await ended(start([], { program: commandLines, input: JSON.stringify(lines) }));
      if (out === "") throw new Error(err);
      return JSON.parse(out);
    },
    serve: async (words = [], options) => serving(start(["serve", "--port", "0", ...words], options)),
    remove: () => {
      for (const child of children) child.kill("SIGKILL");
      rmSync(path, { recursive: true, force: true });
    },
  };
}

/** A port that was free just now. */
export async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, "localhost");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  return typeof address === "object" && address !== null ? address.port : 0;
}

/** Waits for a child to end. */
export async function ended(child: ChildProcess): Promise<Ended> {
  const [out, err, [code]] = await Promise.all([read(child.stdout), read(child.stderr), once(child, "close")]);
  return { code, out, err, json: () => JSON.parse(out) };
}

const read = async (stream: ChildProcess["stdout"]): Promise<string> => (stream ? text(stream) : "");

async function serving(child: ChildProcess): Promise<Serving> {
  const log = read(child.stderr);
  let said = "";
  for await (const chunk of child.stdout ?? []) {
    said += chunk;
    const issuer = /https?:\/\/\S+?\/auth(?=["\s])/.exec(said)?.[0];
    if (issuer !== undefined && said.endsWith("\n")) return { issuer, said, child, log, stop: () => stop(child) };
  }
  throw new Error(`cardea serve ended: ${await log}`);
}

async function stop(child: ChildProcess): Promise<number | null> {
  const closed = once(child, "exit");
  child.kill("SIGTERM");
  const [code] = await closed;
  return code;
}
